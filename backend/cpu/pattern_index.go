package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// place is where indices of rows lie: one below 0 counts from the end, and one beyond the
// rows is the nearest that there is. Operand int32 or int64; result int64.
type place struct{ rows int }

func (o place) String() string { return fmt.Sprintf("place in %d", o.rows) }

func (place) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{{DType: graph.Int64, Shape: in[0].Shape}}
}

// placeKey is a place of indices.
type placeKey struct {
	of   *graph.Node
	rows int
}

// indices finds the indices of a gather, or of the scatter that is its gradient, counted and
// bounded step by step.
func (m *matcher) indices(old *graph.Node, in []*graph.Node) *graph.Node {
	rows := 0
	if old.Rank() > 0 && len(in) > 1 {
		rows = in[0].Shape[0]
	}
	var from *graph.Node
	switch old.Op.(type) {
	case graph.Gather:
		from = counted(in[1], rows)
	case graph.Scatter:
		from = bounded(in[1], rows)
	}
	if from == nil || rows == 0 {
		return nil
	}
	key := placeKey{from, rows}
	if m.places[key] == nil {
		m.places[key] = graph.Apply(place{rows}, from)
	}
	return graph.Apply(old.Op, append([]*graph.Node{in[0], m.places[key]}, in[2:]...)...)
}

// counted returns i if n is i, or i + rows where that is below 0.
func counted(n *graph.Node, rows int) *graph.Node {
	if _, ok := n.Op.(graph.Select); !ok || n.DType != graph.Int32 && n.DType != graph.Int64 {
		return nil
	}
	i := n.In[2]
	if c, ok := n.In[0].Op.(graph.Compare); !ok || c.Fn != graph.Less || n.In[0].In[0] != i || !isConst(n.In[0].In[1], 0) {
		return nil
	}
	if !isBinary(n.In[1], graph.Add) || n.In[1].In[0] != i || !isConst(n.In[1].In[1], float64(rows)) {
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
