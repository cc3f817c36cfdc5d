//go:build linux || darwin

package mutationtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	count   = flag.Int("mutations", 1500, "how many mutations are tried; 0: all")
	only    = flag.String("only", "", "try the mutations whose names match this expression")
	workers = flag.Int("children", runtime.NumCPU(), "how many processes run at a time")
)

func goroutines(into []byte) int { return runtime.Stack(into, true) }

// A planned trial is a source and its mutation.
type planned struct {
	source
	mutation
}

func (p *planned) String() string {
	return fmt.Sprintf("%s: %s = %.80s", p.Name, p.at, p.value)
}

// trial returns the configurations of p.
func (p *planned) trial() (trial, error) {
	t := trial{Model: p.Model, Compile: p.Compile, Archive: abs(p.Archive)}
	part := &t.Model
	if p.mutate == "compile" {
		part, t.Archive = &t.Compile, ""
	}
	var err error
	*part, err = p.apply(*part)
	return t, err
}

// alike is the number of mutations with the same value at the same argument of the same class.
const alike = 2

// plan returns the mutations of all configurations, or an even sample.
func plan(t *testing.T) (all []*planned) {
	name := regexp.MustCompile(*only)
	seen := map[string]int{}
	for _, s := range sources(t) {
		ms, err := mutations(s.part())
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		for _, m := range ms {
			key := m.class + " " + m.value
			if seen[key]++; seen[key] <= alike {
				all = append(all, &planned{s, m})
			}
		}
	}
	all = slices.DeleteFunc(all, func(p *planned) bool { return !name.MatchString(p.String()) })
	if *count > 0 && *count < len(all) {
		return sample(all, *count)
	}
	return all
}

// sample returns n trials that are always the same, selected by the hashes of their names.
func sample(all []*planned, n int) []*planned {
	hash := func(p *planned) uint64 {
		h := fnv.New64a()
		h.Write([]byte(p.String()))
		return h.Sum64()
	}
	slices.SortStableFunc(all, func(a, b *planned) int { return cmp.Compare(hash(a), hash(b)) })
	return all[:n]
}

// TestMutatedConfigurationsAreErrorsOrWork runs the trials in child processes.
func TestMutatedConfigurationsAreErrorsOrWork(t *testing.T) {
	began := time.Now()
	all := plan(t)
	t.Logf("%d trials planned in %v", len(all), time.Since(began))
	queue := make(chan *planned)
	var wg sync.WaitGroup
	var tally tally
	for range *workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := &runner{}
			defer c.close()
			for one := range queue {
				kind, o := c.run(one)
				tally.add(t, one, kind, o)
			}
		}()
	}
	for _, one := range all {
		queue <- one
	}
	close(queue)
	wg.Wait()
	t.Logf("%d mutations: %v; at most %d MiB (%v) and %v (%v)", len(all), tally.of, tally.peak>>20, tally.largest, tally.time, tally.slowest)
}

// A tally counts outcomes, and keeps the extremes of the trials that end.
type tally struct {
	mu               sync.Mutex
	of               map[string]int
	peak             uint64
	time             time.Duration
	largest, slowest *planned
}

func (c *tally) add(t *testing.T, one *planned, kind string, o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.of[kind]++
	if o.Peak > c.peak {
		c.peak, c.largest = o.Peak, one
	}
	if o.Time > c.time {
		c.time, c.slowest = o.Time, one
	}
	if kind != "works" && kind != "error" {
		t.Errorf("%s: %s: %.3000s", kind, one, o.Panic)
	}
}

// A runner runs trials in a child process, and starts another when it has ended.
type runner struct {
	cmd    *exec.Cmd
	in     *json.Encoder
	out    *json.Decoder
	stderr bytes.Buffer
	done   func() error
}

func (r *runner) start() error {
	r.stderr.Reset()
	r.cmd = exec.Command(os.Args[0])
	r.cmd.Env = append(os.Environ(), childEnv+"=1")
	r.cmd.Stderr = &r.stderr
	in, err := r.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	r.in, r.out, r.done = json.NewEncoder(in), json.NewDecoder(out), in.Close
	return r.cmd.Start()
}

func (r *runner) close() {
	if r.cmd != nil {
		r.done()
		r.cmd.Wait()
		r.cmd = nil
	}
}

// run returns the kind of outcome of a trial, with the reason in Panic if the child ended.
func (r *runner) run(one *planned) (kind string, o outcome) {
	if r.cmd == nil {
		if err := r.start(); err != nil {
			return "start", outcome{Panic: err.Error()}
		}
	}
	task, err := one.trial()
	if err == nil {
		err = r.in.Encode(&task)
	}
	if err == nil {
		err = r.out.Decode(&o)
	}
	switch {
	case err != nil:
		kind, text := r.ended()
		return kind, outcome{Panic: text}
	case o.Panic != "":
		return "panic", o
	case o.Err != "":
		return "error", o
	}
	return "works", o
}

// ended tells why the child ended.
func (r *runner) ended() (kind, text string) {
	r.done()
	err := r.cmd.Wait()
	r.cmd = nil
	text = r.stderr.String()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == exitMemory, strings.Contains(text, "out of memory"), strings.Contains(text, "cannot allocate memory"):
		return "memory", text
	case errors.As(err, &exit) && exit.ExitCode() == exitTime:
		return "time", text
	}
	return "panic", fmt.Sprintf("%v\n%s", err, text)
}
