package cpu

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// products finds the sum of products over all axes or the last one.
func (m *matcher) products(old *graph.Node, in []*graph.Node) *graph.Node {
	op, ok := old.Op.(graph.Reduce)
	if !ok || op.Fn != graph.Add || m.uses[old.In[0].ID] != 1 || in[0].Shape.Size() == 0 {
		return nil
	}
	if !isBinary(in[0], graph.Mul) || repeated(in[0].In[0]) || repeated(in[0].In[1]) {
		return nil
	}
	all, last := true, true
	for i, d := range in[0].Shape {
		all = all && (op.Has(i) || d == 1)
		last = last && op.Has(i) == (i == len(in[0].Shape)-1)
	}
	switch {
	case all:
		return reshaped(graph.Apply(dot{}, in[0].In...), old.Shape)
	case last:
		return graph.Apply(dot{rows: true}, in[0].In...)
	}
	return nil
}

// repeated reports whether n is fewer numbers than elements.
func repeated(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.Const, graph.Broadcast:
		return true
	}
	return false
}

// pieces finds a sum of values padded with zeros that lie side by side, the gradient of
// slices, and joins them.
func (m *matcher) pieces(old *graph.Node, in []*graph.Node) *graph.Node {
	if !isBinary(old, graph.Add) {
		return nil
	}
	pads := m.padded(old, in, nil)
	if len(pads) < 2 {
		return nil
	}
	axis := -1
	for i, d := range pads[0].In[0].Shape {
		if d != old.Shape[i] {
			if axis >= 0 {
				return nil
			}
			axis = i
		}
	}
	if axis < 0 {
		return nil
	}
	low := func(n *graph.Node) int { return n.Op.(graph.Pad).Low.At[axis] }
	slices.SortFunc(pads, func(a, b *graph.Node) int { return low(a) - low(b) })
	at := 0
	var parts []*graph.Node
	for _, n := range pads {
		x := n.In[0]
		rest := x.Shape.Clone()
		rest[axis] = old.Shape[axis]
		if low(n) != at || !rest.Equal(old.Shape) {
			return nil
		}
		at += x.Shape[axis]
		parts = append(parts, x)
	}
	if at != old.Shape[axis] {
		return nil
	}
	return graph.Apply(graph.Concat{Axis: axis}, parts...)
}

// padded collects the zero-padded terms of a sum; nil if there are others.
func (m *matcher) padded(old *graph.Node, in []*graph.Node, all []*graph.Node) []*graph.Node {
	for i, n := range in {
		if m.uses[old.In[i].ID] != 1 {
			return nil
		}
		switch op := n.Op.(type) {
		case graph.Pad:
			if op.Value != 0 || op.Interior != graph.RepeatDim(op.Interior.Rank, 0) {
				return nil
			}
			all = append(all, n)
		case graph.Binary:
			if op.Fn != graph.Add {
				return nil
			}
			if all = m.padded(old.In[i], n.In, all); all == nil {
				return nil
			}
		default:
			return nil
		}
	}
	return all
}
