package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/rhyton/rhyton/backend/xla" // registers a device for -device
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// A worker runs Rhyton as a contestant.
type worker struct {
	*workload
	device string
	policy layers.Policy
	m      *models.Model
	table  *datasets.Arrays
	val    datasets.Dataset
	took   time.Duration // of an epoch, after warm-up
}

// turn is the approximate duration of a measurement.
const turn = 400 * time.Millisecond

// work answers the driver's lines; with first it only trains one epoch.
func work(name, device, policy string, first bool) error {
	p, err := layers.ParsePolicy(policy)
	if err != nil {
		return err
	}
	w := &worker{workload: find(name), device: device, policy: p}
	if w.workload == nil {
		return fmt.Errorf("no workload %q", name)
	}
	if first {
		return w.build()
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		a, err := w.answer(in.Text())
		if err != nil {
			a.Error = err.Error()
		}
		text, _ := json.Marshal(a)
		fmt.Println(string(text))
	}
	return in.Err()
}

func (w *worker) answer(line string) (answer, error) {
	command, arg, _ := strings.Cut(line, " ")
	switch command {
	case "memory":
		return answer{Value: peakMB()}, nil
	case "dump":
		return w.dump(arg)
	}
	if w.model == nil {
		return w.predicts(command)
	}
	return w.trains(command)
}

// trains answers a measure of training.
func (w *worker) trains(command string) (answer, error) {
	switch command {
	case "warm":
		if err := w.build(); err != nil {
			return answer{}, err
		}
		start := time.Now()
		err := w.fit(1)
		w.took = time.Since(start)
		return answer{}, err
	case "step":
		epochs := max(1, int(turn/max(w.took, 1)))
		start := time.Now()
		err := w.fit(epochs)
		w.took = time.Since(start) / time.Duration(epochs)
		steps := (w.rows + w.batch - 1) / w.batch
		return answer{Value: w.took.Seconds() * 1e6 / float64(steps)}, err
	case "epochs":
		start := time.Now()
		err := w.fit(5)
		return answer{Value: time.Since(start).Seconds() * 1e3}, err
	case "fit":
		fresh := &worker{workload: w.workload, device: w.device, policy: w.policy, table: w.table}
		start := time.Now()
		err := fresh.compile()
		if err == nil {
			err = fresh.fit(50)
		}
		return answer{Value: time.Since(start).Seconds() * 1e3}, err
	}
	return answer{}, fmt.Errorf("no measure %q", command)
}

// build compiles the model and trains it for one epoch.
func (w *worker) build() error {
	w.table = w.data(w.rows)
	if w.validation > 0 {
		w.val = w.data(w.validation)
	}
	if err := w.compile(); err != nil {
		return err
	}
	return w.fit(1)
}

func (w *worker) compile() error {
	w.m = w.model()
	return w.m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: w.loss, Device: w.device, Policy: w.policy})
}

func (w *worker) fit(epochs int) error {
	_, err := w.m.Fit(context.Background(), w.table, models.Fit{Epochs: epochs, BatchSize: w.batch, Validation: w.val})
	return err
}

// predicts measures single calls of a Predictor: "one-W3", "256-W3".
func (w *worker) predicts(command string) (answer, error) {
	if command == "warm" {
		return answer{}, nil
	}
	size, net, _ := strings.Cut(command, "-")
	of := find(net)
	if of == nil {
		return answer{}, fmt.Errorf("no measure %q", command)
	}
	n := 1
	if size != "one" {
		n, _ = strconv.Atoi(size)
	}
	m := of.model()
	if err := m.Compile(models.Compile{Device: w.device, Policy: w.policy}); err != nil {
		return answer{}, err
	}
	p, err := m.Predictor(n)
	if err != nil {
		return answer{}, err
	}
	x := of.data(n).X
	took, calls := make([]float64, 0, 1<<15), 0 // only the last calls: all of them would count as the contestant's memory
	for begin := time.Now(); time.Since(begin) < turn; calls++ {
		start := time.Now()
		if _, err := p.Predict(context.Background(), x...); err != nil {
			return answer{}, err
		}
		t := float64(time.Since(start).Nanoseconds()) / 1e3
		if len(took) < cap(took) {
			took = append(took, t)
		} else {
			took[calls%cap(took)] = t
		}
	}
	if calls <= cap(took) {
		took = took[calls/4:] // the first ones are warm-up
	}
	return answer{Value: median(took)}, nil
}

// writeArrays writes ts as name0.npy, name1.npy, … in dir.
func writeArrays(dir, name string, ts []*tensor.Tensor) error {
	for i, t := range ts {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s%d.npy", name, i)))
		if err == nil {
			err = datasets.WriteNPY(f, t)
		}
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// dump trains a few steps and writes the initial weights and the batches to a folder.
func (w *worker) dump(dir string) (answer, error) {
	if w.name == "W4" {
		w.model = func() *models.Model { return digitsCNN(0) }
	}
	var a answer
	if err := w.compile(); err != nil {
		return a, err
	}
	d := w.data(w.batch * sanitySteps)
	for _, part := range []struct {
		name string
		ts   []*tensor.Tensor
	}{{"w", w.m.Weights()}, {"x", d.X}, {"y", d.Y}} {
		if err := writeArrays(dir, part.name, part.ts); err != nil {
			return a, err
		}
	}
	for b, err := range d.Batch(w.batch).Batches() {
		if err != nil {
			return a, err
		}
		logs, err := w.m.TrainOnBatch(context.Background(), b)
		if err != nil {
			return a, err
		}
		a.Losses = append(a.Losses, logs["loss"])
	}
	return a, nil
}

const sanitySteps = 8

// compareLosses trains in Keras from Rhyton's initial weights and compares the losses.
func (o *options) compareLosses(w *workload) error {
	if w.model == nil || o.peers == "" {
		return nil
	}
	dir, err := unpack()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var losses [][]float64
	for _, who := range []struct{ name, command string }{{"rhyton", "dump "}, {"keras-tf", "check "}} {
		c, err := begin(who.name, o.command(dir, who.name, w))
		if err != nil {
			return err
		}
		a, err := c.ask(who.command + dir)
		c.close()
		if err != nil {
			return err
		}
		losses = append(losses, a.Losses)
	}
	fmt.Printf("%s losses of %d steps\n  rhyton   %.6f\n  keras-tf %.6f\n", w.name, sanitySteps, losses[0], losses[1])
	return nil
}

// peakMB returns the peak memory of the process in MB, or 0 if unknown.
func peakMB() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	fields := strings.Fields(string(status))
	i := slices.Index(fields, "VmHWM:")
	if i < 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(fields[i+1], 64)
	return kb / 1024
}
