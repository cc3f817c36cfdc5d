package rewrite

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// joinPads finds a sum of values padded with zeros that lie side by side, which is what the
// gradients of slices add up to, and joins the values.
//
//	%2 = pad[low=0 high=4] %0
//	%3 = pad[low=3 high=0] %1  → %5 = concat %0 %1
//	%4 = add %2 %3
//
// It pays always: without it a layer's heads or a cell's gates are each padded to the whole
// and the whole is added up once for each.
func joinPads(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			if !isBinary(old, graph.Add) {
				return nil
			}
			pads := from.paddedTerms(old, in, nil)
			if len(pads) < 2 {
				return nil
			}
			axis := paddedAxis(pads[0], old.Shape)
			parts := sideBySide(pads, axis, old.Shape)
			if parts == nil {
				return nil
			}
			return graph.Apply(graph.Concat{Axis: axis}, parts...)
		}
	})
}

// paddedTerms collects the zero-padded terms of a sum; nil if there are others.
func (from origin) paddedTerms(old *graph.Node, in []*graph.Node, all []*graph.Node) []*graph.Node {
	for i, n := range in {
		if from.readers[old.In[i].ID] != 1 {
			return nil
		}
		switch {
		case isZeroPad(n):
			all = append(all, n)
		case isBinary(n, graph.Add):
			if all = from.paddedTerms(old.In[i], n.In, all); all == nil {
				return nil
			}
		default:
			return nil
		}
	}
	return all
}

// isZeroPad reports whether n puts zeros around its operand.
func isZeroPad(n *graph.Node) bool {
	op, ok := n.Op.(graph.Pad)
	return ok && op.Value == 0 && op.Interior == graph.RepeatDim(op.Interior.Rank, 0)
}

// paddedAxis is the only axis along which n is padded to the shape s, -1 if there are several
// or none.
func paddedAxis(n *graph.Node, s graph.Shape) int {
	axis := -1
	for i, d := range n.In[0].Shape {
		switch {
		case d == s[i]:
		case axis >= 0:
			return -1
		default:
			axis = i
		}
	}
	return axis
}

// sideBySide returns what is padded, in the order in which it fills the shape s along an axis;
// nil if there are gaps, overlaps or other axes.
func sideBySide(pads []*graph.Node, axis int, s graph.Shape) (parts []*graph.Node) {
	if axis < 0 {
		return nil
	}
	low := func(n *graph.Node) int { return n.Op.(graph.Pad).Low.At[axis] }
	slices.SortFunc(pads, func(a, b *graph.Node) int { return low(a) - low(b) })
	at := 0
	for _, n := range pads {
		x := n.In[0]
		rest := x.Shape.Clone()
		rest[axis] = s[axis]
		if low(n) != at || !rest.Equal(s) {
			return nil
		}
		at += x.Shape[axis]
		parts = append(parts, x)
	}
	if at != s[axis] {
		return nil
	}
	return parts
}
