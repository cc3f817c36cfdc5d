package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/scalar"
)

// The operations here are elementwise ones that no vector program takes: on float64,
// integers and bools, and float32 functions that the kernels lack.

// steps makes the operands of an elementwise operation dense or a single element,
// and returns their steps, 1 or 0.
func (c *compiler) steps(in ...*plan.Value) []int {
	steps := make([]int, len(in))
	for i, v := range in {
		if !v.Single() {
			*v = c.dense(*v)
			steps[i] = 1
		}
	}
	return steps
}

// one is the ref of v, of one element if step is 0.
func (c *compiler) one(v plan.Value, step int) *plan.Ref {
	r := c.Ref(v)
	if step == 0 {
		r.N = min(r.N, 1)
	}
	return r
}

func (c *compiler) unary(fn graph.Fn, x plan.Value) plan.Value {
	x = c.dense(x)
	out := c.Temp(x.Type)
	var run func(lo, hi int)
	switch x.DType {
	case graph.Bool:
		run = unaryLoop(c.Ref(out), c.Ref(x), func(a uint8) uint8 { return 1 - a })
	case graph.Uint8:
		run = unaryLoop(c.Ref(out), c.Ref(x), unaryInt[uint8](fn))
	case graph.Int32:
		run = unaryLoop(c.Ref(out), c.Ref(x), unaryInt[int32](fn))
	case graph.Int64:
		run = unaryLoop(c.Ref(out), c.Ref(x), unaryInt[int64](fn))
	case graph.Float32:
		f := scalar.Float(fn)
		run = unaryLoop(c.Ref(out), c.Ref(x), func(a float32) float32 { return float32(f(float64(a))) })
	default:
		run = unaryLoop(c.Ref(out), c.Ref(x), scalar.Float(fn))
		if op, ok := unaryOps[fn]; ok {
			o, a := c.Ref(out), c.Ref(x)
			run = func(lo, hi int) { kernel.Unary64(op, plan.Data[float64](o)[lo:hi], plan.Data[float64](a)[lo:hi]) }
		}
	}
	c.Emit(fn.String()+" "+x.Type.String(), c.Program.Spread(x.Shape.Size(), mapGrain, run), []plan.Value{out}, []plan.Value{x})
	c.MayOverwrite(out, x)
	return out
}

func unaryLoop[T number](out, x *plan.Ref, f func(T) T) func(lo, hi int) {
	return func(lo, hi int) {
		d, a := plan.Data[T](out)[lo:hi], plan.Data[T](x)[lo:hi]
		for i, v := range a {
			d[i] = f(v)
		}
	}
}

func unaryInt[T uint8 | int32 | int64](fn graph.Fn) func(T) T {
	return func(x T) T { return T(scalar.Int(fn, int64(x))) }
}

func (c *compiler) binary(fn graph.Fn, a, b plan.Value) plan.Value {
	t := a.Type
	step := c.steps(&a, &b)
	out := c.Temp(t)
	ra, rb := c.one(a, step[0]), c.one(b, step[1])
	var run func(lo, hi int)
	switch t.DType {
	case graph.Bool, graph.Uint8:
		run = binaryLoop(c.Ref(out), ra, rb, step, binaryInt[uint8](fn))
	case graph.Int32:
		run = binaryLoop(c.Ref(out), ra, rb, step, binaryInt[int32](fn))
	case graph.Int64:
		run = binaryLoop(c.Ref(out), ra, rb, step, binaryInt[int64](fn))
	case graph.Float32:
		run = binaryLoop(c.Ref(out), ra, rb, step, binaryFloat[float32](fn))
	default:
		run = binaryLoop(c.Ref(out), ra, rb, step, binaryFloat[float64](fn))
	}
	c.Emit(fn.String()+" "+t.String(), c.Program.Spread(t.Shape.Size(), mapGrain, run), []plan.Value{out}, []plan.Value{a, b})
	if a.Slot != b.Slot {
		c.MayOverwrite(out, a)
		c.MayOverwrite(out, b)
	}
	return out
}

func binaryLoop[T number](out, a, b *plan.Ref, step []int, f func(a, b T) T) func(lo, hi int) {
	sa, sb := step[0], step[1]
	return func(lo, hi int) {
		d, x, y := plan.Data[T](out)[lo:hi], plan.Data[T](a)[lo*sa:], plan.Data[T](b)[lo*sb:]
		for i := range d {
			d[i] = f(x[i*sa], y[i*sb])
		}
	}
}

