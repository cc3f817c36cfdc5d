package cpu

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// reduceGrain is the elements a thread reduces at a time. It also cuts long sums, so
// that their order does not depend on the threads.
const reduceGrain = 32768

// block is a run of neighbouring axes of which all are reduced: (outer, k, inner).
type block struct{ outer, k, inner int }

// blocks returns the runs of axes that op reduces in the order they are reduced: the longest
// first, which leaves the least for the others.
func blocks(op graph.Reduce, s graph.Shape) (all []block) {
	s = s.Clone()
	for _, r := range runsOf(op, s) {
		k := s[r.lo:r.hi].Size()
		all = append(all, block{s[:r.lo].Size(), k, s[r.hi:].Size()})
		for i := r.lo; i < r.hi; i++ {
			s[i] = 1
		}
	}
	return all
}

// A run is the axes [lo, hi).
type run struct{ lo, hi int }

// runsOf returns the runs of neighbouring axes that op reduces, the longest first.
func runsOf(op graph.Reduce, s graph.Shape) (all []run) {
	for hi := len(s); hi > 0; hi-- {
		lo := hi
		for lo > 0 && (op.Has(lo-1) || s[lo-1] == 1) {
			lo--
		}
		if s[lo:hi].Size() != 1 {
			all = append(all, run{lo, hi})
		}
		hi = max(lo, 1)
	}
	slices.SortStableFunc(all, func(a, b run) int { return s[b.lo:b.hi].Size() - s[a.lo:a.hi].Size() })
	return all
}

func (c *compiler) reduce(op graph.Reduce, x value, t graph.Type) value {
	bs := blocks(op, x.Shape)
	if len(bs) == 0 {
		w := x
		w.Shape = t.Shape
		return w
	}
	x = c.dense(x)
	for _, b := range bs {
		out := c.temp(graph.Type{DType: t.DType, Shape: graph.Shape{b.outer, b.inner}})
		c.reduceBlock(op.Fn, out, x, b)
		x = out
	}
	x.Shape, x.strides = t.Shape, rowMajor(t.Shape)
	return x
}

func (c *compiler) reduceBlock(fn graph.Fn, out, x value, b block) {
	if fn == graph.Add && x.DType == graph.Float32 && b.outer == 1 && b.k*b.inner > 2*reduceGrain {
		c.longSum(out, x, b)
		return
	}
	o, a := c.ref(out), c.ref(x)
	var do func(o, a *ref, lo, hi int)
	fold := foldAxis(x.DType, fn)
	if x.DType == graph.Float32 {
		switch fn {
		case graph.Add:
			do = axisKernel(kernel.SumAxis, b)
		case graph.Max:
			do = axisKernel(kernel.MaxAxis, b)
		case graph.Min:
			do = axisKernel(kernel.MinAxis, b)
		}
	}
	if do == nil {
		do = func(o, a *ref, lo, hi int) { fold(o, a, b, lo, hi) }
	}
	grain := max(1, reduceGrain/max(1, b.k*b.inner))
	name := graph.Reduce{Fn: fn}.String() + " " + x.Type.String()
	c.emit(name, c.p.spread(b.outer, grain, func(lo, hi int) { do(o, a, lo, hi) }), []value{out}, []value{x})
}

func axisKernel(f func(dst, x []float32, outer, k, inner int), b block) func(o, a *ref, lo, hi int) {
	return func(o, a *ref, lo, hi int) {
		f(o.f32()[lo*b.inner:hi*b.inner], a.f32()[lo*b.k*b.inner:hi*b.k*b.inner], hi-lo, b.k, b.inner)
	}
}

// longSum sums columns, or pieces of one row and then the pieces.
func (c *compiler) longSum(out, x value, b block) {
	p, o, a := c.p, c.ref(out), c.ref(x)
	name := "reduce_add " + x.Type.String()
	if b.inner > 1 {
		cols := &kernel.Columns{}
		c.emit(name, func() { cols.Sum(p.pool, o.f32(), a.f32(), b.k, b.inner) }, []value{out}, []value{x})
		return
	}
	parts := (b.k + reduceGrain - 1) / reduceGrain
	part := c.temp(vectorType(parts))
	q := c.ref(part)
	pieces := p.spread(parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			q.f32()[i] = kernel.Sum(a.f32()[i*reduceGrain : min((i+1)*reduceGrain, b.k)])
		}
	})
	c.emit(name, func() {
		pieces()
		o.f32()[0] = kernel.Sum(q.f32())
	}, []value{out, part}, []value{x})
}

// foldAxis returns a plain loop that folds rows [lo, hi) of the outer axis.
func foldAxis(d graph.DType, fn graph.Fn) func(o, a *ref, b block, lo, hi int) {
	switch d {
	case graph.Bool, graph.Uint8:
		return foldInt[uint8](fn)
	case graph.Int32:
		return foldInt[int32](fn)
	case graph.Int64:
		return foldInt[int64](fn)
	case graph.Float32:
		return foldLoop(binaryFloat[float32](fn), neutral[float32](fn))
	}
	return foldLoop(binaryFloat[float64](fn), neutral[float64](fn))
}

func foldInt[T uint8 | int32 | int64](fn graph.Fn) func(o, a *ref, b block, lo, hi int) {
	return foldLoop(binaryInt[T](fn), neutral[T](fn))
}

// neutral is what leaves another as it is under fn, for those that have it in every type.
func neutral[T number](fn graph.Fn) T {
	if fn == graph.Mul || fn == graph.And {
		return 1
	}
	return 0
}

