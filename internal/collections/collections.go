// Package collections finds the files that tests read and that are too large for the
// repository: results of Keras ("golden") and malformed files ("hostile"). They lie in
// ../shared, beside the checkout, or where RHYTON_GOLDEN and RHYTON_HOSTILE say.
//
// A checkout without them has a part of each in testdata. With CI=true their absence is a
// failure, so that a run that is meant to be complete is.
package collections

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// A File is one malformed file, or a sound one to compare with.
type File struct {
	Name   string `json:"file"` // KIND/NAME
	Kind   string
	Wrong  string // what is wrong with it
	Expect string // "error", "ok", "error_or_ok" or "error_or_ignored"
	Path   string `json:"-"`
}

// Golden returns the folder of all results of Keras, or, where that is missing, the folder
// part of the repository. If part is "", the test is skipped instead.
func Golden(t testing.TB, part string) string {
	t.Helper()
	dir, ok := beside(t, "golden", "RHYTON_GOLDEN")
	switch {
	case ok:
		return dir
	case part == "":
		t.Skipf("there is no %s; internal/golden/testdata has a part of it, which other tests run", dir)
	}
	return part
}

// Hostile returns the malformed files of some kinds: all, or the part in testdata.
func Hostile(t testing.TB, kinds ...string) (files []File) {
	t.Helper()
	dir, ok := beside(t, "hostile", "RHYTON_HOSTILE")
	if !ok {
		dir = filepath.Join(here(), "testdata", "hostile")
	}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Files []File }
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, f := range manifest.Files {
		if slices.Contains(kinds, f.Kind) {
			f.Path = filepath.Join(dir, filepath.FromSlash(f.Name))
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		t.Fatalf("%s has no files of the kinds %v", dir, kinds)
	}
	return files
}

// beside returns the folder of a collection, and whether it is there.
func beside(t testing.TB, name, env string) (dir string, ok bool) {
	t.Helper()
	if dir = os.Getenv(env); dir == "" {
		dir = filepath.Join(here(), "..", "..", "..", "shared", name)
	}
	_, err := os.Stat(dir)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%v; with CI=true the whole collection must be there, or %s name it", err, env)
	}
	return dir, err == nil
}

// here is the folder of this file.
func here() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}
