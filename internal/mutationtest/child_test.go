//go:build linux || darwin

package mutationtest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
)

// The limits of a trial.
const (
	maxMemory = 512 << 20
	maxTime   = 5 * time.Second  // of the processor
	maxWait   = 60 * time.Second // by the clock
)

// Statuses of a child that ended itself during a trial.
const (
	exitMemory = 81
	exitTime   = 82
)

// A trial is a pair of configurations, one of them mutated.
type trial struct {
	Model, Compile []byte
	Archive        string
}

// An outcome is what a child reports about a trial.
type outcome struct {
	Err   string // "": it works
	Panic string
	Peak  uint64        // bytes
	Time  time.Duration // of the processor
}

const childEnv = "RHYTON_MUTATIONTEST"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if err := child(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child runs the trials that it reads.
func child(r io.Reader, w io.Writer) error {
	limit := syscall.Rlimit{Cur: 6 * maxMemory, Max: 6 * maxMemory}
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &limit); err != nil {
		return err
	}
	debug.SetMemoryLimit(maxMemory / 2)
	var watch watch
	go watch.run()
	in, out := json.NewDecoder(r), bufio.NewWriter(w)
	for {
		var t trial
		switch err := in.Decode(&t); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		watch.start()
		o := t.run()
		o.Peak, o.Time = watch.stop()
		if err := json.NewEncoder(out).Encode(o); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// A watch measures a trial and ends the process when it exceeds a limit.
type watch struct {
	began, cpu atomic.Int64 // when the trial began; 0: there is none
	peak       atomic.Uint64
}

func (w *watch) start() {
	w.peak.Store(0)
	w.cpu.Store(int64(processorTime()))
	w.began.Store(time.Now().UnixNano())
}

func (w *watch) stop() (peak uint64, used time.Duration) {
	w.check(w.began.Swap(0))
	return w.peak.Load(), processorTime() - time.Duration(w.cpu.Load())
}

func (w *watch) run() {
	for {
		time.Sleep(5 * time.Millisecond)
		if began := w.began.Load(); began != 0 {
			w.check(began)
		}
	}
}

func (w *watch) check(began int64) {
	memory := inUse()
	w.peak.Store(max(memory, w.peak.Load()))
	switch {
	case memory > maxMemory:
		w.exit(exitMemory, fmt.Sprintf("%d MiB", memory>>20))
	case processorTime()-time.Duration(w.cpu.Load()) > maxTime:
		w.exit(exitTime, "time")
	case time.Since(time.Unix(0, began)) > maxWait:
		w.exit(exitTime, "it waits")
	}
}

// exit ends the process with the stacks of all goroutines.
func (w *watch) exit(status int, why string) {
	stacks := make([]byte, 1<<16)
	fmt.Fprintf(os.Stderr, "%s\n%s", why, stacks[:goroutines(stacks)])
	os.Exit(status)
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// inUse returns the memory that Go holds.
func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

// run loads, describes and compiles.
func (t *trial) run() (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o.Panic = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	err := t.fromJSON()
	if t.Archive != "" {
		if err2 := t.load(); err == nil {
			err = err2
		}
	}
	if err != nil {
		o.Err = fmt.Sprintf("%.2000v", err)
	}
	return o
}

func (t *trial) fromJSON() error {
	m, err := models.FromJSON(t.Model)
	if err != nil {
		return err
	}
	if err := m.Summary(io.Discard, models.Summary{Nested: true}); err != nil {
		return err
	}
	m.CountParams()
	if _, err := m.ToJSON(); err != nil {
		return err
	}
	conf := models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}}
	if len(t.Compile) > 0 {
		if conf, err = m.CompileFromJSON(t.Compile); err != nil {
			return err
		}
	} else if !slices.ContainsFunc(m.Variables(), func(v *graph.Variable) bool { return v.Trainable }) {
		conf.Optimizer = nil
	}
	return m.Compile(conf)
}

// load loads the archive with the model's configuration in place of its own.
func (t *trial) load() error {
	z, err := zip.OpenReader(t.Archive)
	if err != nil {
		return err
	}
	defer z.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		text, err := member(t.Archive, f.Name)
		if err != nil {
			return err
		}
		if f.Name == "config.json" {
			text = t.Model
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name})
		if err != nil {
			return err
		}
		if _, err := to.Write(text); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, err = models.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	return err
}

// abs returns the absolute path, "" for "".
func abs(path string) string {
	if path == "" {
		return ""
	}
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}
