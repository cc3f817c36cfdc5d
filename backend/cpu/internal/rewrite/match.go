package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/uses"
	"github.com/rhyton/rhyton/graph"
)

// A match returns what stands for the node old, whose operands in the new graph are in; nil
// leaves it as it is.
type match func(old *graph.Node, in []*graph.Node) *graph.Node

// An origin is a graph that is being rewritten.
type origin struct {
	*graph.Graph
	readers []int // of each node, see uses.Readers
}

// eachNode rewrites a graph, and the bodies of the scans in it, node by node: all nodes whose
// result is one array of float32 are offered to a match, which begin makes for each graph.
func eachNode(g *graph.Graph, begin func(from origin) match) *graph.Graph {
	f := begin(origin{g, uses.Readers(g)})
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if s, ok := old.Op.(graph.Scan); ok {
			s.Body = eachNode(s.Body, begin)
			return out.Apply(s, in...)
		}
		if old.DType != graph.Float32 || old.Results != nil {
			return nil
		}
		return f(old, in)
	})
}

// stateless is a begin for a match that keeps nothing in mind.
func stateless(f match) func(origin) match { return func(origin) match { return f } }

// A tupleMatch is a match that may give several results.
type tupleMatch func(out *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node

// eachTuple rewrites all nodes of a graph and of the bodies in it.
func eachTuple(g *graph.Graph, f tupleMatch) *graph.Graph {
	tuples := map[*graph.Node][]*graph.Node{}
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		switch op := old.Op.(type) {
		case graph.Result:
			if t := tuples[old.In[0]]; t != nil {
				return t[op.Index]
			}
			return nil
		case graph.Scan:
			op.Body = eachTuple(op.Body, f)
			return out.Apply(op, in...)
		}
		r := f(out, old, in)
		if r == nil {
			return nil
		}
		tuples[old] = r
		return r[0]
	})
}

// alone reports whether operand i of old, or what that is another shape of, has no other
// reader.
func (from origin) alone(old *graph.Node, i int) bool {
	n := old.In[i]
	if isReshape(n) && from.readers[n.ID] == 1 {
		n = n.In[0]
	}
	return from.readers[n.ID] == 1
}

func isConst(n *graph.Node, x float64) bool {
	c, ok := n.Op.(graph.Const)
	return ok && c.Value == x
}

func isBinary(n *graph.Node, fn graph.Fn) bool {
	b, ok := n.Op.(graph.Binary)
	return ok && b.Fn == fn
}

func isReshape(n *graph.Node) bool {
	_, ok := n.Op.(graph.Reshape)
	return ok
}

// isRepeated reports whether n is fewer numbers than elements.
func isRepeated(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.Const, graph.Broadcast:
		return true
	}
	return false
}

func reshaped(n *graph.Node, s graph.Shape) *graph.Node {
	if n.Shape.Equal(s) {
		return n
	}
	return graph.Apply(graph.Reshape{To: graph.DimsOf(s)}, n)
}

// rowOf returns the vector that n repeats over all its rows.
func rowOf(n *graph.Node) *graph.Node {
	if _, ok := n.Op.(graph.Broadcast); !ok || n.Rank() == 0 {
		return nil
	}
	x := n.In[0]
	k := n.Shape[n.Rank()-1]
	if x.Shape.Size() != k || x.Shape[x.Rank()-1] != k {
		return nil
	}
	if isReshape(x) && x.In[0].Rank() == 1 {
		return x.In[0]
	}
	return reshaped(x, graph.Shape{k})
}
