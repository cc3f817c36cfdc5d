package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// A report is the outcome of all workloads that were run.
type report struct {
	Machine   string
	Threads   int
	Date      string
	Workloads map[string][]*result
}

func newReport() *report {
	r := &report{machine(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly), map[string][]*result{}}
	fmt.Printf("%s, %d threads, %s\n", r.Machine, r.Threads, r.Date)
	return r
}

// machine returns the processor's name.
func machine() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}

// add adds the results of a workload and prints them.
func (r *report) add(w *workload, results []*result) {
	r.Workloads[w.name] = results
	fmt.Printf("\n%s: %s\n", w.name, w.about)
	for _, m := range w.measures {
		own := results[0].Values[m.name]
		fmt.Printf("  %s, %s\n", m.name, m.unit)
		for _, x := range results {
			if v := x.Values[m.name]; v > 0 {
				fmt.Printf("    %-21s %12.2f  %7.2fx", x.Contestant, v, v/own)
				if p := x.Processor[m.name]; p > 0 {
					fmt.Printf("  %12.2f of processors", p)
				}
				fmt.Println()
			}
		}
	}
	fmt.Println("  peak memory, MB")
	for _, x := range results {
		if x.Error != "" {
			fmt.Printf("    %-21s %s\n", x.Contestant, x.Error)
			continue
		}
		fmt.Printf("    %-21s %12.0f\n", x.Contestant, x.PeakMB)
	}
}

func (r *report) save(path string) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// A target is the desired speedup of a measure over a peer, or over the best one.
type target struct {
	Workload, Measure string
	Against           string `json:",omitempty"` // a contestant; "" means the best one
	Ratio             float64
}

//go:embed targets.json
var targetsJSON []byte

// check prints the ratios beside their targets; a missed target is not an error.
func (r *report) check() error {
	var targets []target
	if err := json.Unmarshal(targetsJSON, &targets); err != nil {
		return err
	}
	fmt.Println("\ntargets")
	for _, t := range targets {
		ratio, peer := r.ratio(t)
		if ratio == 0 {
			continue
		}
		word := "reached"
		if ratio < t.Ratio {
			word = "missed"
		}
		fmt.Printf("  %-4s %-8s vs %-14s %8.2fx, target %gx: %s\n", t.Workload, t.Measure, peer, ratio, t.Ratio, word)
	}
	return nil
}

// ratio returns the factor by which Rhyton beats the peer of t, and the name of that peer.
func (r *report) ratio(t target) (best float64, peer string) {
	value := func(x *result) float64 {
		if t.Measure == "memory" {
			return x.PeakMB
		}
		return x.Values[t.Measure]
	}
	results := r.Workloads[t.Workload]
	if len(results) == 0 || value(results[0]) == 0 {
		return 0, ""
	}
	for _, x := range results[1:] {
		if t.Against != "" && t.Against != x.Contestant || value(x) == 0 || x.Contestant == mixed {
			continue
		}
		if q := value(x) / value(results[0]); best == 0 || q < best {
			best, peer = q, x.Contestant
		}
	}
	return best, peer
}