// binaryOf returns what number types have in common, nil for the rest.
func binaryOf[T number](fn graph.Fn) func(a, b T) T {
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
	return nil
}

func binaryFloat[T float32 | float64](fn graph.Fn) func(a, b T) T {
	if f := binaryOf[T](fn); f != nil {
		return f
	}
	if fn == graph.Div {
		return func(a, b T) T { return a / b }
	}
	return func(a, b T) T { return T(scalar.Floats(fn, float64(a), float64(b))) }
}

func binaryInt[T uint8 | int32 | int64](fn graph.Fn) func(a, b T) T {
	if f := binaryOf[T](fn); f != nil {
		return f
	}
	return func(a, b T) T { return T(scalar.Ints(fn, int64(a), int64(b))) }
}

func (c *compiler) compare(fn graph.Fn, a, b plan.Value) plan.Value {
	t := graph.Type{DType: graph.Bool, Shape: a.Shape}
	step := c.steps(&a, &b)
	out := c.Temp(t)
	o, ra, rb := c.Ref(out), c.one(a, step[0]), c.one(b, step[1])
	var run func(lo, hi int)
	switch a.DType {
	case graph.Bool, graph.Uint8:
		run = compareLoop[uint8](o, ra, rb, step, fn)
	case graph.Int32:
		run = compareLoop[int32](o, ra, rb, step, fn)
	case graph.Int64:
		run = compareLoop[int64](o, ra, rb, step, fn)
	case graph.Float32:
		run = compareLoop[float32](o, ra, rb, step, fn)
	default:
		run = compareLoop[float64](o, ra, rb, step, fn)
	}
	c.Emit(fn.String()+" "+a.Type.String(), c.Program.Spread(t.Shape.Size(), mapGrain, run), []plan.Value{out}, []plan.Value{a, b})
	return out
}

func compareLoop[T number](out, a, b *plan.Ref, step []int, fn graph.Fn) func(lo, hi int) {
	sa, sb, f := step[0], step[1], holds[T](fn)
	return func(lo, hi int) {
		d, x, y := plan.Data[uint8](out)[lo:hi], plan.Data[T](a)[lo*sa:], plan.Data[T](b)[lo*sb:]
		for i := range d {
			d[i] = truth(f(x[i*sa], y[i*sb]))
		}
	}
}

func holds[T number](fn graph.Fn) func(a, b T) bool {
	switch fn {
	case graph.Equal:
		return func(a, b T) bool { return a == b }
	case graph.NotEqual:
		return func(a, b T) bool { return a != b }
	case graph.Less:
		return func(a, b T) bool { return a < b }
	case graph.LessEqual:
		return func(a, b T) bool { return a <= b }
	case graph.Greater:
		return func(a, b T) bool { return a > b }
	}
	return func(a, b T) bool { return a >= b }
}

func (c *compiler) choose(cond, a, b plan.Value) plan.Value {
	t := a.Type
	step := c.steps(&cond, &a, &b)
	out := c.Temp(t)
	refs := [4]*plan.Ref{c.Ref(out), c.one(cond, step[0]), c.one(a, step[1]), c.one(b, step[2])}
	var run func(lo, hi int)
	switch t.DType.Size() {
	case 1:
		run = chooseLoop[uint8](refs, step)
	case 2:
		run = chooseLoop[uint16](refs, step)
	case 4:
		run = chooseLoop[uint32](refs, step)
	default:
		run = chooseLoop[uint64](refs, step)
	}
	c.Emit("select "+t.String(), c.Program.Spread(t.Shape.Size(), mapGrain, run), []plan.Value{out}, []plan.Value{cond, a, b})
	return out
}

func chooseLoop[T any](r [4]*plan.Ref, step []int) func(lo, hi int) {
	sc, sa, sb := step[0], step[1], step[2]
	return func(lo, hi int) {
		d, c, x, y := plan.Data[T](r[0])[lo:hi], plan.Data[uint8](r[1])[lo*sc:], plan.Data[T](r[2])[lo*sa:], plan.Data[T](r[3])[lo*sb:]
		for i := range d {
			if c[i*sc] != 0 {
				d[i] = x[i*sa]
			} else {
				d[i] = y[i*sb]
			}
		}
	}
}
