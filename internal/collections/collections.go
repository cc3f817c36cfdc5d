// Package collections locates the test files that are too large for the repository: results of
// Keras ("golden") and malformed files ("hostile"). They are in ../shared, beside the checkout,
// or in the folders named by RHYTON_GOLDEN and RHYTON_HOSTILE.
//
// Without them, tests use the subset of each in testdata. With CI=true a missing collection
// is a failure, so that complete runs are complete.
package collections

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// A File is a malformed file, or a valid one for comparison.
type File struct {
	Name   string `json:"file"` // KIND/NAME
	Kind   string
	Wrong  string // what is wrong with it
	Expect string // "error", "ok", "error_or_ok" or "error_or_ignored"
	Path   string `json:"-"`
}

// Golden returns the folder of all Keras results or, if it is missing, the folder part of the
// repository. If part is "", the test is skipped instead.
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

// Hostile returns the malformed files of the given kinds: all, or the subset in testdata.
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

// beside returns the folder of a collection and whether it exists.
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

// here returns the folder of this source file.
func here() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}
