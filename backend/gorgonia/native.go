package gorgonia

import (
	"fmt"
	"math/bits"

	"github.com/rhyton/rhyton/graph"
	"gorgonia.org/gorgonia"
	dense "gorgonia.org/tensor"
)

type (
	one = func(*gorgonia.Node) (*gorgonia.Node, error)
	two = func(a, b *gorgonia.Node) (*gorgonia.Node, error)
)

// The Gorgonia operations on floats that agree with the reference device. The others are loops:
// Gorgonia's Max loses NaN, its comparisons return floats, its pooling divides by the wrong number,
// its sigmoid is 1 from about 19 on, its quotient of NaN and 0 is infinite, and its float32 power
// differs from C's at infinities.
var (
	ones = map[graph.Fn]one{
		graph.Neg: gorgonia.Neg, graph.Exp: gorgonia.Exp, graph.Log: gorgonia.Log, graph.Sqrt: gorgonia.Sqrt,
		graph.Sin: gorgonia.Sin, graph.Cos: gorgonia.Cos, graph.Tanh: gorgonia.Tanh,
		graph.Log1p: gorgonia.Log1p, graph.Expm1: gorgonia.Expm1, graph.Recip: gorgonia.Inverse,
		graph.Abs: gorgonia.Abs, graph.Floor: gorgonia.Floor, graph.Ceil: gorgonia.Ceil,
	}
	twos = map[graph.Fn]two{
		graph.Add: gorgonia.Add, graph.Sub: gorgonia.Sub, graph.Mul: gorgonia.HadamardProd,
	}
)

// A native is a Gorgonia operation with the shapes in which it sees its operands.
type native struct {
	build func(in []*gorgonia.Node) (*gorgonia.Node, error)
	views []dense.Shape
}

// nativeOf returns Gorgonia's operation for op on operands of the given types, all with at least
// one element. Values with a single element are left to the loops: Gorgonia treats them as scalars.
func nativeOf(op graph.Op, t graph.Type, in []graph.Type) (n native, ok bool) {
	if !t.DType.IsFloat() || t.Shape.Size() == 1 {
		return n, false
	}
	flat := dense.Shape{t.Shape.Size()}
	switch op := op.(type) {
	case graph.Unary:
		if f := ones[op.Fn]; f != nil {
			return native{func(in []*gorgonia.Node) (*gorgonia.Node, error) { return f(in[0]) }, []dense.Shape{flat}}, true
		}
	case graph.Binary:
		if f := twos[op.Fn]; f != nil {
			return native{func(in []*gorgonia.Node) (*gorgonia.Node, error) { return f(in[0], in[1]) }, []dense.Shape{flat, flat}}, true
		}
	case graph.Transpose:
		return transpose(op, in[0])
	case graph.Reduce:
		return sum(op, in[0])
	case graph.MatMul:
		return matmul(op, in[0], in[1])
	case im2col:
		return op.native(in[0]), true
	}
	return n, false
}

func transpose(op graph.Transpose, x graph.Type) (n native, ok bool) {
	moved := false
	for a, d := range x.Shape {
		moved = moved || op.Perm.At[a] != a
		if d == 1 {
			return n, false
		}
	}
	return native{func(in []*gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.Transpose(in[0], op.Perm.Shape()...)
	}, []dense.Shape{shapeOf(x.Shape)}}, moved
}

// sum sums over one block of axes, viewed as (outer, axis, inner): Gorgonia is wrong from rank 4
// on.
func sum(op graph.Reduce, x graph.Type) (n native, ok bool) {
	first := bits.TrailingZeros32(op.Axes)
	end := 32 - bits.LeadingZeros32(op.Axes)
	if op.Fn != graph.Add || op.Axes == 0 || op.Axes != 1<<end-1<<first {
		return n, false
	}
	view := dense.Shape{x.Shape[:first].Size(), x.Shape[first:end].Size(), x.Shape[end:].Size()}
	if view[0] == 1 || view[1] == 1 || view[2] == 1 {
		return n, false // Gorgonia supports fewer axes
	}
	return native{func(in []*gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(in[0], 1) }, []dense.Shape{view}}, true
}

// matmul multiplies plain matrices, and batches of them, with Gorgonia's BLAS. An extent of 1
// makes a vector, which follows different rules.
func matmul(op graph.MatMul, a, b graph.Type) (n native, ok bool) {
	for _, s := range []graph.Shape{a.Shape, b.Shape} {
		for _, d := range s {
			if d == 1 {
				return n, false
			}
		}
	}
	n.views = []dense.Shape{shapeOf(a.Shape), shapeOf(b.Shape)}
	n.build = func(in []*gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.BatchedMatMul(in[0], in[1], op.TransA, op.TransB)
	}
	if len(a.Shape) == 2 {
		if op.TransA || op.TransB {
			return n, false // the lowering transposes first
		}
		n.build = func(in []*gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Mul(in[0], in[1]) }
	}
	return n, true
}

// opOf makes Gorgonia build its operation, in a graph that is discarded.
func (n native) opOf(d graph.DType) (gorgonia.Op, error) {
	g := gorgonia.NewGraph()
	var in []*gorgonia.Node
	for i, s := range n.views {
		in = append(in, gorgonia.NewTensor(g, physical[d], len(s), gorgonia.WithShape(s...), gorgonia.WithName(fmt.Sprint(i))))
	}
	out, err := n.build(in)
	if err != nil {
		return nil, err
	}
	return out.Op(), nil
}
