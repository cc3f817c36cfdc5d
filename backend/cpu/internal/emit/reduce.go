package emit

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
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

func (c *compiler) reduce(op graph.Reduce, x plan.Value, t graph.Type) plan.Value {
	bs := blocks(op, x.Shape)
	if len(bs) == 0 {
		w := x
		w.Shape = t.Shape
		return w
	}
	x = c.dense(x)
	for _, b := range bs {
		out := c.Temp(graph.Type{DType: t.DType, Shape: graph.Shape{b.outer, b.inner}})
		c.reduceBlock(op.Fn, out, x, b)
		x = out
	}
	x.Shape, x.Strides = t.Shape, plan.RowMajor(t.Shape)
	return x
}

func (c *compiler) reduceBlock(fn graph.Fn, out, x plan.Value, b block) {
	if fn == graph.Add && x.DType == graph.Float32 && b.outer == 1 && b.k*b.inner > 2*reduceGrain {
		c.longSum(out, x, b)
		return
	}
	o, a := c.Ref(out), c.Ref(x)
	var do func(o, a *plan.Ref, lo, hi int)
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
		do = func(o, a *plan.Ref, lo, hi int) { fold(o, a, b, lo, hi) }
	}
	grain := max(1, reduceGrain/max(1, b.k*b.inner))
	name := graph.Reduce{Fn: fn}.String() + " " + x.Type.String()
	c.Emit(name, c.Program.Spread(b.outer, grain, func(lo, hi int) { do(o, a, lo, hi) }), []plan.Value{out}, []plan.Value{x})
}

func axisKernel(f func(dst, x []float32, outer, k, inner int), b block) func(o, a *plan.Ref, lo, hi int) {
	return func(o, a *plan.Ref, lo, hi int) {
		f(o.F32()[lo*b.inner:hi*b.inner], a.F32()[lo*b.k*b.inner:hi*b.k*b.inner], hi-lo, b.k, b.inner)
	}
}

// longSum sums columns, or pieces of one row and then the pieces.
func (c *compiler) longSum(out, x plan.Value, b block) {
	p, o, a := c.Program, c.Ref(out), c.Ref(x)
	name := "reduce_add " + x.Type.String()
	if b.inner > 1 {
		cols := &kernel.Columns{}
		c.Emit(name, func() { cols.Sum(p.Threads, o.F32(), a.F32(), b.k, b.inner) }, []plan.Value{out}, []plan.Value{x})
		return
	}
	parts := (b.k + reduceGrain - 1) / reduceGrain
	part := c.Temp(native.Vector(parts))
	q := c.Ref(part)
	pieces := p.Spread(parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			q.F32()[i] = kernel.Sum(a.F32()[i*reduceGrain : min((i+1)*reduceGrain, b.k)])
		}
	})
	c.Emit(name, func() {
		pieces()
		o.F32()[0] = kernel.Sum(q.F32())
	}, []plan.Value{out, part}, []plan.Value{x})
}

// foldAxis returns a plain loop that folds rows [lo, hi) of the outer axis.
func foldAxis(d graph.DType, fn graph.Fn) func(o, a *plan.Ref, b block, lo, hi int) {
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

func foldInt[T uint8 | int32 | int64](fn graph.Fn) func(o, a *plan.Ref, b block, lo, hi int) {
	return foldLoop(binaryInt[T](fn), neutral[T](fn))
}

// neutral is what leaves another as it is under fn, for those that have it in every type.
func neutral[T number](fn graph.Fn) T {
	if fn == graph.Mul || fn == graph.And {
		return 1
	}
	return 0
}

func foldLoop[T number](f func(a, b T) T, start T) func(o, a *plan.Ref, b block, lo, hi int) {
	return func(o, a *plan.Ref, b block, lo, hi int) {
		for i := lo; i < hi; i++ {
			dst, x := plan.Data[T](o)[i*b.inner:(i+1)*b.inner], plan.Data[T](a)[i*b.k*b.inner:(i+1)*b.k*b.inner]
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

func (c *compiler) argReduce(op graph.ArgReduce, x plan.Value, t graph.Type) plan.Value {
	x = c.dense(x)
	out := c.Temp(t)
	b := line(x.Shape, op.Axis)
	var do func(o, a *plan.Ref, b block, most bool, lo, hi int)
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
	o, a := c.Ref(out), c.Ref(x)
	run := c.Program.Spread(b.outer*b.inner, max(1, reduceGrain/max(1, b.k)), func(lo, hi int) { do(o, a, b, op.Fn == graph.Max, lo, hi) })
	c.Emit(op.String()+" "+x.Type.String(), run, []plan.Value{out}, []plan.Value{x})
	return out
}

// argLoop: a NaN counts as the extreme, as in NumPy.
func argLoop[T number](o, a *plan.Ref, b block, most bool, lo, hi int) {
	dst, x := plan.Data[int32](o), plan.Data[T](a)
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

func (c *compiler) cumulate(op graph.Cumulate, x plan.Value) plan.Value {
	x = c.dense(x)
	out := c.Temp(x.Type)
	b := line(x.Shape, op.Axis)
	o, a := c.Ref(out), c.Ref(x)
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
	c.Emit(op.String()+" "+x.Type.String(), c.Program.Spread(b.outer, max(1, reduceGrain/max(1, b.k*b.inner)), do), []plan.Value{out}, []plan.Value{x})
	c.MayOverwrite(out, x)
	return out
}

func cumulateLoop[T number](o, a *plan.Ref, b block, reverse bool, f func(a, b T) T) func(lo, hi int) {
	return func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst, x := plan.Data[T](o)[i*b.k*b.inner:(i+1)*b.k*b.inner], plan.Data[T](a)[i*b.k*b.inner:]
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
func (c *compiler) dot(op native.Dot, a, b plan.Value, t graph.Type) plan.Value {
	a, b = c.dense(a), c.dense(b)
	out := c.Temp(t)
	o, x, y := c.Ref(out), c.Ref(a), c.Ref(b)
	if op.Rows {
		m, n := rows(a.Type)
		c.Emit("dot rows "+a.Type.String(), c.Program.OverRows(m, n, func(lo, hi int) {
			kernel.DotRows(o.F32()[lo:hi], x.F32()[lo*n:hi*n], y.F32()[lo*n:hi*n], hi-lo, n, n)
		}), []plan.Value{out}, []plan.Value{a, b})
		return out
	}
	parts := (x.N + reduceGrain - 1) / reduceGrain
	part := c.Temp(native.Vector(parts))
	q := c.Ref(part)
	pieces := c.Program.Spread(parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := i*reduceGrain, min((i+1)*reduceGrain, x.N)
			q.F32()[i] = kernel.Dot(x.F32()[from:to], y.F32()[from:to])
		}
	})
	c.Emit("dot "+a.Type.String(), func() {
		pieces()
		o.F32()[0] = kernel.Sum(q.F32())
	}, []plan.Value{out, part}, []plan.Value{a, b})
	return out
}
