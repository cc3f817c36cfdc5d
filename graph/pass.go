package graph

// A Pass rewrites a graph into an equivalent one.
type Pass func(g *Graph) *Graph

// Passes returns the rewriting passes in order, for a device that implements the composites for
// which native is true (nil: none).
func Passes(native func(Op) bool) []Pass {
	lower := func(g *Graph) *Graph { return lowered(g, native) }
	return []Pass{ExposeHistories,
		deep(dead), deep(folded), deep(merged), deep(simplified), lower,
		deep(folded), deep(merged), deep(simplified), deep(batched), ExposeHistories,
		deep(simplified), deep(merged), deep(dead)}
}

// Prepare applies all passes to g.
func Prepare(g *Graph, native func(Op) bool) *Graph {
	for _, p := range Passes(native) {
		g = p(g)
	}
	return g
}

// Rewrite copies g node by node in order. f returns the replacement of old, whose operands are
// already rewritten, by applying operations in out; nil copies old unchanged. Inputs are always
// copied.
func Rewrite(g *Graph, f func(out *Graph, old *Node, in []*Node) *Node) *Graph {
	out := newGraph(nil)
	out.Variables = g.Variables
	at := make([]*Node, len(g.Nodes))
	for _, old := range g.Nodes {
		in := make([]*Node, len(old.In))
		for i, n := range old.In {
			in[i] = at[n.ID]
		}
		out.Label = old.Label
		_, input := old.Op.(Input)
		var n *Node
		if !input {
			n = f(out, old, in)
		}
		if n == nil {
			n = out.keep(old, in)
		}
		at[old.ID] = n
	}
	out.close(g, at)
	return out
}

// keep copies old into out with the operands in.
func (out *Graph) keep(old *Node, in []*Node) *Node {
	n := &Node{Op: old.Op, In: in, Type: old.Type, Results: old.Results, ID: len(out.Nodes), Label: old.Label, g: out}
	out.Nodes = append(out.Nodes, n)
	return n
}

// deep returns p applied to the bodies of scans, innermost first, and then to the graph.
// It may only come after exposed: it renumbers the bodies' nodes.
func deep(p Pass) Pass {
	var all Pass
	all = func(g *Graph) *Graph {
		return p(Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
			if s, ok := old.Op.(Scan); ok {
				return out.Apply(s.with(all(s.Body)), in...)
			}
			return nil
		}))
	}
	return all
}
