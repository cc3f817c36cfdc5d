package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseDot finds a sum of products over all axes or over the last one.
//
//	%2 = mul %0 %1  → %4 = dot %0 %1
//	%3 = reduce_add[axes=…] %2
//
// It pays where nothing else reads the products, which then are never in memory, and neither
// factor is a repeated one.
func fuseDot(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			op, ok := old.Op.(graph.Reduce)
			if !ok || op.Fn != graph.Add || from.readers[old.In[0].ID] != 1 || in[0].Shape.Size() == 0 {
				return nil
			}
			if !isBinary(in[0], graph.Mul) || isRepeated(in[0].In[0]) || isRepeated(in[0].In[1]) {
				return nil
			}
			switch {
			case sumsAll(op, in[0].Shape):
				return reshaped(graph.Apply(native.Dot{}, in[0].In...), old.Shape)
			case sumsLast(op, in[0].Shape):
				return graph.Apply(native.Dot{Rows: true}, in[0].In...)
			}
			return nil
		}
	})
}

// sumsAll reports whether op reduces all axes of s that have more than one element.
func sumsAll(op graph.Reduce, s graph.Shape) bool {
	for i, d := range s {
		if !op.Has(i) && d != 1 {
			return false
		}
	}
	return true
}

// sumsLast reports whether op reduces the last axis of s alone.
func sumsLast(op graph.Reduce, s graph.Shape) bool {
	for i := range s {
		if op.Has(i) != (i == len(s)-1) {
			return false
		}
	}
	return true
}
