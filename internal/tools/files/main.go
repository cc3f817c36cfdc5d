// Command files loads the model files written by several versions of Keras, compares each model's
// predictions with those of the writer, and reports how many pass, by writer and by way of
// loading.
//
// The folder contains a subfolder per writer. Cases that must be rejected are in the table
// refused: they pass if loading fails with an error that contains the text in the table.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

func main() {
	dir := flag.String("dir", filepath.Join("..", "shared", "files"), "folder of the files")
	only := flag.String("case", "", "run the cases whose writer/name/way contains this")
	verbose := flag.Bool("v", false, "tell every case")
	flag.Parse()
	register()
	r := runner{only: *only, verbose: *verbose}
	if err := r.all(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "files:", err)
		os.Exit(1)
	}
	if r.failed > 0 {
		os.Exit(1)
	}
}

// register registers the custom objects of the cases.
func register() {
	layers.Register("my>Scale", func() layers.Module { return &scale{} })
	activations.Register("my>myact", func() activations.Activation { return half{} })
}

// A way is one of the ways to load a model from the files of a case.
type way struct {
	name string
	file string // must be listed or, if it is _w.h5, exist
	load func(base string) (*models.Model, error)
}

// has reports whether a case has the way's file. Files that the writer could not write completely
// are not listed, although part of them may exist.
func (w way) has(base string, listed []string) bool {
	if slices.Contains(listed, w.file[1:]) {
		return true
	}
	_, err := os.Stat(base + w.file)
	return err == nil && strings.HasPrefix(w.file, "_")
}

var ways = []way{
	{"keras", ".keras", func(base string) (*models.Model, error) { return models.Load(base + ".keras") }},
	{"h5", ".h5", func(base string) (*models.Model, error) { return models.Load(base + ".h5") }},
	{"json+weights.h5", ".weights.h5", func(base string) (*models.Model, error) { return fromJSON(base, ".weights.h5") }},
	{"json+_w.h5", "_w.h5", func(base string) (*models.Model, error) { return fromJSON(base, "_w.h5") }},
}

// fromJSON loads the model of a case from its configuration and a weights file.
func fromJSON(base, weights string) (*models.Model, error) {
	data, err := os.ReadFile(base + ".json")
	if err != nil {
		return nil, err
	}
	m, err := models.FromJSON(data)
	if err != nil {
		return nil, err
	}
	return m, m.LoadWeights(base + weights)
}

// refused maps the name of a case to the text that its error must contain.
var refused = map[string]string{
	"lambda":     "Lambda",
	"subclass":   "regist",
	"tfoplambda": "TFOpLambda",
}

// A runner runs the cases and counts the results.
type runner struct {
	only           string
	verbose        bool
	passed, failed int
}

// all runs the cases of all writers in a folder.
func (r *runner) all(dir string) error {
	writers, err := filepath.Glob(filepath.Join(dir, "*", "index.json"))
	if err == nil && len(writers) == 0 {
		err = fmt.Errorf("%s has no folder with an index.json", dir)
	}
	for _, index := range writers {
		err = errors.Join(err, r.writer(filepath.Dir(index)))
	}
	return err
}

// writer runs the cases of one writer.
func (r *runner) writer(dir string) error {
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		return err
	}
	var index map[string][]string
	if err := json.Unmarshal(raw, &index); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	writer := filepath.Base(dir)
	for _, w := range ways {
		passed, all := 0, 0
		for _, name := range slices.Sorted(maps.Keys(index)) {
			title := writer + "/" + name + "/" + w.name
			base := filepath.Join(dir, name)
			if !w.has(base, index[name]) || !strings.Contains(title, r.only) {
				continue
			}
			all++
			switch err := check(name, base, w); {
			case err != nil:
				r.failed++
				fmt.Printf("FAIL %s: %v\n", title, err)
				continue
			case r.verbose:
				fmt.Println("ok", title)
			}
			passed++
			r.passed++
		}
		if all > 0 {
			fmt.Printf("%-10s %-16s %d/%d\n", writer, w.name, passed, all)
		}
	}
	return nil
}

// check runs a case.
func check(name, base string, w way) error {
	m, err := load(base, w)
	if says, refuse := refused[name]; refuse {
		switch {
		case err == nil:
			return fmt.Errorf("it loads; want an error that says %q", says)
		case !strings.Contains(err.Error(), says):
			return fmt.Errorf("refused, but without %q: %w", says, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return compare(m, base+".npz", name == "mixed")
}

func load(base string, w way) (m *models.Model, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("panic: %v", e)
		}
	}()
	return w.load(base)
}
