package datasets

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rhyton/rhyton/internal/collections"
)

const childEnv = "RHYTON_HOSTILE_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

// A report is the result of the child process for one file.
type report struct {
	Err, Value string
	PeakKiB    int // increase of the peak resident memory
	Goroutines int
}

// child loads one file as its kind in a separate process, which contains a crash or excessive
// memory use.
func child(path string) {
	before, routines := peak(), runtime.NumGoroutine()
	var value any
	var err error
	switch filepath.Base(filepath.Dir(path)) {
	case "csv":
		var t *Table
		if t, err = (CSV{Features: []string{"a", "b"}, Label: "label"}).Load(path); err == nil {
			value = fmt.Sprint(t.X, t.Y)
		}
	case "idx":
		value, err = LoadIDX(path)
	case "npy":
		value, err = LoadNPY(path)
	case "npz":
		value, err = LoadNPZ(path)
	case "png":
		value, err = LoadImage(path, 0)
	}
	r := report{PeakKiB: peak() - before, Goroutines: runtime.NumGoroutine() - routines}
	if err != nil {
		r.Err = err.Error()
	} else {
		r.Value = fmt.Sprintf("%+v", value)
	}
	_ = json.NewEncoder(os.Stdout).Encode(r)
}

func peak() int {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	kib, _ := strconv.Atoi(strings.Fields(rest + " 0 kB")[0])
	return kib
}

func TestHostileFilesGiveErrors(t *testing.T) {
	values := map[string]string{
		"csv/ok.csv": "[[1.  2.5]\n [3.  0.4]] [0 1]", "csv/ok_crlf.csv": "[[1.  2.5]\n [3.  0.4]] [0 1]",
		"npy/ok.npy":               "float32 (2, 2)\n[[1. 2.]\n [3. 4.]]",
		"idx/ok-images-idx3-ubyte": "uint8 (2, 4, 4)\n", "png/ok.png": "uint8 (4, 4, 1)\n",
	}
	parts := map[string]string{
		"csv/ragged_short.csv": "line 4", "csv/text_label.csv": `line 4, column 3 ("label"): "cat"`,
		"csv/nul.csv": "NUL", "csv/huge_field.csv": "line 2, column 1", "csv/inf_string.csv": "line 4, column 1",
		"csv/nan_string.csv": "missing value", "csv/label_neg.csv": "line 2, column 3", "csv/label_missing.csv": `no column "label"`,
		"csv/int_precision.csv": "9007199254740993", "csv/header_only.csv": "no rows", "csv/open_quote.csv": "line 4",
		"idx/bomb-idx3-ubyte.gz": "more data than", "idx/count_huge-idx3-ubyte": "limit", "idx/rank0-idx0-ubyte": "rank 0",
		"idx/not_gzip-idx3-ubyte.gz": "no IDX file", "npy/pickle.npy": "pickle", "npy/shape_neg.npy": "negative", "npy/shape_huge.npy": "limit",
		"npz/bomb.npz": "limit", "npz/pickle.npz": "pickle", "npz/slip.npz": "leads out", "png/bomb_20000.png": "20000 x 20000",
		"png/dims_2p31.png": "overflow",
	}
	for _, f := range collections.Hostile(t, "csv", "idx", "npy", "npz", "png") {
		t.Run(f.Name, func(t *testing.T) {
			r := inChild(t, f.Path)
			t.Logf("%s: %s%s (%d KiB)", f.Wrong, r.Err, r.Value, r.PeakKiB)
			if f.Expect == "error" && r.Err == "" || f.Expect == "ok" && r.Err != "" {
				t.Errorf("%s: error %q, want %s", f.Wrong, r.Err, f.Expect)
			}
			if r.Err != "" && !strings.Contains(r.Err, filepath.Base(f.Name)) {
				t.Errorf("error %q does not name the file", r.Err)
			}
			if !strings.Contains(r.Err, parts[f.Name]) || !strings.Contains(r.Value, values[f.Name]) {
				t.Errorf("got %q %q, want %q %q", r.Err, r.Value, parts[f.Name], values[f.Name])
			}
			if r.PeakKiB > 256<<10 || r.Goroutines != 0 {
				t.Errorf("%d KiB more memory, %d goroutines left", r.PeakKiB, r.Goroutines)
			}
		})
	}
}

func inChild(t *testing.T, path string) (r report) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // for a loader that hangs
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the child died: %v\n%s", err, out)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
		t.Errorf("wrote %v", left)
	}
	return r
}
