package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// clampIndices finds the indices of a gather, or of the scatter that is its gradient, brought
// into their range step by step: below 0 they count from the end, and what lies beyond the
// rows is the nearest that there is.
//
//	%3 = less %1 0  → %6 = clamp_index[rows=n] %1
//	%4 = add %1 n     %7 = gather %0 %6
//	%5 = select %3 %4 %1
//	%6 = gather %0 %5
//
// It pays always: one pass over the indices instead of three, and a gather and its gradient
// share the result.
func clampIndices(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(origin) match { return indexClamper{}.match })
}

// An indexClamper knows the indices that have been clamped.
type indexClamper map[clampKey]*graph.Node

type clampKey struct {
	index *graph.Node
	rows  int
}

func (c indexClamper) match(old *graph.Node, in []*graph.Node) *graph.Node {
	if old.Rank() == 0 || len(in) < 2 || in[0].Shape[0] == 0 {
		return nil
	}
	rows := in[0].Shape[0]
	var from *graph.Node
	switch old.Op.(type) {
	case graph.Gather:
		from = counted(in[1], rows)
	case graph.Scatter:
		from = bounded(in[1], rows)
	}
	if from == nil {
		return nil
	}
	key := clampKey{from, rows}
	if c[key] == nil {
		c[key] = graph.Apply(native.ClampIndex{Rows: rows}, from)
	}
	return graph.Apply(old.Op, append([]*graph.Node{in[0], c[key]}, in[2:]...)...)
}

// counted returns i if n is i, or i + rows where that is below 0.
func counted(n *graph.Node, rows int) *graph.Node {
	if _, ok := n.Op.(graph.Select); !ok || n.DType != graph.Int32 && n.DType != graph.Int64 {
		return nil
	}
	below, fromEnd, i := n.In[0], n.In[1], n.In[2]
	c, ok := below.Op.(graph.Compare)
	isBelow := ok && c.Fn == graph.Less && below.In[0] == i && isConst(below.In[1], 0)
	isFromEnd := isBinary(fromEnd, graph.Add) && fromEnd.In[0] == i && isConst(fromEnd.In[1], float64(rows))
	if !isBelow || !isFromEnd {
		return nil
	}
	return i
}

// bounded returns i if n is that, not below 0 and not above rows − 1.
func bounded(n *graph.Node, rows int) *graph.Node {
	if !isBinary(n, graph.Min) || !isConst(n.In[1], float64(rows-1)) {
		return nil
	}
	if n = n.In[0]; !isBinary(n, graph.Max) || !isConst(n.In[1], 0) {
		return nil
	}
	return counted(n.In[0], rows)
}
