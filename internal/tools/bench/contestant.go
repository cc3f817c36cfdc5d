package main

import (
	"bufio"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed peers/*.py
var scripts embed.FS

// A contestant is a process that measures on request: it reads a line with the name of a measure
// and answers with a line of JSON.
type contestant struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
}

// An answer is a line written by a contestant.
type answer struct {
	Value  float64   // in the measure's unit
	Losses []float64 `json:",omitempty"`
	Error  string    `json:",omitempty"`
	busy   float64   // number of processors the contestant kept busy meanwhile, 0 if unknown
}

// mixed is the name of Rhyton in mixed precision.
const mixed = "rhyton-mixed_bfloat16"

// command returns the command of a contestant, not started.
func (o *options) command(dir, name string, w *workload, args ...string) *exec.Cmd {
	var cmd *exec.Cmd
	if _, policy, own := strings.Cut(name, "rhyton"); own {
		self, _ := os.Executable()
		policy = cmp.Or(strings.TrimPrefix(policy, "-"), "float32")
		cmd = exec.Command(self, append([]string{"-worker", w.name, "-device", o.device, "-policy", policy}, args...)...)
	} else {
		cmd = exec.Command(o.peers, append([]string{filepath.Join(dir, "peers", "peer.py"), name, w.name}, args...)...)
	}
	cmd.Env = o.environment()
	return cmd
}

// environment returns the environment variables of a contestant's process.
func (o *options) environment() []string {
	threads := strconv.Itoa(runtime.GOMAXPROCS(0))
	env := append(os.Environ(), "OMP_NUM_THREADS="+threads, "MKL_NUM_THREADS="+threads, "TF_CPP_MIN_LOG_LEVEL=3", "BENCH_THREADS="+threads)
	if o.onGPU() {
		return append(env, "XLA_PYTHON_CLIENT_PREALLOCATE=false") // the contestants share the GPU
	}
	return append(env, "CUDA_VISIBLE_DEVICES=", "JAX_PLATFORMS=cpu")
}

// begin starts a contestant.
func begin(name string, cmd *exec.Cmd) (*contestant, error) {
	c := &contestant{name: name, cmd: cmd}
	if os.Getenv("BENCH_VERBOSE") != "" {
		c.cmd.Stderr = os.Stderr
	}
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	pipe, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewScanner(pipe)
	c.out.Buffer(nil, 1<<20)
	return c, c.cmd.Start()
}

// ask sends a line to the contestant and returns its answer.
func (c *contestant) ask(line string) (answer, error) {
	var a answer
	if _, err := fmt.Fprintln(c.in, line); err != nil {
		return a, fmt.Errorf("%s ended", c.name)
	}
	for c.out.Scan() {
		if b := c.out.Bytes(); len(b) > 0 && b[0] == '{' && json.Unmarshal(b, &a) == nil {
			if a.Error != "" {
				return a, fmt.Errorf("%s: %s", c.name, a.Error)
			}
			return a, nil
		}
	}
	return a, fmt.Errorf("%s ended", c.name)
}

// timed is like ask, and also measures how busy the contestant was.
func (c *contestant) timed(line string) (answer, error) {
	before, start := processorTime(c.cmd.Process.Pid), time.Now()
	a, err := c.ask(line)
	a.busy = (processorTime(c.cmd.Process.Pid) - before).Seconds() / time.Since(start).Seconds()
	return a, err
}

// processorTime returns the CPU time of all threads of a process, to 10 ms, or 0 if unknown.
func processorTime(pid int) time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(stat), ") ") // after the command name
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func (c *contestant) close() {
	c.in.Close()
	c.cmd.Wait()
}

// slowRounds is the number of rounds for measures of complete trainings.
const slowRounds = 3

// A result holds the measurements of one contestant in one workload.
type result struct {
	Contestant string
	Values     map[string]float64 // by measure: the median
	Rounds     map[string][]float64
	Processor  map[string]float64 // by measure: the median CPU time of all processors; missing if unknown
	PeakMB     float64
	Error      string `json:",omitempty"`
	processor  map[string][]float64
}

// race runs w in all contestants, in rounds.
func (o *options) race(w *workload) ([]*result, error) {
	dir, err := unpack()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var results []*result
	running := map[*result]*contestant{}
	for _, name := range o.contestants(w) {
		r := &result{Contestant: name, Values: map[string]float64{}, Rounds: map[string][]float64{}, Processor: map[string]float64{}, processor: map[string][]float64{}}
		results = append(results, r)
		c, err := begin(name, o.command(dir, name, w))
		if err != nil {
			r.Error = err.Error()
			continue
		}
		defer c.close()
		running[r] = c
	}
	for _, r := range results { // compile sequentially
		if c := running[r]; c != nil {
			r.try(func() (answer, error) { return c.ask("warm") }, "", running)
		}
	}
	for round := range o.rounds {
		for _, m := range w.measures {
			if m.unit == "ms" && round >= slowRounds {
				continue
			}
			o.round(m, dir, w, results, running)
		}
	}
	for _, r := range results {
		r.summarize(running[r])
	}
	return results, nil
}

// round takes one measurement of each contestant that is still running, in turn.
func (o *options) round(m measure, dir string, w *workload, results []*result, running map[*result]*contestant) {
	for _, r := range results {
		if running[r] == nil {
			continue
		}
		if m.name == "first" {
			r.try(func() (answer, error) { return o.first(dir, r.Contestant, w) }, m.name, running)
		} else {
			r.try(func() (answer, error) { return running[r].timed(m.name) }, m.name, running)
		}
	}
}

// summarize sets the medians over the rounds and, if c is still running, its peak memory.
func (r *result) summarize(c *contestant) {
	for name, v := range r.Rounds {
		r.Values[name] = median(v)
		if p := r.processor[name]; len(p) > 0 {
			r.Processor[name] = median(p)
		}
	}
	if c != nil {
		a, _ := c.ask("memory")
		r.PeakMB = a.Value
	}
}

// try takes one measurement; a contestant that fails is eliminated.
func (r *result) try(f func() (answer, error), measure string, running map[*result]*contestant) {
	a, err := f()
	switch {
	case err != nil:
		r.Error = err.Error()
		delete(running, r)
	case measure != "" && a.Value > 0:
		r.Rounds[measure] = append(r.Rounds[measure], a.Value)
		if a.busy > 0 {
			r.processor[measure] = append(r.processor[measure], a.Value*a.busy)
		}
	}
}

// first times a whole process that trains one epoch.
func (o *options) first(dir, name string, w *workload) (answer, error) {
	cmd := o.command(dir, name, w, "-first")
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return answer{}, err
	}
	return answer{Value: float64(time.Since(start).Microseconds()) / 1e3}, nil
}

// unpack writes the peers' scripts to a temporary folder.
func unpack() (string, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return "", err
	}
	return dir, os.CopyFS(dir, scripts)
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(v))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
