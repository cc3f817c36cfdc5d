package cpu

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/half"
)

// legal rewrites g into what there are kernels for: composites are taken whole for float32
// alone, attention where there is work for several threads, and half floats are computed with
// as float32, rounding every result.
func legal(g *graph.Graph) *graph.Graph {
	for spellable(g) {
		g = graph.ExposeHistories(rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node {
			if spelled(old) {
				return old.Op.(graph.Composite).Lower(in)
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

// spelled reports whether n is a composite that no kernel takes.
func spelled(n *graph.Node) bool {
	switch n.Op.(type) {
	case fused.Attention, fused.AttentionGrad:
		if !attends(n.In[0].Shape, n.In[1].Shape) {
			return true
		}
	case graph.Composite:
	default:
		return false
	}
	return !single(n.In) && !halves(n.In)
}

// spellable reports whether g has composites that are to be spelled.
func spellable(g *graph.Graph) bool {
	for _, n := range g.Nodes {
		if s, ok := n.Op.(graph.Scan); ok && spellable(s.Body) {
			return true
		}
		if spelled(n) {
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
		return widenedCast(op, in[0])
	case graph.Const:
		return widenedSource(out, op, op.DType, func() graph.Op {
			op.DType, op.Value = graph.Float32, rounded(op.Value, op.DType)
			return op
		})
	case graph.Iota:
		return widenedSource(out, op, op.DType, func() graph.Op { op.DType = graph.Float32; return op })
	case graph.Select, graph.StopGradient, graph.Reshape, graph.Broadcast, graph.Transpose, graph.Slice, graph.Reverse,
		graph.Pad, graph.Concat, graph.Gather:
		if !slices.ContainsFunc(in, isNarrow) {
			return nil // what is stored as half floats is moved as such
		}
	}
	if !halves(in) {
		return nil
	}
	return narrowed(short(old.Op, in), in)
}

func widenedSource(out *graph.Graph, op graph.Op, d graph.DType, wider func() graph.Op) []*graph.Node {
	if !isHalf(d) {
		return nil
	}
	return []*graph.Node{narrow(out.Apply(wider()), d)}
}

// rounded is x as a half float.
func rounded(x float64, d graph.DType) float64 {
	if d == graph.BFloat16 {
		return float64(half.FromBFloat16(half.ToBFloat16(float32(x))))
	}
	return float64(half.FromFloat16(half.ToFloat16(float32(x))))
}

// widenedCast casts half floats by way of float32. The rounding of an operation's result is
// left out (see wide); that of a cast to a half float, which somebody asked for, is not.
func widenedCast(op graph.Cast, x *graph.Node) []*graph.Node {
	if !isHalf(x.DType) && (x.DType == graph.Float32 || !isHalf(op.To)) {
		return nil
	}
	w := wide(x)
	if _, asked := x.Op.(graph.Cast); asked && isNarrow(x) {
		w = graph.Apply(round{x.DType}, w)
	}
	if op.To == graph.Float32 {
		return []*graph.Node{w}
	}
	return []*graph.Node{narrow(w, op.To)}
}

// short is op with kernels for bfloat16, if there are and in are that: products round their
// operands while they pack them.
func short(op graph.Op, in []*graph.Node) graph.Op {
	if in[0].DType != graph.BFloat16 {
		return op
	}
	switch op := op.(type) {
	case graph.MatMul:
		return gemm{MatMul: op, precision: kernel.Short}
	case fused.Attention:
		return attention{op, kernel.Short}
	case fused.AttentionGrad:
		return attentionGrad{op, kernel.Short}
	}
	return op
}

func narrowed(op graph.Op, in []*graph.Node) []*graph.Node {
	half := graph.BFloat16
	x := make([]*graph.Node, len(in))
	for i, n := range in {
		if x[i] = n; isHalf(n.DType) {
			x[i], half = wide(n), n.DType
		}
	}
	out := graph.ResultsOf(graph.Apply(op, x...))
	for i, n := range out {
		if n.DType == graph.Float32 {
			out[i] = narrow(n, half)
		}
	}
	return out
}

type (
	// narrowing rounds the float32 result of an operation to the half float that it is.
	narrowing struct{ graph.Cast }
	// round rounds float32 to what a half float has of it.
	round struct{ to graph.DType }
)

func (o narrowing) Infer(in []graph.Type) []graph.Type { return o.Cast.Infer(in) }
func (round) Infer(in []graph.Type) []graph.Type       { return in[:1] }
func (o round) String() string                         { return "round to " + o.to.String() }

// isNarrow reports whether n is a float32 rounded to a half float.
func isNarrow(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.Cast, narrowing:
		return isHalf(n.DType) && n.In[0].DType == graph.Float32
	}
	return false
}

// wide is n as float32; of a float32 that was rounded for n it is that, unrounded: more
// precision than asked for, as XLA gives, and one pass over memory less.
func wide(n *graph.Node) *graph.Node {
	if isNarrow(n) {
		return n.In[0]
	}
	return graph.Apply(graph.Cast{To: graph.Float32}, n)
}

// narrow is n as a half float or what else d is.
func narrow(n *graph.Node, d graph.DType) *graph.Node {
	if isHalf(d) && n.DType == graph.Float32 {
		return graph.Apply(narrowing{graph.Cast{To: d}}, n)
	}
	return graph.Apply(graph.Cast{To: d}, n)
}
