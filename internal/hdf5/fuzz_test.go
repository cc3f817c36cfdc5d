package hdf5

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

// FuzzOpen reads all groups and arrays of a file.
func FuzzOpen(f *testing.F) {
	for _, file := range collections.Hostile(f, "h5") {
		if b, err := os.ReadFile(file.Path); err == nil && len(b) < 64<<10 {
			f.Add(b)
		}
	}
	dir := collections.Golden(f, filepath.Join("..", "golden", "testdata"))
	paths, err := filepath.Glob(filepath.Join(dir, "model", "*.h5"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		if b, err := os.ReadFile(path); err == nil && len(b) < 32<<10 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		h.Root().Strings("model_config")
		visited := 0
		var walk func(o *Object, depth int)
		walk = func(o *Object, depth int) {
			if visited++; visited > 10000 || depth > 64 {
				return // groups may contain themselves
			}
			if !o.IsGroup() {
				_, _ = o.Read(nil)
				return
			}
			names, err := o.Names()
			if err != nil {
				return
			}
			for _, n := range names {
				walk(o.Member(n), depth+1)
			}
		}
		walk(h.Root(), 0)
	})
}
