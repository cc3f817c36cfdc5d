package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Masking]()
}

// Masking masks the steps whose features all equal MaskValue and sets them to 0. Downstream
// layers that support masks, such as recurrent ones, skip these steps.
//
// Input and output: (batch, time, features). Mask: (batch, time).
type Masking struct {
	Base

	Name      string  `keras:"name"`
	MaskValue float64 `keras:"mask_value" default:"0.0"`
}

// Call returns x with the masked steps set to 0.
func (m *Masking) Call(_ *Scope, x *graph.Node) *graph.Node {
	return ops.Where(ops.ExpandDims(m.counts(x), -1), x, ops.ZerosLike(x))
}

// Mask returns a mask that is true for the steps to keep.
func (m *Masking) Mask(_ *Scope, in []*graph.Node) *graph.Node { return m.counts(in[0]) }

func (*Masking) makesMask() bool { return true }

func (m *Masking) counts(x *graph.Node) *graph.Node {
	if x.Rank() < 2 {
		graph.Errorf("want rank 2 or more, (batch, time, features)")
	}
	return ops.Any(ops.NotEqual(x, ops.Scalar(x, m.MaskValue)), -1)
}
