package stablehlo

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// reduce returns x without the reduced axes.
func (e *emitter) reduce(op graph.Reduce, x value) value {
	over := bits(op.Axes)
	if len(over) == 0 {
		return x
	}
	wide := x
	if op.Fn == graph.Add || op.Fn == graph.Mul {
		wide = e.widened(x)
	}
	return e.convert(e.fold(op.Fn, wide, over), x.elem)
}

// fold combines x's elements over the given axes, which are removed.
func (e *emitter) fold(fn graph.Fn, x value, over []int) value {
	var dims []int
	for i, d := range x.dims {
		if !slices.Contains(over, i) {
			dims = append(dims, d)
		}
	}
	t := typ{x.elem, dims}
	first := e.identity(fn, x.typ)
	return e.op(t, "stablehlo.reduce(%s init: %s) applies stablehlo.%s across dimensions = %s : (%v, %v) -> %v",
		x.id, first.id, binaries[fn], list(over), x.typ, first.typ, t)
}

// argReduce finds the best element and then the smallest index of it, or of a NaN.
func (e *emitter) argReduce(op graph.ArgReduce, x value, out typ) value {
	best := e.fold(op.Fn, x, []int{op.Axis})
	all := e.broadcast(best, x.dims, slices.Delete(axes(x.rank()), op.Axis, op.Axis+1)...)
	hit := e.compare("EQ", x, all)
	if x.isFloat() {
		hit = e.call("or", hit, e.isNaN(x))
	}
	index := e.iota(x.typ.of("i32"), op.Axis)
	index = e.choose(hit, index, e.splat(index.typ, math.MaxInt32))
	return e.reshape(e.fold(graph.Min, index, []int{op.Axis}), out.dims)
}

// cumulate doubles the distance over which elements are combined until it spans the axis (Hillis
// and Steele 1986).
func (e *emitter) cumulate(op graph.Cumulate, x value) value {
	y := x
	if op.Fn == graph.Add || op.Fn == graph.Mul {
		y = e.widened(x)
	}
	n := x.dims[op.Axis]
	for d := 1; d < n; d *= 2 {
		low, high := e.slice(y, op.Axis, 0, n-d), e.slice(y, op.Axis, d, n)
		both := e.binary(op.Fn, low, high)
		if op.Reverse {
			y = e.concat(op.Axis, both, e.slice(y, op.Axis, n-d, n))
		} else {
			y = e.concat(op.Axis, e.slice(y, op.Axis, 0, d), both)
		}
	}
	return e.convert(y, x.elem)
}

// argSort sorts the elements together with their indices.
func (e *emitter) argSort(op graph.ArgSort, x value, out typ) value {
	index := e.iota(out, op.Axis)
	direction := "LT"
	if op.Descending {
		direction = "GT"
	}
	a, i := x.scalar(), index.scalar()
	before := e.region([]typ{a, a, i, i}, func(v []value) []value {
		less := e.compare(direction, v[0], v[1])
		if x.isFloat() {
			last := e.call("and", e.call("not", e.isNaN(v[0])), e.isNaN(v[1]))
			less = e.call("or", less, last)
		}
		return []value{less}
	})
	sorted := e.opN(2, "\"stablehlo.sort\"(%s, %s) <{dimension = %d : i64, is_stable = true}> %s : %s",
		x.id, index.id, op.Axis, before, signature([]value{x, index}, x.typ, out))
	return value{sorted + "#1", out}
}
