package regularizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// An OrthogonalMode selects the vectors that [Orthogonal] makes orthogonal; "" is OrthogonalRows.
type OrthogonalMode string

// The modes of [Orthogonal].
const (
	OrthogonalRows    OrthogonalMode = "rows"
	OrthogonalColumns OrthogonalMode = "columns"
)

// Orthogonal is Factor times the mean |cosine| between each pair of rows, or of columns, of a
// matrix w. It pushes them to be orthogonal (Keras' OrthogonalRegularizer). Factor is 0.01 if nil;
// Mode is OrthogonalRows if empty.
type Orthogonal struct {
	Factor *float64       `keras:"factor" default:"0.01" range:"[0,inf)"`
	Mode   OrthogonalMode `keras:"mode" default:"rows" enum:"rows columns"`
}

// Penalty returns the penalty of w.
func (r Orthogonal) Penalty(w *graph.Node) *graph.Node {
	r = checked(r)
	if w.Rank() != 2 {
		graph.Errorf("regularizer OrthogonalRegularizer: a weight of shape %v; want a matrix", w.Shape)
	}
	if r.Mode == OrthogonalColumns {
		w = ops.Transpose(w)
	}
	norm := ops.Sqrt(ops.KeepDims{1}.Sum(ops.Square(w)))
	unit := ops.Divide(w, ops.Maximum(norm, ops.Scalar(norm, 1e-12)))
	cosines := ops.MatMul(unit, ops.Transpose(unit))
	n := w.Shape[0]
	eye := graph.DimsOf(cosines.Shape)
	diagonal := ops.Equal(w.Graph().Apply(graph.Iota{DType: graph.Int32, Axis: 0, Dims: eye}),
		w.Graph().Apply(graph.Iota{DType: graph.Int32, Axis: 1, Dims: eye}))
	off := ops.Where(diagonal, ops.ZerosLike(cosines), cosines)
	pairs := float64(n) * float64(n-1) / 2
	return ops.Scale(ops.Sum(ops.Abs(off)), *r.Factor*0.5/max(pairs, 1))
}
