package cpu

import "github.com/rhyton/rhyton/graph"

// legal rewrites g into what there are kernels for: composites are taken whole for
// float32 alone, and half floats are computed with as float32, rounding every result.
func legal(g *graph.Graph) *graph.Graph {
	for spellable(g) {
		g = graph.Exposed(rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node {
			if op, ok := old.Op.(graph.Composite); ok && !single(in) && !halves(in) {
				return op.Lower(in)
			}
			return nil
		}))
	}
	return rewrite(g, widened)
}

// rewrite is [graph.Rewrite] for f that may give several results, in bodies of scans too.
func rewrite(g *graph.Graph, f func(out *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node) *graph.Graph {
	tuples := map[*graph.Node][]*graph.Node{}
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		switch op := old.Op.(type) {
		case graph.Result:
			if t := tuples[old.In[0]]; t != nil {
				return t[op.Index]
			}
			return nil
		case graph.Scan:
			op.Body = rewrite(op.Body, f)
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

// spellable reports whether g has composites of wide floats.
func spellable(g *graph.Graph) bool {
	for _, n := range g.Nodes {
		if s, ok := n.Op.(graph.Scan); ok && spellable(s.Body) {
			return true
		}
		if _, ok := n.Op.(graph.Composite); ok && !single(n.In) && !halves(n.In) {
			return true
		}
	}
	return false
}

// single reports whether the floats among the operands are float32.
func single(in []*graph.Node) bool {
	for _, n := range in {
		if n.DType.IsFloat() && n.DType != graph.Float32 {
			return false
		}
	}
	return true
}

func isHalf(d graph.DType) bool { return d == graph.BFloat16 || d == graph.Float16 }

func halves(in []*graph.Node) bool {
	for _, n := range in {
		if isHalf(n.DType) {
			return true
		}
	}
	return false
}

// widened computes an operation on half floats with float32.
func widened(out *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node {
	switch op := old.Op.(type) {
	case graph.Cast:
		from := in[0].DType
		if from != graph.Float32 && op.To != graph.Float32 && (isHalf(from) || isHalf(op.To)) {
			return []*graph.Node{narrow(wide(in[0]), op.To)}
		}
		return nil
	case graph.Iota:
		if !isHalf(op.DType) {
			return nil
		}
		to := op.DType
		op.DType = graph.Float32
		return []*graph.Node{narrow(out.Apply(op), to)}
	case graph.Select, graph.Stop, graph.Reshape, graph.Broadcast, graph.Transpose, graph.Slice, graph.Reverse,
		graph.Pad, graph.Concat, graph.Gather:
		return nil
	}
	if !halves(in) {
		return nil
	}
	return narrowed(old, in)
}

func narrowed(old *graph.Node, in []*graph.Node) []*graph.Node {
	half := graph.BFloat16
	x := make([]*graph.Node, len(in))
	for i, n := range in {
		if x[i] = n; isHalf(n.DType) {
			x[i], half = wide(n), n.DType
		}
	}
	out := graph.ResultsOf(graph.Apply(old.Op, x...))
	for i, n := range out {
		if n.DType == graph.Float32 {
			out[i] = narrow(n, half)
		}
	}
	return out
}

// wide is n as float32; of a float32 that was rounded for n it is that, unrounded: more
// precision than asked for, as XLA gives, and one pass over memory less.
func wide(n *graph.Node) *graph.Node {
	if _, ok := n.Op.(graph.Cast); ok && n.In[0].DType == graph.Float32 {
		return n.In[0]
	}
	return graph.Apply(graph.Cast{To: graph.Float32}, n)
}

func narrow(n *graph.Node, d graph.DType) *graph.Node { return graph.Apply(graph.Cast{To: d}, n) }
