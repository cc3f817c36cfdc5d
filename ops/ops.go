// Package ops provides the operations for writing custom layers, losses and training steps, named
// as in keras.ops. Operands broadcast as in NumPy; a negative axis counts from the end. Misuse
// panics with a *[graph.Error], which [graph.Trace] returns as an error.
package ops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// N is a value of a graph.
type N = *graph.Node

// BroadcastShape returns the shape that a and b broadcast to, as NumPy does it.
func BroadcastShape(a, b graph.Shape) graph.Shape {
	r := max(len(a), len(b))
	to := make(graph.Shape, r)
	for i := range to {
		x, y := extent(a, i-r), extent(b, i-r)
		if x != y && x != 1 && y != 1 {
			graph.Errorf("shapes %v and %v do not broadcast: axis %d has %d and %d", a, b, i-r, x, y)
		}
		to[i] = x
		if x == 1 {
			to[i] = y
		}
	}
	return to
}

func extent(s graph.Shape, i int) int {
	if i += len(s); i < 0 {
		return 1
	}
	return s[i]
}

// BroadcastTo repeats x to the given shape.
func BroadcastTo(x N, shape ...int) N {
	to := graph.Shape(shape)
	if x.Shape.Equal(to) {
		return x
	}
	if len(x.Shape) > len(to) || !BroadcastShape(x.Shape, to).Equal(to) {
		graph.Errorf("broadcast: %v does not expand to %v", x.Shape, to)
	}
	if len(x.Shape) < len(to) {
		s := make([]int, len(to))
		for i := range s {
			s[i] = extent(x.Shape, i-len(to))
		}
		x = Reshape(x, s...)
	}
	if x.Shape.Equal(to) {
		return x
	}
	return graph.Apply(graph.Broadcast{To: graph.DimsOf(to)}, x)
}

// pair broadcasts a and b, converts them to one type and applies op.
func pair(op graph.Op, a, b N) N {
	a, b = promote(a, b)
	to := BroadcastShape(a.Shape, b.Shape)
	return graph.Apply(op, BroadcastTo(a, to...), BroadcastTo(b, to...))
}

// promote casts the operand of the lower type: bool < integers < floats, narrower < wider.
func promote(a, b N) (N, N) {
	switch {
	case a.DType == b.DType:
		return a, b
	case weaker(a.DType, b.DType):
		return Cast(a, b.DType), b
	}
	return a, Cast(b, a.DType)
}

func weaker(a, b graph.DType) bool { return a < b }

// Cast converts the elements to another type; x itself if it has that type.
func Cast(x N, to graph.DType) N {
	if x.DType == to {
		return x
	}
	return graph.Apply(graph.Cast{To: to}, x)
}

// Scalar returns v as a value of x's graph and type that broadcasts to any shape.
func Scalar(x N, v float64) N { return x.Graph().Const(x.DType, v) }

// Constant returns t as a value of x's graph.
func Constant(x N, t *tensor.Tensor) N { return x.Graph().Literal(t) }

// Full returns a value of x's type and the given shape filled with v.
func Full(x N, v float64, shape ...int) N { return x.Graph().Const(x.DType, v, shape...) }

// ZerosLike returns 0 in x's type and shape.
func ZerosLike(x N) N { return Full(x, 0, x.Shape...) }

// OnesLike returns 1 in x's type and shape.
func OnesLike(x N) N { return Full(x, 1, x.Shape...) }

// StopGradient returns x and blocks gradients.
func StopGradient(x N) N { return graph.Apply(graph.StopGradient{}, x) }

// Axis returns axis of x counted from the front; a negative one counts from the end.
func Axis(x N, axis int) int {
	a := axis
	if a < 0 {
		a += x.Rank()
	}
	if a < 0 || a >= x.Rank() {
		graph.Errorf("axis %d of a value of rank %d; want %d to %d", axis, x.Rank(), -x.Rank(), x.Rank()-1)
	}
	return a
}
