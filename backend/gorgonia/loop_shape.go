package gorgonia

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/scalar"
)

// strides returns the start offset and the stride of each result axis, for an operation that
// reads its operand with strides.
func (l loops[T]) strides(op graph.Op) (base int, step []int) {
	step = make([]int, len(l.t.Shape))
	var from []int
	if len(l.in) > 0 {
		from = steps(l.in[0].Shape)
	}
	for a := range step {
		switch op := op.(type) {
		case graph.Broadcast:
			if l.in[0].Shape[a] > 1 {
				step[a] = from[a]
			}
		case graph.Transpose:
			step[a] = from[op.Perm.At[a]]
		case graph.Slice:
			base, step[a] = base+op.Start.At[a]*from[a], op.Step.At[a]*from[a]
		case graph.Reverse:
			if step[a] = from[a]; op.Axes>>a&1 != 0 {
				base, step[a] = base+(l.t.Shape[a]-1)*from[a], -from[a]
			}
		}
	}
	return base, step
}

// shape returns the loop for an operation that only moves elements.
func (l loops[T]) shape(op graph.Op) kernel {
	base, step := l.strides(op)
	switch op := op.(type) {
	case graph.Broadcast, graph.Transpose, graph.Slice, graph.Reverse:
		return func(out any, in []any) { take(out.([]T), in[0].([]T), l.t.Shape, base, step) }
	case graph.Reshape, graph.StopGradient:
		return func(out any, in []any) { copy(out.([]T), in[0].([]T)) }
	case graph.Pad:
		return l.pad(op)
	case graph.Concat:
		return l.concat(op)
	case row:
		return func(out any, in []any) { copy(out.([]T), in[0].([]T)[op.at*len(out.([]T)):]) }
	case stack:
		return func(out any, in []any) {
			for i, x := range in {
				copy(out.([]T)[i*len(x.([]T)):], x.([]T))
			}
		}
	}
	return nil
}

// take fills y, of shape s, with the elements of x at base + Σ position·step.
func take[T numeric](y, x []T, s graph.Shape, base int, step []int) {
	rows(s, base, step, func(k, j, n, by int) {
		if by == 1 {
			copy(y[k:k+n], x[j:])
			return
		}
		for i := range n {
			y[k+i] = x[j+i*by]
		}
	})
}

// put is the inverse of take: x, of shape s, is stored in y at base + Σ position·step.
func put[T numeric](y, x []T, s graph.Shape, base int, step []int) {
	rows(s, base, step, func(k, j, n, by int) {
		for i := range n {
			y[j+i*by] = x[k+i]
		}
	})
}

func (l loops[T]) pad(op graph.Pad) kernel {
	base, step := 0, steps(l.t.Shape)
	for a := range step {
		base += op.Low.At[a] * step[a]
		step[a] *= op.Interior.At[a] + 1
	}
	value := number[T](l.t.DType, op.Value)
	return func(out any, in []any) {
		y := out.([]T)
		for i := range y {
			y[i] = value
		}
		put(y, in[0].([]T), l.in[0].Shape, base, step)
	}
}

// number converts x to the T that represents an element of type d.
func number[T numeric](d graph.DType, x float64) T {
	if d.IsFloat() {
		return T(x)
	}
	return T(scalar.Wrap(d, scalar.ToInt(d, x)))
}

func (l loops[T]) concat(op graph.Concat) kernel {
	width := l.t.Shape[op.Axis:].Size()
	return func(out any, in []any) {
		at := 0
		for i, x := range in {
			w := l.in[i].Shape[op.Axis:].Size()
			for k := range l.t.Shape[:op.Axis].Size() {
				copy(out.([]T)[k*width+at:], x.([]T)[k*w:(k+1)*w])
			}
			at += w
		}
	}
}
