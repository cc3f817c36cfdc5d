// Command curves trains many small networks on synthetic tasks and writes their learning curves
// together with the truth about each, measured on a large test set that the run never sees. The
// output is used to test overfitting verdicts.
//
//	go run ./internal/tools/curves -runs 300 -seed 7 DIR
//
// DIR receives a file NNNN.csv per run, in the format of Keras' CSVLogger, and labels.json in the
// format of the published curves; internal/tools/verdict reads both.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	runs := flag.Int("runs", 100, "number of runs")
	seed := flag.Uint64("seed", 1, "seed of tasks and settings")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: curves [-runs N] [-seed S] DIR")
	}
	if err := write(flag.Arg(0), *runs, *seed); err != nil {
		log.Fatal(err)
	}
}

// A label is the entry of a run in labels.json.
type label struct {
	File    string             `json:"file"`
	Truth   string             `json:"truth"`
	Accept  []string           `json:"accept"`
	Harmful []string           `json:"harmful"`
	Facts   map[string]float64 `json:"facts"`
	Config  config             `json:"config"`
}

func write(dir string, runs int, seed uint64) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	var labels []label
	for i := range runs {
		c := draw(rand.New(rand.NewPCG(seed, uint64(i))))
		run, err := c.train(context.Background(), seed<<20+uint64(i))
		if err != nil {
			return fmt.Errorf("run %d, %+v: %w", i, c, err)
		}
		name := fmt.Sprintf("%04d.csv", i)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(run.csv()), 0o666); err != nil {
			return err
		}
		l := run.label(c.Validation)
		l.File, l.Config = name, c
		labels = append(labels, l)
	}
	text, err := json.MarshalIndent(labels, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "labels.json"), text, 0o666)
}

// csv returns the curves that a verdict may use.
func (r record) csv() string {
	var b strings.Builder
	b.WriteString("epoch,loss,val_loss\n")
	for i := range r.train {
		fmt.Fprintf(&b, "%d,%s,%s\n", i, number(r.train[i]), number(r.val[i]))
	}
	return b.String()
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "nan"
	}
	return fmt.Sprintf("%.6g", v)
}
