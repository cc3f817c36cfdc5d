package rewrite

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/half"
)

func isHalf(d graph.DType) bool { return d == graph.BFloat16 || d == graph.Float16 }

func anyHalf(in []*graph.Node) bool {
	for _, n := range in {
		if isHalf(n.DType) {
			return true
		}
	}
	return false
}

// widenHalves computes operations on half floats with float32 and rounds each result.
//
//	%2 = tanh %0 : bfloat16(8)  → %2 = cast float32 %0
//	                              %3 = tanh %2 : float32(8)
//	                              %4 = cast bfloat16 %3
//
// Where one operation's rounded result is another's operand it is taken unrounded; what only
// moves half floats moves them as they are; products and attention of bfloat16 round their
// operands while they pack them. It is not for speed: the kernels compute with float32.
func widenHalves(g *graph.Graph) *graph.Graph { return eachTuple(g, widen) }

// widen computes an operation on half floats with float32.
func widen(out *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node {
	switch op := old.Op.(type) {
	case graph.Cast:
		return widenCast(op, in[0])
	case graph.Const:
		return widenSource(out, op, op.DType, func() graph.Op {
			op.DType, op.Value = graph.Float32, rounded(op.Value, op.DType)
			return op
		})
	case graph.Iota:
		return widenSource(out, op, op.DType, func() graph.Op { op.DType = graph.Float32; return op })
	case graph.Select, graph.StopGradient, graph.Reshape, graph.Broadcast, graph.Transpose, graph.Slice, graph.Reverse,
		graph.Pad, graph.Concat, graph.Gather:
		if !slices.ContainsFunc(in, isNarrow) {
			return nil // what is stored as half floats is moved as such
		}
	}
	if !anyHalf(in) {
		return nil
	}
	return narrowResults(lowPrecision(old.Op, in), in)
}

func widenSource(out *graph.Graph, op graph.Op, d graph.DType, wider func() graph.Op) []*graph.Node {
	if !isHalf(d) {
		return nil
	}
	return []*graph.Node{toType(out.Apply(wider()), d)}
}

// rounded is x as a half float.
func rounded(x float64, d graph.DType) float64 {
	if d == graph.BFloat16 {
		return float64(half.FromBFloat16(half.ToBFloat16(float32(x))))
	}
	return float64(half.FromFloat16(half.ToFloat16(float32(x))))
}

// widenCast casts half floats by way of float32. The rounding of an operation's result is
// left out (see wide); that of a cast to a half float, which somebody asked for, is not.
func widenCast(op graph.Cast, x *graph.Node) []*graph.Node {
	if !isHalf(x.DType) && (x.DType == graph.Float32 || !isHalf(op.To)) {
		return nil
	}
	w := toFloat32(x)
	if _, asked := x.Op.(graph.Cast); asked && isNarrow(x) {
		w = graph.Apply(native.Round{To: x.DType}, w)
	}
	if op.To == graph.Float32 {
		return []*graph.Node{w}
	}
	return []*graph.Node{toType(w, op.To)}
}

// lowPrecision is op with kernels for bfloat16, if there are and in are that: products round their
// operands while they pack them.
func lowPrecision(op graph.Op, in []*graph.Node) graph.Op {
	if in[0].DType != graph.BFloat16 {
		return op
	}
	switch op := op.(type) {
	case graph.MatMul:
		return native.Gemm{MatMul: op, Precision: kernel.Short}
	case fused.Attention:
		return native.Attention{Attention: op, Precision: kernel.Short}
	case fused.AttentionGrad:
		return native.AttentionGrad{AttentionGrad: op, Precision: kernel.Short}
	}
	return op
}

func narrowResults(op graph.Op, in []*graph.Node) []*graph.Node {
	half := graph.BFloat16
	x := make([]*graph.Node, len(in))
	for i, n := range in {
		if x[i] = n; isHalf(n.DType) {
			x[i], half = toFloat32(n), n.DType
		}
	}
	out := graph.ResultsOf(graph.Apply(op, x...))
	for i, n := range out {
		if n.DType == graph.Float32 {
			out[i] = toType(n, half)
		}
	}
	return out
}

// isNarrow reports whether n is a float32 rounded to a half float.
func isNarrow(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.Cast, native.Narrow:
		return isHalf(n.DType) && n.In[0].DType == graph.Float32
	}
	return false
}

// toFloat32 is n as float32; of a float32 that was rounded for n it is that, unrounded: more
// precision than asked for, as XLA gives, and one pass over memory less.
func toFloat32(n *graph.Node) *graph.Node {
	if isNarrow(n) {
		return n.In[0]
	}
	return graph.Apply(graph.Cast{To: graph.Float32}, n)
}

// toType is n as a half float or what else d is.
func toType(n *graph.Node, d graph.DType) *graph.Node {
	if isHalf(d) && n.DType == graph.Float32 {
		return graph.Apply(native.Narrow{Cast: graph.Cast{To: d}}, n)
	}
	return graph.Apply(graph.Cast{To: d}, n)
}
