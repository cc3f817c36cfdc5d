// Package targets implements Keras' rules for targets, sample weights and masks, which losses and
// metrics share.
package targets

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// SameRank makes the ranks of a and b equal if they differ by one: a vector becomes a column next
// to a column, otherwise a last axis of extent 1 is dropped. Other values are unchanged.
func SameRank(a, b *graph.Node) (*graph.Node, *graph.Node) {
	switch {
	case a.Rank() == b.Rank()+1 && a.Shape[b.Rank()] == 1:
		if b.Rank() == 1 {
			return a, ops.ExpandDims(b, -1)
		}
		return ops.Squeeze(a, -1), b
	case b.Rank() == a.Rank()+1 && b.Shape[a.Rank()] == 1:
		b, a = SameRank(b, a)
	}
	return a, b
}

// Aligned makes the ranks of values and weight equal, either by SameRank or by appending axes of
// extent 1 to the one that has only the leading axes of the other.
func Aligned(values, weight *graph.Node) (*graph.Node, *graph.Node) {
	x, y := SameRank(values, weight)
	for x.Rank() > y.Rank() && y.Rank() > 0 {
		y = ops.ExpandDims(y, -1)
	}
	for y.Rank() > x.Rank() && x.Rank() > 0 {
		x = ops.ExpandDims(x, -1)
	}
	for i := range min(x.Rank(), y.Rank()) {
		if x.Shape[i] != y.Shape[i] && x.Shape[i] != 1 && y.Shape[i] != 1 {
			graph.Errorf("sample weights or mask %v do not match values %v", weight.Shape, values.Shape)
		}
	}
	return x, y
}

// Masked merges a mask into the weights, which may be nil. The mask becomes 0 and 1 or, if the
// weighted values will be averaged over all elements, 0 and total/valid.
func Masked(mask, weight *graph.Node, average bool) *graph.Node {
	if mask == nil {
		return weight
	}
	mask = ops.Cast(mask, graph.Float32)
	if average {
		valid := ops.Sum(mask)
		mask = ops.Multiply(mask, ops.DivideNoNaN(ops.Scalar(mask, float64(mask.Shape.Size())), valid))
	}
	if weight == nil {
		return mask
	}
	mask, weight = Aligned(mask, ops.Cast(weight, mask.DType))
	return ops.Multiply(mask, weight)
}
