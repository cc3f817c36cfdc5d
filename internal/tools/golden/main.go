// Command golden runs the cases computed by Keras and reports, for each kind, how many pass, fail
// and are unsupported, and the worst error as a relative tolerance.
//
// It exits with 1 if a case fails, and with 3 if none fails but some are unsupported. With
// -unsupported FILE only the cases listed in FILE may be unsupported; a listed case that passes or
// no longer exists must be removed from the list.
//
// With -part K/N it runs every Nth case starting with the Kth, so that N processes can share the
// work or one can run a sample.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	_ "github.com/rhyton/rhyton/backend/gorgonia" // devices for -device
	_ "github.com/rhyton/rhyton/backend/ref"
	_ "github.com/rhyton/rhyton/backend/xla"
	"github.com/rhyton/rhyton/internal/golden"
)

func main() {
	r := runner{out: os.Stdout, tally: map[string]*tally{}}
	flag.StringVar(&r.dir, "dir", "", "folder of the cases (default: beside the repository)")
	flag.StringVar(&r.device, "device", "", "device to run on (default: cpu, or ref)")
	flag.StringVar(&r.kind, "kind", "", "run one kind only")
	flag.StringVar(&r.list, "unsupported", "", "file naming the cases that may be unsupported")
	flag.Func("part", "K/N: every Nth case from the Kth", r.part.set)
	flag.BoolVar(&r.verbose, "v", false, "tell every case")
	flag.Parse()
	golden.DeviceName = r.device
	code, err := r.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "golden:", err)
		code = 1
	}
	os.Exit(code)
}

type runner struct {
	dir, device, kind, list string
	verbose                 bool
	part                    part
	out                     io.Writer
	allowed                 golden.List
	tally                   map[string]*tally
}

// A tally counts the cases of a kind.
type tally struct {
	passed, failed, unsupported int
	worst                       float64
	worstCase                   string
}

func (r *runner) run() (code int, err error) {
	if r.dir == "" {
		if r.dir, err = golden.Dir(); err != nil {
			return 1, err
		}
	}
	if r.list != "" {
		if r.allowed, err = golden.ReadList(r.list); err != nil {
			return 1, err
		}
	}
	paths, err := golden.Paths(r.dir, r.kind)
	if err != nil {
		return 1, err
	}
	dev, err := golden.Device(r.device)
	if err != nil {
		return 1, err
	}
	defer dev.Close()
	for _, path := range r.part.of(paths) {
		c, err := golden.Load(dev, path)
		if err != nil {
			return 1, err
		}
		r.count(c, c.Run())
	}
	r.vanished()
	return r.report(), nil
}

// count records the outcome of a case.
func (r *runner) count(c *golden.Case, err error) {
	t := r.of(c.Kind)
	listed := r.allowed[c.Name]
	delete(r.allowed, c.Name)
	switch {
	case errors.Is(err, golden.ErrUnsupported) && (r.allowed == nil || listed):
		t.unsupported++
		if r.verbose {
			fmt.Fprintf(r.out, "%s: %v\n", c.Name, err)
		}
	case err != nil:
		t.failed++
		fmt.Fprintf(r.out, "FAIL %s: %v\n", c.Name, err)
	case listed:
		t.failed++
		fmt.Fprintf(r.out, "FAIL %s: passes, strike it off %s\n", c.Name, r.list)
	default:
		t.passed++
		if c.Worst > t.worst {
			t.worst, t.worstCase = c.Worst, c.Name
		}
		if r.verbose {
			fmt.Fprintf(r.out, "ok %s %.1e\n", c.Name, c.Worst)
		}
	}
}

// vanished fails the listed cases of the kinds that were run that no longer exist.
func (r *runner) vanished() {
	for name := range r.allowed {
		kind, _, _ := strings.Cut(name, "/")
		if (r.kind == "" || r.kind == kind) && r.part.n == 0 {
			r.of(kind).failed++
			fmt.Fprintf(r.out, "FAIL %s: no such case, strike it off %s\n", name, r.list)
		}
	}
}

func (r *runner) of(kind string) *tally {
	if r.tally[kind] == nil {
		r.tally[kind] = &tally{}
	}
	return r.tally[kind]
}

func (r *runner) report() (code int) {
	var names []string
	for k := range r.tally {
		names = append(names, k)
	}
	slices.Sort(names)
	failed, unsupported := 0, 0
	for _, k := range names {
		t := r.tally[k]
		failed += t.failed
		unsupported += t.unsupported
		fmt.Fprintf(r.out, "%-12s %4d passed, %d failed, %d unsupported", k+":", t.passed, t.failed, t.unsupported)
		if t.worst > 0 {
			fmt.Fprintf(r.out, "; worst error %.1e in %s", t.worst, t.worstCase)
		}
		fmt.Fprintln(r.out)
	}
	switch {
	case failed > 0:
		return 1
	case unsupported > 0 && r.allowed == nil:
		return 3
	}
	return 0
}
