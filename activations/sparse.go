package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// Activations that are exactly 0 below a threshold (Keras 3).
var (
	// SparsePlus is 0 for x ≤ -1, (x + 1)²/4 for -1 < x < 1, and x above.
	SparsePlus = name(ops.SparsePlus, "sparse_plus")
	// SparseSigmoid is 0 for x ≤ -1, (x + 1)/2 for -1 < x < 1, and 1 above.
	SparseSigmoid = name(ops.SparseSigmoid, "sparse_sigmoid")
)

// Sparsemax is max(x - τ, 0) along Axis, -1 if nil. τ is computed from the k largest
// elements: those greater than (S - 1)/r, where r is the rank of the element and S is the sum of
// the r largest elements.
//
// With Exact, τ is (the sum of those k elements - 1)/k: the result is the point of the
// probability simplex nearest to x, like a softmax with exact zeros (Martins & Astudillo 2016).
// Without Exact, the result is that of Keras 3.15, which uses the k running sums instead of the
// sum; the two are equal if k is 1.
type Sparsemax struct {
	Axis  *int `keras:"axis" default:"-1"`
	Exact bool `keras:"exact"`
}

// Apply returns max(x - τ, 0).
func (a Sparsemax) Apply(x *graph.Node) *graph.Node {
	axis := *config.Filled(a).Axis
	if a.Exact {
		return ops.Sparsemax(x, axis)
	}
	if ops.Axis(x, axis) != x.Rank()-1 {
		return ops.SwapAxes(Sparsemax{}.Apply(ops.SwapAxes(x, axis, -1)), axis, -1)
	}
	k, rank := support(x)
	count := ops.Maximum(ops.Subtract(k, rank), ops.ZerosLike(x)) // the number of the k sums that include x
	total := ops.KeepDims{-1}.Sum(ops.Multiply(count, x))
	return ops.ReLU(ops.Subtract(x, ops.Divide(ops.Shift(total, -1), k)))
}

// support returns k, the size of the support of each row, and the rank of each element, 0 for
// the largest.
func support(x *graph.Node) (k, rank *graph.Node) {
	sorted := ops.StopGradient(ops.Flip(ops.Sort(x, -1), -1))
	place := ops.Shift(x.Graph().Apply(graph.Iota{DType: x.DType, Axis: x.Rank() - 1, Dims: graph.DimsOf(x.Shape)}), 1)
	bound := ops.Divide(ops.Shift(ops.CumSum(sorted, -1), -1), place)
	k = ops.KeepDims{-1}.Sum(ops.Cast(ops.Greater(sorted, bound), x.DType))
	last := graph.ArgSort{Axis: x.Rank() - 1}
	order := graph.Apply(graph.ArgSort{Axis: last.Axis, Descending: true}, x)
	return k, ops.Cast(graph.Apply(last, order), x.DType)
}

func init() {
	family.RegisterFunction("sparsemax", "keras.activations", "sparsemax", func() Activation { return Sparsemax{} })
}
