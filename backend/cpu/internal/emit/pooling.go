package emit

import (
	"math"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

func poolingOf(op graph.Pool, x, y graph.Shape) *kernel.Pooling {
	return &kernel.Pooling{Window: windowOf(op.Window, x, op.Size.Shape(), y), Channels: x[len(x)-1]}
}

func (c *compiler) pooling(op graph.Pool, x plan.Value, t graph.Type) plan.Value {
	x = c.dense(x)
	out := c.Temp(t)
	if out.Shape.Size() == 0 {
		return out
	}
	p, o, a := c.Program, c.Ref(out), c.Ref(x)
	k := poolingOf(op, x.Shape, t.Shape)
	run := func() { k.Sum(p.Threads, o.F32(), a.F32()) }
	switch {
	case t.DType != graph.Float32:
		run = c.slide(op, x.Shape, t, func(v slidingWindow) { v.pool(o, a, op.Fn) })
	case op.Fn == graph.Max:
		run = func() { k.Max(p.Threads, o.F32(), a.F32()) }
	}
	c.Emit(op.String()+" "+x.Type.String(), run, []plan.Value{out}, []plan.Value{x})
	return out
}

func (c *compiler) poolGrad(op graph.PoolGrad, x, dy plan.Value) plan.Value {
	out := c.Temp(x.Type)
	if out.Shape.Size() == 0 || dy.Shape.Size() == 0 {
		c.fill(out, 0)
		return out
	}
	dy = c.dense(dy)
	p, o, d := c.Program, c.Ref(out), c.Ref(dy)
	k := poolingOf(op.Pool, x.Shape, dy.Shape)
	reads := []plan.Value{dy}
	var a *plan.Ref
	if op.Fn == graph.Max {
		x = c.dense(x)
		a = c.Ref(x)
		reads = append(reads, x)
	}
	run := func() { k.SumGrad(p.Threads, o.F32(), d.F32()) }
	switch {
	case x.DType != graph.Float32:
		run = c.slide(op.Pool, x.Shape, dy.Type, func(v slidingWindow) { v.grad(o, d, a) })
	case op.Fn == graph.Max:
		run = func() { k.MaxGrad(p.Threads, o.F32(), d.F32(), a.F32()) }
	}
	c.Emit(op.String()+" "+x.Type.String(), run, []plan.Value{out}, reads)
	return out
}

func (c *compiler) poolPick(op graph.MaxPoolGather, x, u plan.Value, t graph.Type) plan.Value {
	x, u = c.dense(x), c.dense(u)
	out := c.Temp(t)
	if out.Shape.Size() == 0 {
		return out
	}
	o, a, b := c.Ref(out), c.Ref(x), c.Ref(u)
	run := c.slide(op.Pool, x.Shape, t, func(v slidingWindow) { v.pick(o, a, b) })
	c.Emit(op.String()+" "+x.Type.String(), run, []plan.Value{out}, []plan.Value{x, u})
	return out
}

// A slidingWindow slides a pooling window over one image of one channel at a time, for the
// operations and types that the kernels lack.
type slidingWindow struct {
	op         graph.Pool
	d          graph.DType
	x, y, size [3]int // spatial extents, leading ones filled with 1
	win        [3]struct{ stride, low int }
	batch      int
	channels   int
}

// slide returns a run of do over the images of x (batch, spatial…, channels) and y.
func (c *compiler) slide(op graph.Pool, x graph.Shape, y graph.Type, do func(v slidingWindow)) func() {
	v := slidingWindow{op: op, d: y.DType, x: [3]int{1, 1, 1}, y: [3]int{1, 1, 1}, size: [3]int{1, 1, 1}, channels: x[len(x)-1]}
	for i := range v.win {
		v.win[i].stride = 1
	}
	r := len(x) - 2
	for i := range r {
		j := 3 - r + i
		v.x[j], v.y[j], v.size[j] = x[1+i], y.Shape[1+i], op.Size.At[i]
		v.win[j].stride, v.win[j].low = op.Strides.At[i], op.Low.At[i]
	}
	return c.Program.Spread(x[0], 1, func(lo, hi int) {
		mine := v // the threads share v
		for mine.batch = lo; mine.batch < hi; mine.batch++ {
			do(mine)
		}
	})
}

// each calls f with every cell x of the window of every output y.
func (v slidingWindow) each(f func(x, y int, first bool)) {
	for y := range v.y[0] * v.y[1] * v.y[2] {
		at := [3]int{y / (v.y[1] * v.y[2]), y / v.y[2] % v.y[1], y % v.y[2]}
		for ch := range v.channels {
			first := true
			for k := range v.size[0] * v.size[1] * v.size[2] {
				ker := [3]int{k / (v.size[1] * v.size[2]), k / v.size[2] % v.size[1], k % v.size[2]}
				if x, ok := v.cell(at, ker); ok {
					f((v.batch*v.x[0]*v.x[1]*v.x[2]+x)*v.channels+ch, (v.batch*v.y[0]*v.y[1]*v.y[2]+y)*v.channels+ch, first)
					first = false
				}
			}
		}
	}
}

func (v slidingWindow) cell(out, ker [3]int) (x int, ok bool) {
	for i, w := range v.win {
		p := out[i]*w.stride + ker[i] - w.low
		if p < 0 || p >= v.x[i] {
			return 0, false
		}
		x = x*v.x[i] + p
	}
	return x, true
}

func (v slidingWindow) pool(o, a *plan.Ref, fn graph.Fn) {
	switch v.d {
	case graph.Bool, graph.Uint8:
		poolLoop(v, o, a, 0, binaryInt[uint8](fn), fn)
	case graph.Int32:
		poolLoop(v, o, a, math.MinInt32, binaryInt[int32](fn), fn)
	case graph.Int64:
		poolLoop(v, o, a, math.MinInt64, binaryInt[int64](fn), fn)
	default:
		poolLoop(v, o, a, math.Inf(-1), binaryFloat[float64](fn), fn)
	}
}

func poolLoop[T number](v slidingWindow, o, a *plan.Ref, least T, f func(a, b T) T, fn graph.Fn) {
	dst, x := plan.Data[T](o), plan.Data[T](a)
	if fn == graph.Add {
		least = 0
	}
	n := v.y[0] * v.y[1] * v.y[2] * v.channels
	for i := range n {
		dst[v.batch*n+i] = least
	}
	v.each(func(i, j int, _ bool) { dst[j] = f(dst[j], x[i]) })
}

// grad adds every dy to its window, or to the first largest x of it.
func (v slidingWindow) grad(o, d, x *plan.Ref) {
	switch v.d {
	case graph.Bool, graph.Uint8:
		gradLoop[uint8](v, o, d, x)
	case graph.Int32:
		gradLoop[int32](v, o, d, x)
	case graph.Int64:
		gradLoop[int64](v, o, d, x)
	default:
		gradLoop[float64](v, o, d, x)
	}
}

func gradLoop[T number](v slidingWindow, o, d, x *plan.Ref) {
	dst, dy := plan.Data[T](o), plan.Data[T](d)
	n := v.x[0] * v.x[1] * v.x[2] * v.channels
	clear(dst[v.batch*n : (v.batch+1)*n])
	if x == nil {
		v.each(func(i, j int, _ bool) { dst[i] += dy[j] })
		return
	}
	largest(v, plan.Data[T](x), func(i, j int) { dst[i] += dy[j] })
}

func (v slidingWindow) pick(o, x, u *plan.Ref) {
	switch v.d {
	case graph.Bool, graph.Uint8:
		pickLoop[uint8](v, o, x, u)
	case graph.Int32:
		pickLoop[int32](v, o, x, u)
	case graph.Int64:
		pickLoop[int64](v, o, x, u)
	case graph.Float32:
		pickLoop[float32](v, o, x, u)
	default:
		pickLoop[float64](v, o, x, u)
	}
}

func pickLoop[T number](v slidingWindow, o, x, u *plan.Ref) {
	dst, from := plan.Data[T](o), plan.Data[T](u)
	n := v.y[0] * v.y[1] * v.y[2] * v.channels
	clear(dst[v.batch*n : (v.batch+1)*n])
	largest(v, plan.Data[T](x), func(i, j int) { dst[j] = from[i] })
}

// largest calls f with the first largest element of each window and its output. NaN is
// the largest.
func largest[T number](v slidingWindow, x []T, f func(x, y int)) {
	best, at := -1, -1
	v.each(func(i, j int, first bool) {
		if first && at >= 0 {
			f(best, at)
		}
		if first || x[i] > x[best] || x[i] != x[i] && x[best] == x[best] {
			best = i
		}
		at = j
	})
	if at >= 0 {
		f(best, at)
	}
}
