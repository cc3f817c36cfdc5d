package gorgonia

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// lines returns the loop for an operation that combines elements along axes.
func (l loops[T]) lines(op graph.Op) kernel {
	switch op := op.(type) {
	case graph.Reduce:
		return l.reduce(op)
	case graph.Cumulate:
		return l.cumulate(op)
	case graph.ArgReduce:
		return l.argReduce(op)
	case graph.ArgSort:
		return l.argSort(op)
	}
	return nil
}

// neutral returns the identity of fn.
func neutral[T numeric](fn graph.Fn, d graph.DType) T {
	switch fn {
	case graph.Mul, graph.And:
		return 1
	case graph.Max:
		return number[T](d, math.Inf(-1))
	case graph.Min:
		return number[T](d, math.Inf(1))
	}
	return 0
}

func (l loops[T]) reduce(op graph.Reduce) kernel {
	step := steps(l.t.Shape)
	for a := range step {
		if op.Has(a) {
			step[a] = 0
		}
	}
	f, zero := binary[T](op.Fn, l.t.DType), neutral[T](op.Fn, l.t.DType)
	return func(out any, in []any) {
		y, x := out.([]T), in[0].([]T)
		for i := range y {
			y[i] = zero
		}
		rows(l.in[0].Shape, 0, step, func(k, j, n, by int) {
			for i := range n {
				y[j+i*by] = f(y[j+i*by], x[k+i])
			}
		})
	}
}

// along calls f for every line along axis, with the index of its first element and the stride.
func along(s graph.Shape, axis int, f func(first, by int)) {
	by := s[axis+1:].Size()
	for outer := range s[:axis].Size() {
		for inner := range by {
			f(outer*s[axis]*by+inner, by)
		}
	}
}

func (l loops[T]) cumulate(op graph.Cumulate) kernel {
	f := binary[T](op.Fn, l.t.DType)
	return func(out any, in []any) {
		y, x := out.([]T), in[0].([]T)
		n := l.t.Shape[op.Axis]
		along(l.t.Shape, op.Axis, func(first, by int) {
			if op.Reverse {
				first, by = first+(n-1)*by, -by
			}
			for i := range n {
				k := first + i*by
				if y[k] = x[k]; i > 0 {
					y[k] = f(y[k-by], x[k])
				}
			}
		})
	}
}

func (l loops[T]) argReduce(op graph.ArgReduce) kernel {
	return func(out any, in []any) {
		y, x := out.([]int32), in[0].([]T)
		k := 0
		along(l.in[0].Shape, op.Axis, func(first, by int) {
			best := 0
			for i := 1; i < l.in[0].Shape[op.Axis]; i++ {
				a, b := x[first+i*by], x[first+best*by]
				if b == b && (a != a || op.Fn == graph.Max && a > b || op.Fn == graph.Min && a < b) {
					best = i
				}
			}
			y[k] = int32(best)
			k++
		})
	}
}

func (l loops[T]) argSort(op graph.ArgSort) kernel {
	return func(out any, in []any) {
		y, x := out.([]int32), in[0].([]T)
		order := make([]int32, l.in[0].Shape[op.Axis])
		along(l.in[0].Shape, op.Axis, func(first, by int) {
			for i := range order {
				order[i] = int32(i)
			}
			slices.SortStableFunc(order, func(i, j int32) int {
				return sorts(x[first+int(i)*by], x[first+int(j)*by], op.Descending)
			})
			for i, k := range order {
				y[first+i*by] = k
			}
		})
	}
}

// sorts compares a and b; NaN sorts last in either order.
func sorts[T numeric](a, b T, descending bool) int {
	switch {
	case a != a || b != b:
		return truth(a != a) - truth(b != b)
	case descending:
		a, b = b, a
	}
	return truth(a > b) - truth(a < b)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
