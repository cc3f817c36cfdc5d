package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// A shape is a small model that a peer wrote as a Keras file.
type shape struct {
	Name, File string
	Batch      int
	Shape, Out []int // of a sample and its prediction
	Vocabulary int   // number of words, 0 for numeric input
}

var shapePeers = []string{"jax", "tf", "torch"}

// makeShapes makes Keras create the models in dir and returns their list.
func (o *options) makeShapes(dir string) (shapes []shape, err error) {
	if out, err := o.shapesCommand(dir, "make").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("making the models: %w\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "shapes.json"))
	if err == nil {
		err = json.Unmarshal(text, &shapes)
	}
	return shapes, err
}

// runShapes compares training steps of many small models whose names contain one of the words. It
// uses mean squared error and Adam; the peers repeat one batch, Rhyton shuffles 8 batches.
func (o *options) runShapes(words []string) error {
	if o.peers == "" {
		return fmt.Errorf("-shapes needs -peers: the models come from Keras")
	}
	dir, err := unpack()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	shapes, err := o.makeShapes(dir)
	if err != nil {
		return err
	}
	var peers []*contestant
	for _, name := range shapePeers {
		c, err := begin(name, o.shapesCommand(dir, name))
		if err != nil {
			return err
		}
		defer c.close()
		peers = append(peers, c)
	}
	for _, c := range peers { // none may start while another is measured
		if _, err := c.ask(shapes[0].Name); err != nil {
			return err
		}
	}
	newReport()
	fmt.Printf("\n%-44s %12s %s\n", "a training step, batch", "rhyton, µs", strings.Join(shapePeers, "  "))
	for _, s := range shapes {
		if len(words) == 0 || containsAny(s.Name, words) {
			if err := o.compare(dir, s, peers); err != nil {
				return fmt.Errorf("%s: %w", s.Name, err)
			}
		}
	}
	return nil
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func (o *options) shapesCommand(dir, peer string) *exec.Cmd {
	cmd := exec.Command(o.peers, filepath.Join(dir, "peers", "shapes.py"), peer, dir)
	cmd.Env = o.environment()
	return cmd
}

// compare prints a line of the table.
func (o *options) compare(dir string, s shape, peers []*contestant) error {
	w := &worker{workload: &workload{name: s.Name, rows: 8 * s.Batch, batch: s.Batch, loss: losses.MeanSquaredError{}}}
	m, err := models.Load(filepath.Join(dir, s.File))
	if err == nil {
		err = m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: w.loss, Device: o.device})
	}
	if err != nil {
		return err
	}
	w.m, w.table = m, s.data(w.rows)
	if err := w.fit(3); err != nil {
		return err
	}
	own, theirs := []float64{}, make([][]float64, len(peers))
	for range o.rounds {
		took, err := w.turn(turn / 3)
		if err != nil {
			return err
		}
		own = append(own, took)
		for i, c := range peers {
			a, err := c.ask(s.Name)
			if err != nil {
				return err
			}
			theirs[i] = append(theirs[i], a.Value)
		}
	}
	fmt.Printf("%-44s %12.1f", fmt.Sprintf("%s, %d", s.Name, s.Batch), median(own))
	for _, v := range theirs {
		if median(v) == 0 {
			fmt.Printf("      ")
			continue
		}
		fmt.Printf(" %5.2f", median(v)/median(own))
	}
	fmt.Println()
	return nil
}

// turn returns the µs per step, measured for about d.
func (w *worker) turn(d time.Duration) (float64, error) {
	steps := (w.rows + w.batch - 1) / w.batch
	epochs := 1
	for {
		start := time.Now()
		if err := w.fit(epochs); err != nil {
			return 0, err
		}
		took := time.Since(start)
		if took > d/2 {
			return took.Seconds() * 1e6 / float64(epochs*steps), nil
		}
		epochs *= max(2, int(d/max(took, 1)))
	}
}

// data returns random data.
func (s shape) data(rows int) *datasets.Arrays {
	r := rand.New(rand.NewPCG(1, 2))
	numbers := func(of []int) *tensor.Tensor {
		shape := append([]int{rows}, of...)
		v := make([]float32, graph.Shape(shape).Size())
		for i := range v {
			v[i] = float32(r.NormFloat64())
		}
		return tensor.Of(v, shape...)
	}
	if s.Vocabulary == 0 {
		return datasets.Of(numbers(s.Shape), numbers(s.Out))
	}
	shape := append([]int{rows}, s.Shape...)
	v := make([]int32, graph.Shape(shape).Size())
	for i := range v {
		v[i] = r.Int32N(int32(s.Vocabulary))
	}
	return datasets.Of(tensor.Of(v, shape...), numbers(s.Out))
}
