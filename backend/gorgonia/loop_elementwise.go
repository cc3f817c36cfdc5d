package gorgonia

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/scalar"
)

func (l loops[T]) elementwise(op graph.Op) kernel {
	switch op := op.(type) {
	case graph.Unary:
		f := unary[T](op.Fn, l.t.DType)
		return func(out any, in []any) {
			y := out.([]T)
			for i, x := range in[0].([]T) {
				y[i] = f(x)
			}
		}
	case graph.Binary:
		f := binary[T](op.Fn, l.t.DType)
		return func(out any, in []any) {
			y, b := out.([]T), in[1].([]T)
			for i, x := range in[0].([]T) {
				y[i] = f(x, b[i])
			}
		}
	case graph.Compare:
		return compare[T](op.Fn, l.in[0].DType)
	case graph.Select:
		return func(out any, in []any) {
			y, a, b := out.([]T), in[1].([]T), in[2].([]T)
			for i, c := range in[0].([]uint8) {
				if y[i] = b[i]; c != 0 {
					y[i] = a[i]
				}
			}
		}
	case graph.Cast:
		return l.cast()
	}
	return nil
}

func unary[T numeric](fn graph.Fn, d graph.DType) func(T) T {
	if d.IsFloat() {
		f := scalar.Float(fn)
		return func(x T) T { return T(f(float64(x))) }
	}
	return func(x T) T { return T(scalar.Wrap(d, scalar.Int(fn, int64(x)))) }
}

func binary[T numeric](fn graph.Fn, d graph.DType) func(a, b T) T {
	switch fn {
	case graph.Add:
		return func(a, b T) T { return a + b }
	case graph.Sub:
		return func(a, b T) T { return a - b }
	case graph.Mul:
		return func(a, b T) T { return a * b }
	case graph.Max:
		return func(a, b T) T { return max(a, b) }
	case graph.Min:
		return func(a, b T) T { return min(a, b) }
	case graph.Set:
		return func(_, b T) T { return b }
	}
	if d.IsFloat() {
		return func(a, b T) T { return T(scalar.Floats(fn, float64(a), float64(b))) }
	}
	return func(a, b T) T { return T(scalar.Wrap(d, scalar.Ints(fn, int64(a), int64(b)))) }
}

func compare[T numeric](fn graph.Fn, d graph.DType) kernel {
	holds := func(a, b T) bool { return scalar.Holds(fn, int64(a), int64(b)) }
	if d.IsFloat() {
		holds = func(a, b T) bool { return scalar.Holds(fn, float64(a), float64(b)) }
	}
	return func(out any, in []any) {
		y, b := out.([]uint8), in[1].([]T)
		for i, x := range in[0].([]T) {
			y[i] = uint8(scalar.Bit(holds(x, b[i])))
		}
	}
}

func (l loops[T]) cast() kernel {
	switch l.t.DType {
	case graph.Bool, graph.Uint8:
		return castTo[T, uint8](l)
	case graph.Int32:
		return castTo[T, int32](l)
	case graph.Int64:
		return castTo[T, int64](l)
	case graph.Float32:
		return castTo[T, float32](l)
	case graph.Float64:
		return castTo[T, float64](l)
	}
	return nil
}

func castTo[T, U numeric](l loops[T]) kernel {
	to, from := l.t.DType, l.in[0].DType
	f := func(x T) U { return U(x) }
	switch {
	case to == graph.Bool:
		f = func(x T) U { return U(scalar.Bit(x != 0)) }
	case from.IsFloat() && !to.IsFloat():
		f = func(x T) U { return U(scalar.ToInt(to, float64(x))) }
	}
	return func(out any, in []any) {
		y := out.([]U)
		for i, x := range in[0].([]T) {
			y[i] = f(x)
		}
	}
}
