package devicetest

import (
	"context"
	"flag"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

var dropped = flag.Int("dropped", 12, "how many models TestDroppedModelsTakeNoMemory drops")

// resident returns the resident memory of the process in bytes after unused memory is released.
func resident(t *testing.T) int {
	t.Helper()
	for range 5 {
		debug.FreeOSMemory() // also runs a garbage collection
		time.Sleep(10 * time.Millisecond)
	}
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// A 1024-1024-1 model with Adam has 12 MB of weights and state, and is never closed.
func TestDroppedModelsTakeNoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("XLA compiles a model for seconds")
	}
	for _, device := range devices(t) {
		if device == "ref" || device == "gorgonia" {
			continue // too slow, and their memory belongs to Go
		}
		t.Run(device, func(t *testing.T) {
			var first int
			data := datasets.Of(tensor.New(tensor.Float32, 4, 1024), tensor.New(tensor.Float32, 4, 1))
			for i := range *dropped {
				m := models.Sequential(layers.Input(1024), &layers.Dense{Units: 1024}, &layers.Dense{Units: 1})
				err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.MeanSquaredError{}, Device: device})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.Fit(context.Background(), data, models.Fit{}); err != nil {
					t.Fatal(err)
				}
				if i == *dropped/2 {
					first = resident(t)
				}
			}
			last := resident(t)
			if u, err := models.UsageOf(device); err != nil || u.Programs > 0 || u.Buffers > 0 {
				t.Errorf("after all are dropped the device holds %+v, %v; want nothing", u, err)
			}
			t.Logf("%d MB after %d models, %d MB after %d", first>>20, *dropped/2, last>>20, *dropped)
			if grown := last - first; grown > *dropped/2*12<<20 {
				t.Errorf("%d models have left %d MB", *dropped-*dropped/2, grown>>20)
			}
		})
	}
}
