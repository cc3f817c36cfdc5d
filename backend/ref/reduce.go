package ref

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/scalar"
)

// combine computes the operations that combine elements along axes or rows.
func combine(op graph.Op, t graph.Type, in []value) (value, bool) {
	switch op := op.(type) {
	case graph.Reduce:
		return reduce(op, t, in[0]), true
	case graph.ArgReduce:
		return argReduce(op, t, in[0]), true
	case graph.Cumulate:
		return cumulate(op, in[0]), true
	case graph.ArgSort:
		return argSort(op, t, in[0]), true
	case graph.Gather:
		return gather(t, in[0], in[1]), true
	case graph.Scatter:
		return scatter(op, in[0], in[1], in[2]), true
	}
	return value{}, false
}

// merge sets element k of v to fn of itself and element j of x, without rounding.
func (v value) merge(fn graph.Fn, k int, x value, j int) {
	if v.f != nil {
		v.f[k] = scalar.Floats(fn, v.f[k], x.f[j])
	} else {
		v.i[k] = scalar.Ints(fn, v.i[k], x.i[j])
	}
}

// neutral returns a value of type t whose elements are the identity of fn.
func neutral(fn graph.Fn, t graph.Type) value {
	switch fn {
	case graph.Mul, graph.And:
		return constant(t, 1)
	case graph.Max:
		return constant(t, math.Inf(-1))
	case graph.Min:
		return constant(t, math.Inf(1))
	}
	return constant(t, 0)
}

func reduce(op graph.Reduce, t graph.Type, x value) value {
	v := neutral(op.Fn, t)
	dst := make([]int, len(x.Shape))
	each(x.Shape, func(k int, pos []int) {
		for a, p := range pos {
			if dst[a] = p; op.Has(a) {
				dst[a] = 0
			}
		}
		v.merge(op.Fn, offset(t.Shape, dst), x, k)
	})
	return v.rounded()
}

// lines calls f for every line of x along axis, with the index of its first element and the
// stride.
func lines(s graph.Shape, axis int, f func(first, stride int)) {
	stride := s[axis+1:].Size()
	for outer := range s[:axis].Size() {
		for inner := range stride {
			f(outer*s[axis]*stride+inner, stride)
		}
	}
}

// argReduce treats NaN as the extreme, as NumPy does.
func argReduce(op graph.ArgReduce, t graph.Type, x value) value {
	v := newValue(t)
	k := 0
	lines(x.Shape, op.Axis, func(first, stride int) {
		best := 0
		for j := 1; j < x.Shape[op.Axis]; j++ {
			a, b := first+j*stride, first+best*stride
			if op.Fn == graph.Max && x.before(b, a) || op.Fn == graph.Min && x.below(a, b) {
				best = j
			}
		}
		v.i[k] = int64(best)
		k++
	})
	return v
}

// before reports whether element a sorts strictly before b; NaN sorts last.
func (v value) before(a, b int) bool {
	if v.f != nil {
		return v.f[a] < v.f[b] || v.f[a] == v.f[a] && v.f[b] != v.f[b]
	}
	return v.i[a] < v.i[b]
}

// below is before with NaN first.
func (v value) below(a, b int) bool {
	if v.f != nil {
		return v.f[a] < v.f[b] || v.f[a] != v.f[a] && v.f[b] == v.f[b]
	}
	return v.i[a] < v.i[b]
}

func cumulate(op graph.Cumulate, x value) value {
	v := neutral(op.Fn, x.Type)
	lines(x.Shape, op.Axis, func(first, stride int) {
		n := x.Shape[op.Axis]
		if op.Reverse {
			first, stride = first+(n-1)*stride, -stride
		}
		for j := range n {
			k := first + j*stride
			v.merge(op.Fn, k, x, k)
			if j > 0 {
				v.merge(op.Fn, k, v, k-stride)
			}
		}
	})
	return v.rounded()
}

// argSort is stable; NaN sorts last in either order.
func argSort(op graph.ArgSort, t graph.Type, x value) value {
	v := newValue(t)
	lines(x.Shape, op.Axis, func(first, stride int) {
		order := make([]int, x.Shape[op.Axis])
		for j := range order {
			order[j] = first + j*stride
		}
		slices.SortStableFunc(order, func(a, b int) int {
			if op.Descending && !x.isNaN(a) && !x.isNaN(b) {
				a, b = b, a
			}
			return int(scalar.Bit(x.before(b, a)) - scalar.Bit(x.before(a, b)))
		})
		for j, k := range order {
			v.i[first+j*stride] = int64((k - first) / stride)
		}
	})
	return v
}

func (v value) isNaN(k int) bool { return v.f != nil && v.f[k] != v.f[k] }
