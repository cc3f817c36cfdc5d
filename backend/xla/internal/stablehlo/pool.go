package stablehlo

import (
	"fmt"
	"math"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// windows are the attributes of a pooling over all axes.
type windows struct{ size, strides, low, high []int }

func windowsOf(op graph.Pool) windows {
	around := func(d graph.Dims, x int) []int { return append(append([]int{x}, d.Shape()...), x) }
	return windows{around(op.Size, 1), around(op.Strides, 1), around(op.Low, 0), around(op.High, 0)}
}

func (w windows) String() string {
	pads := make([]string, len(w.size))
	for i := range pads {
		pads[i] = fmt.Sprintf("[%d, %d]", w.low[i], w.high[i])
	}
	return fmt.Sprintf("padding = dense<[%s]> : tensor<%dx2xi64>, window_dimensions = %s, window_strides = %s",
		strings.Join(pads, ", "), len(pads), array(w.size), array(w.strides))
}

// reduceWindow combines the elements of windows of x.
func (e *emitter) reduceWindow(fn graph.Fn, w windows, x value, out typ) value {
	first := e.identity(fn, x.typ)
	return e.op(out, "\"stablehlo.reduce_window\"(%s, %s) <{%v}> %s : %s",
		x.id, first.id, w, e.combine(fn, x.typ), signature([]value{x, first}, out))
}

func (e *emitter) pool(op graph.Pool, x value, out typ) value {
	if op.Fn == graph.Max {
		return e.reduceWindow(op.Fn, windowsOf(op), x, out)
	}
	wide := e.widened(x)
	return e.convert(e.reduceWindow(op.Fn, windowsOf(op), wide, out.of(wide.elem)), x.elem)
}

// unrolled is the size of the largest window whose max-pooling gradient is unrolled element by
// element, which XLA fuses into one kernel.
const unrolled = 64

// maxPoolGrad adds each dy to the element that its window chose. StableHLO's select_and_scatter is
// not used: XLA's CPU compiler miscompiles it where windows extend into padding, and on GPUs it adds
// in any order.
func (e *emitter) maxPoolGrad(op graph.PoolGrad, x, dy value) value {
	w := windowsOf(op.Pool)
	chosen := e.chosen(op.Pool, x, x)[1]
	wide := e.widened(dy)
	if size := op.Size.Shape().Size(); size <= unrolled {
		return e.convert(e.spread(w, size, chosen, wide, x.dims), x.elem)
	}
	flat := func(v value) value { return e.reshape(v, []int{v.size()}) }
	sum := e.combineRows(graph.Add, e.zeros(typ{wide.elem, []int{x.size()}}), flat(chosen), flat(wide))
	return e.convert(e.reshape(sum, x.dims), x.elem)
}

// spread sums, over the positions in a window, dy where that position is the chosen one.
func (e *emitter) spread(w windows, size int, chosen, dy value, dims []int) value {
	r := len(w.size)
	number := e.reshape(e.iota(typ{"i32", []int{graph.Shape(dims).Size()}}, 0), dims)
	number = e.pad(number, e.splat(number.scalar(), -1), w.low, w.high, make([]int, r))
	zero := e.zeros(dy.scalar())
	var sum value
	for k := range size {
		start, stop, low, high, interior := make([]int, r), make([]int, r), make([]int, r), make([]int, r), make([]int, r)
		for i := r - 1; i >= 0; i-- {
			place := k % w.size[i]
			k /= w.size[i]
			dilated := (dy.dims[i]-1)*w.strides[i] + 1
			start[i], stop[i] = place, place+dilated
			low[i] = place - w.low[i]
			high[i], interior[i] = dims[i]-dilated-low[i], w.strides[i]-1
		}
		hit := e.compare("EQ", chosen, e.stridedSlice(number, start, stop, w.strides))
		part := e.pad(e.choose(hit, dy, e.zeros(dy.typ)), zero, low, high, interior)
		if sum.id == "" {
			sum = part
		} else {
			sum = e.call("add", sum, part)
		}
	}
	return sum
}

// sumPoolGrad sums dy over the windows that contain an element: a pooling, with stride 1, of dy
// dilated by the strides.
func (e *emitter) sumPoolGrad(op graph.PoolGrad, dy value, out typ) value {
	w := windowsOf(op.Pool)
	r := len(w.size)
	low, high, interior, none := make([]int, r), make([]int, r), make([]int, r), make([]int, r)
	for i := range r {
		dilated := (dy.dims[i]-1)*w.strides[i] + 1
		low[i] = w.size[i] - 1 - w.low[i]
		high[i] = out.dims[i] - dilated - low[i] + w.size[i] - 1
		interior[i] = w.strides[i] - 1
	}
	wide := e.widened(dy)
	wide = e.pad(wide, e.zeros(wide.scalar()), low, high, interior)
	sum := e.reduceWindow(graph.Add, windows{w.size, ones(r), none, none}, wide, out.of(wide.elem))
	return e.convert(sum, out.elem)
}

func (e *emitter) poolPick(op graph.MaxPoolGather, x, u value) value {
	return e.chosen(op.Pool, x, u)[2]
}

// chosen returns, for each window of x, the first largest element, its index, and the element of u
// at that index. NaN counts as the largest. A window that contains only padding chooses none: the
// index is out of range and the element of u is 0. Ties are resolved by index, so the result does
// not depend on the order in which a device combines elements.
func (e *emitter) chosen(op graph.Pool, x, u value) [3]value {
	number := e.reshape(e.iota(typ{"i32", []int{x.size()}}, 0), x.dims)
	all := []value{x, number, u,
		e.identity(graph.Max, x.typ), e.splat(number.scalar(), math.MaxInt32), e.zeros(u.scalar())}
	out := windowsOf(op).out(x.dims)
	var scalars []typ
	for _, v := range append(all[:3:3], all[:3]...) {
		scalars = append(scalars, v.scalar())
	}
	better := e.region(scalars, func(v []value) []value {
		first := e.compare("GT", v[0], v[3])
		tie := e.compare("EQ", v[0], v[3])
		if x.isFloat() {
			a, b := e.isNaN(v[0]), e.isNaN(v[3])
			first = e.call("or", first, e.call("and", a, e.call("not", b)))
			tie = e.call("or", tie, e.call("and", a, b))
		}
		first = e.call("or", first, e.call("and", tie, e.compare("LT", v[1], v[4])))
		return []value{e.choose(first, v[0], v[3]), e.choose(first, v[1], v[4]), e.choose(first, v[2], v[5])}
	})
	ids, _ := join(all)
	types := [3]typ{{x.elem, out}, {number.elem, out}, {u.elem, out}}
	id := e.opN(3, "\"stablehlo.reduce_window\"(%s) <{%v}> %s : %s", ids, windowsOf(op), better, signature(all, types[:]...))
	return [3]value{{id + "#0", types[0]}, {id + "#1", types[1]}, {id + "#2", types[2]}}
}

// out returns the shape of a pooling of dims.
func (w windows) out(dims []int) []int {
	out := make([]int, len(dims))
	for i, d := range dims {
		out[i] = (w.low[i]+d+w.high[i]-w.size[i])/w.strides[i] + 1
	}
	return out
}
