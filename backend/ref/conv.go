package ref

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// slide computes the operations that move a window over spatial axes.
func slide(op graph.Op, t graph.Type, in []value) (value, bool) {
	switch op := op.(type) {
	case graph.Conv:
		v := newValue(t)
		convolve(op, in[0].Shape, in[1].Shape, t.Shape, func(x, f, y int) { v.addProduct(y, in[0], x, in[1], f) })
		return v.rounded(), true
	case graph.ConvGradInput:
		v := newValue(t)
		convolve(op.Conv, t.Shape, in[1].Shape, in[0].Shape, func(x, f, y int) { v.addProduct(x, in[0], y, in[1], f) })
		return v.rounded(), true
	case graph.ConvGradFilter:
		v := newValue(t)
		convolve(op.Conv, in[0].Shape, t.Shape, in[1].Shape, func(x, f, y int) { v.addProduct(f, in[0], x, in[1], y) })
		return v.rounded(), true
	case graph.Pool:
		return pool(op, t, in[0]), true
	case graph.PoolGrad:
		return poolGrad(op.Pool, t, in[0], in[1]), true
	case graph.MaxPoolGather:
		v := newValue(t)
		pick(op, in[0], t.Shape, func(x, y int) { v.move(y, in[1], x) })
		return v, true
	}
	return value{}, false
}

// windows calls f for each spatial position y of the output and each position k of the kernel,
// with the corresponding position x of the input. It skips padding. The order is row-major in y,
// then in k.
func windows(w graph.Window, x, k, y graph.Shape, f func(x, k, y int)) {
	at := make([]int, len(x))
	each(y, func(j int, out []int) {
		each(k, func(i int, ker []int) {
			for a := range at {
				at[a] = out[a]*w.Strides.At[a] + ker[a]*w.Dilation.At[a] - w.Low.At[a]
				if at[a] < 0 || at[a] >= x[a] {
					return
				}
			}
			f(offset(x, at), i, j)
		})
	})
}

// convolve calls f for every triple of input, filter and output elements with y += x·f in a
// convolution.
func convolve(op graph.Conv, x, k, y graph.Shape, f func(x, k, y int)) {
	r := len(x) - 1
	in, out := x[r], y[r]
	each1 := in / op.Groups  // input channels per group
	each2 := out / op.Groups // output channels per group
	sx, sy := x[1:r], y[1:r]
	windows(op.Window, sx, k[:r-1], sy, func(px, pk, py int) {
		for b := range x[0] {
			for o := range out {
				for c := range each1 {
					f((b*sx.Size()+px)*in+o/each2*each1+c, (pk*each1+c)*out+o, (b*sy.Size()+py)*out+o)
				}
			}
		}
	})
}

// cells calls f for each element x of the input and each element y of the output whose window
// contains it.
func cells(op graph.Pool, x, y graph.Shape, f func(x, y int)) {
	r := len(x) - 1
	sx, sy := x[1:r], y[1:r]
	for b := range x[0] {
		windows(op.Window, sx, op.Size.Shape(), sy, func(px, _, py int) {
			for c := range x[r] {
				f((b*sx.Size()+px)*x[r]+c, (b*sy.Size()+py)*x[r]+c)
			}
		})
	}
}

func pool(op graph.Pool, t graph.Type, x value) value {
	v := neutral(op.Fn, t)
	cells(op, x.Shape, t.Shape, func(i, o int) { v.merge(op.Fn, o, x, i) })
	return v.rounded()
}

func poolGrad(op graph.Pool, t graph.Type, x, dy value) value {
	v := newValue(t)
	visit := cells
	if op.Fn == graph.Max {
		visit = func(op graph.Pool, _, y graph.Shape, f func(x, y int)) {
			pick(graph.MaxPoolGather{Pool: op}, x, y, f)
		}
	}
	visit(op, x.Shape, dy.Shape, func(i, o int) { v.merge(graph.Add, i, dy, o) })
	return v.rounded()
}

// pick calls f for each output element y with x, the first largest input element in its window.
// NaN counts as the largest. A window that contains only padding is skipped.
func pick(op graph.MaxPoolGather, x value, y graph.Shape, f func(x, y int)) {
	best := make([]int, y.Size())
	for o := range best {
		best[o] = math.MinInt
	}
	cells(op.Pool, x.Shape, y, func(i, o int) {
		if best[o] < 0 || x.before(best[o], i) {
			best[o] = i
		}
	})
	for o, i := range best {
		if i >= 0 {
			f(i, o)
		}
	}
}
