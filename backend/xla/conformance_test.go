package xla

import (
	"os"
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
)

func TestConformance(t *testing.T) {
	dev := testDevice(t)
	if os.Getenv("CI") == "" {
		// Most of the time goes into optimizing hundreds of graphs that run once. CI has that time.
		bare(dev).overrides["xla_backend_optimization_level"] = 0
	}
	for _, l := range backendtest.Run(t, dev).Lines {
		if l.Status != backendtest.Supported {
			t.Errorf("%s of %v: %v %s", l.Op, l.DType, l.Status, l.Note)
		}
	}
}
