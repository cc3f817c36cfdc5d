package backendtest_test

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
)

// picky is the reference device without exponentials, half floats and interior padding.
type picky struct{ backend.Device }

func (p picky) Compile(g *graph.Graph) (backend.Executable, error) {
	for _, n := range g.Nodes {
		pad, _ := n.Op.(graph.Pad)
		switch {
		case n.Op == graph.Unary{Fn: graph.Exp}, n.DType == graph.Float16, n.DType == graph.BFloat16, pad.Interior != graph.RepeatDim(pad.Low.Rank, 0):
			return nil, fmt.Errorf("picky: %v of %v: %w", n.Op, n.DType, backend.ErrUnsupported)
		}
	}
	return p.Device.Compile(g)
}

func TestWhatADeviceRefusesIsARowOfTheMatrix(t *testing.T) {
	m := backendtest.Run(t, picky{ref.New()})
	for _, row := range []struct {
		op    string
		dtype graph.DType
		want  backendtest.Status
	}{
		{"exp", graph.Float32, backendtest.Unsupported},
		{"log", graph.Float32, backendtest.Supported},
		{"log", graph.BFloat16, backendtest.Unsupported},
		{"pad", graph.Int32, backendtest.Partly},
		{"softmax", graph.Float64, backendtest.Unsupported},
		{"uniform", graph.Float64, backendtest.Supported},
	} {
		if got, ok := m.Of(row.op, row.dtype); !ok || got != row.want {
			t.Errorf("%s of %v is %v; want %v", row.op, row.dtype, got, row.want)
		}
	}
}
