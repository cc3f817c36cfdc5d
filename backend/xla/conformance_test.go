package xla

import (
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
)

// On a CPU most of the time is spent compiling hundreds of graphs that run once. Kernels without
// LLVM optimization come from the same StableHLO and the same XLA passes; all other tests and the
// Keras cases run optimized ones.
func TestConformance(t *testing.T) {
	dev := testDevice(t)
	if pluginName == "cpu" {
		dev.(*device).overrides["xla_backend_optimization_level"] = 0
	}
	for _, l := range backendtest.Run(t, dev).Lines {
		if l.Status != backendtest.Supported {
			t.Errorf("%s of %v: %v %s", l.Op, l.DType, l.Status, l.Note)
		}
	}
}
