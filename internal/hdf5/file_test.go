package hdf5

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

func TestKerasFilesAreRead(t *testing.T) {
	dir := collections.Golden(t, filepath.Join("..", "golden", "testdata"))
	paths, err := filepath.Glob(filepath.Join(dir, "model", "*.h5"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s/model has no .h5 (%v)", dir, err)
	}
	for _, path := range paths {
		r, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		info, _ := r.Stat()
		f, err := Open(r, info.Size())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		arrays := 0
		var walk func(o *Object)
		walk = func(o *Object) {
			if !o.IsGroup() {
				if _, err := o.Read(nil); err != nil {
					t.Errorf("%s: %v", path, err)
				}
				arrays++
				return
			}
			names, err := o.Names()
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, n := range names {
				walk(o.Member(n))
			}
		}
		walk(f.Root())
		t.Log(filepath.Base(path), arrays)
		if arrays == 0 {
			t.Errorf("%s: no arrays", path)
		}
	}
}
