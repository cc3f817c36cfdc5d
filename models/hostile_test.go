package models_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// loadHostile loads a file according to its kind.
func loadHostile(path string) error {
	if strings.HasSuffix(path, ".weights.h5") {
		m := models.Sequential(layers.Input(4), &layers.Dense{Units: 3, Activation: activations.ReLU}, &layers.Dense{Units: 2, Activation: activations.Softmax})
		return m.LoadWeights(path)
	}
	_, err := models.Load(path)
	return err
}

// TestHostileChild is not a test: run with RHYTON_HOSTILE_FILE it loads that file and prints
// the peak memory in KiB and the error.
func TestHostileChild(t *testing.T) {
	path := os.Getenv("RHYTON_HOSTILE_FILE")
	if path == "" {
		return
	}
	err := loadHostile(path)
	fmt.Printf("peak %d error %v\n", peak(t), err)
}

// peak returns the maximum resident size of the process in KiB, 0 if unknown.
func peak(t *testing.T) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			n, err := strconv.Atoi(f[1])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return 0
}

func TestHostileModelFilesAreSurvived(t *testing.T) {
	for _, f := range collections.Hostile(t, "keras", "h5") {
		t.Run(f.Name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestHostileChild$")
			cmd.Dir = t.TempDir()
			path, err := filepath.Abs(f.Path)
			if err != nil {
				t.Fatal(err)
			}
			cmd.Env = append(os.Environ(), "RHYTON_HOSTILE_FILE="+path)
			out, err := cmd.CombinedOutput()
			text := string(out)
			if err != nil || strings.Contains(text, "panic") {
				t.Fatalf("%s: %v\n%.2000s", f.Wrong, err, text)
			}
			var kib int
			at := strings.Index(text, "peak ")
			if _, err := fmt.Sscanf(text[at:], "peak %d", &kib); err != nil {
				t.Fatal(err)
			}
			_, said, _ := strings.Cut(text, "error ")
			said, _, _ = strings.Cut(said, "\n")
			failed := said != "<nil>"
			switch {
			case f.Expect == "error" && !failed:
				t.Errorf("%s: it loads", f.Wrong)
			case f.Expect == "ok" && failed:
				t.Errorf("it doesn't load: %s", said)
			case kib > 256<<10+100<<10:
				t.Errorf("%s: %d MiB of memory", f.Wrong, kib>>10)
			case failed:
				t.Logf("%s: %.300s", f.Wrong, said)
			}
			if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
				t.Errorf("it wrote %v", left)
			}
		})
	}
}
