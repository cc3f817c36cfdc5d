package gorgonia_test

import (
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/backend/gorgonia"
	"github.com/rhyton/rhyton/graph"
)

// The device refuses all operations on half floats, and nothing else.
func TestConformance(t *testing.T) {
	for _, l := range backendtest.Run(t, gorgonia.New()).Lines {
		half := l.DType == graph.BFloat16 || l.DType == graph.Float16 || l.Op == "cast to bfloat16" || l.Op == "cast to float16"
		want := backendtest.Supported
		if half {
			want = backendtest.Unsupported
		}
		if l.Status != want {
			t.Errorf("%s of %v: %v; want %v: %s", l.Op, l.DType, l.Status, want, l.Note)
		}
	}
}
