package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

type options struct {
	peers, only, json string
	device            string // of Rhyton
	rounds            int
	check, sanity     bool
}

func main() {
	var o options
	worker := flag.String("worker", "", "be the contestant of this workload")
	grow := flag.Bool("sweep", false, "tell how a step's time grows with batch, width, depth and length")
	shapes := flag.Bool("shapes", false, "compare training steps of many small models with the peers")
	policy := flag.String("policy", "float32", "as a contestant: types of computation and weights, as Keras names them")
	first := flag.Bool("first", false, "as a contestant: train one epoch and end")
	flag.StringVar(&o.peers, "peers", "", "Python with the peers' packages; empty: Rhyton alone")
	flag.StringVar(&o.device, "device", "cpu", "Rhyton's device; with one of xla the only peer is JAX, on the same")
	flag.StringVar(&o.only, "only", "", "contestants, separated by commas (default: all)")
	flag.StringVar(&o.json, "json", "", "file for the results")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds")
	flag.BoolVar(&o.check, "check", false, "compare the ratios with targets.json")
	flag.BoolVar(&o.sanity, "sanity", false, "compare losses with Keras instead of times")
	flag.Parse()
	var err error
	switch {
	case *worker != "":
		err = work(*worker, o.device, *policy, *first)
	case *shapes:
		err = o.runShapes(flag.Args())
	case *grow:
		err = runSweeps(o.rounds)
	default:
		err = o.run(flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (o *options) run(names []string) error {
	if len(names) == 0 {
		for _, w := range workloads {
			names = append(names, w.name)
		}
	}
	report := newReport()
	for _, name := range names {
		w := find(name)
		if w == nil {
			return fmt.Errorf("no workload %q", name)
		}
		if o.sanity {
			if err := o.compareLosses(w); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			continue
		}
		results, err := o.race(w)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		report.add(w, results)
	}
	if o.json != "" {
		if err := report.save(o.json); err != nil {
			return err
		}
	}
	if o.check {
		return report.check()
	}
	return nil
}

// contestants returns the names of the contestants that run w.
func (o *options) contestants(w *workload) []string {
	all := []string{"rhyton"}
	if w.mixed {
		all = append(all, mixed)
	}
	if o.peers != "" {
		all = append(all, w.peers...)
	}
	if o.device != "cpu" {
		all = slices.DeleteFunc(all, func(s string) bool { return s != "rhyton" && !strings.HasPrefix(s, "jax") })
	}
	if o.only == "" {
		return all
	}
	only := strings.Split(o.only, ",")
	if slices.Contains(only, "keras-jax") && o.peers != "" {
		all = append(all, "keras-jax")
	}
	return slices.DeleteFunc(all, func(s string) bool { return !slices.Contains(only, s) })
}

// onGPU reports whether the device is not the CPU.
func (o *options) onGPU() bool {
	return strings.HasPrefix(o.device, "xla:") && !strings.HasPrefix(o.device, "xla:cpu")
}

func find(name string) *workload {
	for i := range workloads {
		if strings.EqualFold(workloads[i].name, name) {
			return &workloads[i]
		}
	}
	return nil
}
