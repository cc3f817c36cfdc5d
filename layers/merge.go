package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// mergeMask computes the output mask of a merge layer as Keras 3 does: the union of the input
// masks, or no mask if any input has none.
type mergeMask struct{}

// Mask returns the union of the masks of the inputs.
func (mergeMask) Mask(s *Scope, in []*graph.Node) *graph.Node { return orMasks(s, in) }

// orMasks returns the union of the masks of in, or nil if any of them has no mask.
func orMasks(s *Scope, in []*graph.Node) *graph.Node {
	var all *graph.Node
	for _, x := range in {
		m := s.Mask(x)
		if m == nil {
			return nil
		}
		if all == nil {
			all = m
		} else {
			all = ops.LogicalOr(all, m)
		}
	}
	return all
}

// fold combines xs from the left with f, broadcasting each operand against the others.
func fold(xs []*graph.Node, f func(a, b *graph.Node) *graph.Node) *graph.Node {
	if len(xs) < 2 {
		graph.Errorf("want at least 2 inputs, %d were given", len(xs))
	}
	xs = sameRank(xs)
	checkBroadcast(xs)
	y := xs[0]
	for _, x := range xs[1:] {
		y = f(y, x)
	}
	return y
}

// checkBroadcast reports an axis along which xs, all of one rank, cannot be broadcast.
func checkBroadcast(xs []*graph.Node) {
	for axis := range xs[0].Rank() {
		common := 1
		for _, x := range xs {
			switch d := x.Shape[axis]; {
			case common == 1:
				common = d
			case d != 1 && d != common:
				graph.Errorf("axis %d has %d and %d: they do not broadcast; want one extent, or 1", axis-xs[0].Rank(), common, d)
			}
		}
	}
}

// sameRank inserts axes of extent 1 after the batch axis of lower-rank inputs, as Keras does.
func sameRank(xs []*graph.Node) []*graph.Node {
	rank := 0
	for _, x := range xs {
		rank = max(rank, x.Rank())
	}
	out := make([]*graph.Node, len(xs))
	for i, x := range xs {
		for x.Rank() < rank {
			x = ops.ExpandDims(x, 1)
		}
		out[i] = x
	}
	return out
}

// foldMasked is like fold for an f without an identity element, such as the maximum: a masked
// step of one operand first takes the values of the other.
func foldMasked(s *Scope, xs []*graph.Node, f func(a, b *graph.Node) *graph.Node) *graph.Node {
	return fold(xs, func(a, b *graph.Node) *graph.Node {
		inA, inB := s.Mask(a), s.Mask(b)
		if inB != nil {
			b = ops.Where(over(inB, b), b, a)
		}
		if inA != nil {
			a = ops.Where(over(inA, a), a, b)
		}
		y := f(a, b)
		if inA != nil && inB != nil {
			s.SetMask(y, ops.LogicalOr(inA, inB))
		}
		return y
	})
}

// over appends axes of extent 1 to mask, which covers the first axes of x.
func over(mask, x *graph.Node) *graph.Node {
	for mask.Rank() < x.Rank() {
		mask = ops.ExpandDims(mask, -1)
	}
	return mask
}
