package graph

import (
	"math"

	"github.com/rhyton/rhyton/tensor"
)

// folded evaluates nodes that depend only on constants, if all elements of the result are equal.
func folded(g *Graph) *Graph {
	return Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
		if s, ok := old.Op.(Select); ok {
			return s.decided(in)
		}
		if v, ok := foldOne(old, in); ok && exact(old.DType, v) {
			return out.Const(old.DType, v, old.Shape...)
		}
		return nil
	})
}

// decided returns the operand selected by a constant condition.
func (Select) decided(in []*Node) *Node {
	c, ok := constant(in[0])
	switch {
	case !ok:
		return nil
	case c != 0:
		return in[1]
	}
	return in[2]
}

// foldOne returns the value of all elements of n, if its operands determine it.
func foldOne(n *Node, in []*Node) (float64, bool) {
	if l, ok := n.Op.(Literal); ok {
		return single(l.Tensor)
	}
	if len(in) == 0 || n.Results != nil {
		return 0, false
	}
	x, ok := constant(in[0])
	if !ok {
		return 0, false
	}
	switch op := n.Op.(type) {
	case Broadcast, Reshape, Transpose, Slice, Reverse, StopGradient:
		return x, true
	case Unary:
		return foldUnary(op.Fn, n.DType, x)
	case Cast:
		return foldCast(op.To, x)
	case Reduce:
		return x, op.Fn != Add && op.Fn != Mul && in[0].Shape.Size() > 0
	case Pad:
		return x, x == op.Value
	}
	return foldMany(n, in, x)
}

func foldMany(n *Node, in []*Node, x float64) (float64, bool) {
	for _, m := range in[1:] {
		if _, ok := constant(m); !ok {
			return 0, false
		}
	}
	switch op := n.Op.(type) {
	case Concat:
		for _, m := range in {
			if y, _ := constant(m); y != x {
				return 0, false
			}
		}
		return x, true
	case Gather:
		return x, true
	case Binary:
		y, _ := constant(in[1])
		return foldBinary(op.Fn, n.DType, x, y)
	case Compare:
		y, _ := constant(in[1])
		return truth(holds(op.Fn, x, y)), true
	}
	return 0, false
}

// constant returns the value of all elements of n, rounded to its type.
func constant(n *Node) (float64, bool) {
	c, ok := n.Op.(Const)
	if !ok {
		return 0, false
	}
	v := c.Value
	if c.DType == Float32 {
		v = float64(float32(v))
	}
	return v, exact(c.DType, v)
}

// exact reports whether type d represents v exactly; for half floats, only small integers count.
func exact(d DType, v float64) bool {
	whole := v == math.Trunc(v) // not of NaN
	switch d {
	case Float64:
		return true
	case Float32:
		return v != v || float64(float32(v)) == v
	case BFloat16, Float16:
		return whole && math.Abs(v) <= 256
	case Bool:
		return v == 0 || v == 1
	case Uint8:
		return whole && v >= 0 && v <= math.MaxUint8
	case Int32:
		return whole && v >= math.MinInt32 && v <= math.MaxInt32
	}
	return whole && math.Abs(v) <= 1<<53
}

func single(t *tensor.Tensor) (float64, bool) {
	if t.Len() != 1 {
		return 0, false
	}
	switch d := t.Data().(type) {
	case []float32:
		return float64(d[0]), true
	case []float64:
		return d[0], true
	case []int32:
		return float64(d[0]), true
	case []int64:
		return float64(d[0]), d[0]>>53 == 0 || d[0]>>53 == -1
	case []bool:
		return truth(d[0]), true
	}
	return 0, false
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// foldCast leaves numbers that are inexact in the target type to the device.
func foldCast(to DType, x float64) (float64, bool) {
	switch {
	case to == Bool:
		return truth(x != 0), true
	case to == Float32:
		return float64(float32(x)), true
	case to.IsInt():
		x = math.Trunc(x)
	}
	return x, true
}

func foldUnary(f Fn, d DType, x float64) (float64, bool) {
	switch {
	case f == Neg:
		return narrow(d, -x), x != 0 || d.IsFloat()
	case f == Abs:
		return math.Abs(x), true
	case f == Not && d == Bool:
		return 1 - x, true
	case f == Sqrt && d >= Float32:
		return narrow(d, math.Sqrt(x)), true
	case f == Recip && d >= Float32:
		return narrow(d, 1/x), true
	}
	return 0, false
}

// foldBinary computes in float64, which rounds to float32 as float32 arithmetic does.
func foldBinary(f Fn, d DType, x, y float64) (float64, bool) {
	switch f {
	case Add:
		return narrow(d, x+y), true
	case Sub:
		return narrow(d, x-y), true
	case Mul:
		return narrow(d, x*y), true
	case Div:
		return narrow(d, x/y), d >= Float32
	case Max:
		return max(x, y), true
	case Min:
		return min(x, y), true
	}
	return 0, false
}

func narrow(d DType, x float64) float64 {
	if d == Float32 {
		return float64(float32(x))
	}
	return x
}

func holds(f Fn, x, y float64) bool {
	switch f {
	case Equal:
		return x == y
	case NotEqual:
		return x != y
	case Less:
		return x < y
	case LessEqual:
		return x <= y
	case Greater:
		return x > y
	}
	return x >= y
}