func foldLoop[T number](f func(a, b T) T, start T) func(o, a *ref, b block, lo, hi int) {
	return func(o, a *ref, b block, lo, hi int) {
		for i := lo; i < hi; i++ {
			dst, x := data[T](o)[i*b.inner:(i+1)*b.inner], data[T](a)[i*b.k*b.inner:(i+1)*b.k*b.inner]
			if b.k == 0 {
				for j := range dst {
					dst[j] = start
				}
				continue
			}
			copy(dst, x)
			for l := 1; l < b.k; l++ {
				for j, v := range x[l*b.inner : (l+1)*b.inner] {
					dst[j] = f(dst[j], v)
				}
			}
		}
	}
}

// line is an axis of an array: (outer, n, inner).
func line(s graph.Shape, axis int) block { return block{s[:axis].Size(), s[axis], s[axis+1:].Size()} }

func (c *compiler) argReduce(op graph.ArgReduce, x value, t graph.Type) value {
	x = c.dense(x)
	out := c.temp(t)
	b := line(x.Shape, op.Axis)
	var do func(o, a *ref, b block, most bool, lo, hi int)
	switch x.DType {
	case graph.Bool, graph.Uint8:
		do = argLoop[uint8]
	case graph.Int32:
		do = argLoop[int32]
	case graph.Int64:
		do = argLoop[int64]
	case graph.Float32:
		do = argLoop[float32]
	default:
		do = argLoop[float64]
	}
	o, a := c.ref(out), c.ref(x)
	run := c.p.spread(b.outer*b.inner, max(1, reduceGrain/max(1, b.k)), func(lo, hi int) { do(o, a, b, op.Fn == graph.Max, lo, hi) })
	c.emit(op.String()+" "+x.Type.String(), run, []value{out}, []value{x})
	return out
}

// argLoop: a NaN counts as the extreme, as in NumPy.
func argLoop[T number](o, a *ref, b block, most bool, lo, hi int) {
	dst, x := data[int32](o), data[T](a)
	for i := lo; i < hi; i++ {
		at := i/b.inner*b.k*b.inner + i%b.inner
		best, extreme := 0, x[at]
		for j := 1; j < b.k && extreme == extreme; j++ {
			v := x[at+j*b.inner]
			if v != v || most && v > extreme || !most && v < extreme {
				best, extreme = j, v
			}
		}
		dst[i] = int32(best)
	}
}

func (c *compiler) cumulate(op graph.Cumulate, x value) value {
	x = c.dense(x)
	out := c.temp(x.Type)
	b := line(x.Shape, op.Axis)
	o, a := c.ref(out), c.ref(x)
	var do func(lo, hi int)
	switch x.DType {
	case graph.Bool, graph.Uint8:
		do = cumulateLoop(o, a, b, op.Reverse, binaryInt[uint8](op.Fn))
	case graph.Int32:
		do = cumulateLoop(o, a, b, op.Reverse, binaryInt[int32](op.Fn))
	case graph.Int64:
		do = cumulateLoop(o, a, b, op.Reverse, binaryInt[int64](op.Fn))
	case graph.Float32:
		do = cumulateLoop(o, a, b, op.Reverse, binaryFloat[float32](op.Fn))
	default:
		do = cumulateLoop(o, a, b, op.Reverse, binaryFloat[float64](op.Fn))
	}
	c.emit(op.String()+" "+x.Type.String(), c.p.spread(b.outer, max(1, reduceGrain/max(1, b.k*b.inner)), do), []value{out}, []value{x})
	c.mayOverwrite(out, x)
	return out
}

func cumulateLoop[T number](o, a *ref, b block, reverse bool, f func(a, b T) T) func(lo, hi int) {
	return func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst, x := data[T](o)[i*b.k*b.inner:(i+1)*b.k*b.inner], data[T](a)[i*b.k*b.inner:]
			first, step := 0, b.inner
			if reverse {
				first, step = (b.k-1)*b.inner, -b.inner
			}
			for j := range b.k {
				at := first + j*step
				for l := at; l < at+b.inner; l++ {
					if dst[l] = x[l]; j > 0 {
						dst[l] = f(dst[l], dst[l-step])
					}
				}
			}
		}
	}
}

// dot emits the sum of products. A long one is summed in pieces whose size does not
// depend on the threads.
func (c *compiler) dot(op dot, a, b value, t graph.Type) value {
	a, b = c.dense(a), c.dense(b)
	out := c.temp(t)
	o, x, y := c.ref(out), c.ref(a), c.ref(b)
	if op.rows {
		m, n := rows(a.Type)
		c.emit("dot rows "+a.Type.String(), c.p.overRows(m, n, func(lo, hi int) {
			kernel.DotRows(o.f32()[lo:hi], x.f32()[lo*n:hi*n], y.f32()[lo*n:hi*n], hi-lo, n, n)
		}), []value{out}, []value{a, b})
		return out
	}
	parts := (x.n + reduceGrain - 1) / reduceGrain
	part := c.temp(vectorType(parts))
	q := c.ref(part)
	pieces := c.p.spread(parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := i*reduceGrain, min((i+1)*reduceGrain, x.n)
			q.f32()[i] = kernel.Dot(x.f32()[from:to], y.f32()[from:to])
		}
	})
	c.emit("dot "+a.Type.String(), func() {
		pieces()
		o.f32()[0] = kernel.Sum(q.f32())
	}, []value{out, part}, []value{a, b})
	return out
}
