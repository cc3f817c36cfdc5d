package xla

import (
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
)

// On a processor most of the time goes into compiling hundreds of graphs that run once. Kernels that LLVM has not
// optimized come of the same StableHLO and the same passes of XLA; optimized ones are what all other tests and Keras'
// cases run.
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
