package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

func (c *compiler) argSort(op graph.ArgSort, x plan.Value, t graph.Type) plan.Value {
	x = c.dense(x)
	out, spare := c.Temp(t), c.Temp(t)
	b := line(x.Shape, op.Axis)
	o, s, a := c.Ref(out), c.Ref(spare), c.Ref(x)
	var do func(lo, hi int)
	switch x.DType {
	case graph.Bool, graph.Uint8:
		do = sortLoop[uint8](o, s, a, b, op.Descending)
	case graph.Int32:
		do = sortLoop[int32](o, s, a, b, op.Descending)
	case graph.Int64:
		do = sortLoop[int64](o, s, a, b, op.Descending)
	case graph.Float32:
		do = sortLoop[float32](o, s, a, b, op.Descending)
	default:
		do = sortLoop[float64](o, s, a, b, op.Descending)
	}
	grain := max(1, reduceGrain/max(1, b.k*b.inner))
	c.Emit(op.String()+" "+x.Type.String(), c.Program.Spread(b.outer, grain, do), []plan.Value{out, spare}, []plan.Value{x})
	return out
}

// sortLoop sorts each line by merging runs of doubling length, which keeps equal elements
// in order and needs no memory but spare.
func sortLoop[T number](out, spare, x *plan.Ref, b block, descending bool) func(lo, hi int) {
	return func(lo, hi int) {
		for i := lo; i < hi; i++ {
			for j := range b.inner {
				at := i*b.k*b.inner + j
				sortLine(plan.Data[int32](out)[at:], plan.Data[int32](spare)[at:], plan.Data[T](x)[at:], b.k, b.inner, descending)
			}
		}
	}
}

// sortLine sorts n elements that lie step apart, of out, spare and x alike.
func sortLine[T number](out, spare []int32, x []T, n, step int, descending bool) {
	passes := 0
	for w := 1; w < n; w *= 2 {
		passes++
	}
	from, to := out, spare
	if passes%2 == 1 {
		from, to = spare, out
	}
	for i := range n {
		from[i*step] = int32(i)
	}
	for w := 1; w < n; w *= 2 {
		for lo := 0; lo < n; lo += 2 * w {
			merge(to, from, x, lo, min(lo+w, n), min(lo+2*w, n), step, descending)
		}
		from, to = to, from
	}
}

// merge merges the runs [lo, mid) and [mid, hi) of from.
func merge[T number](to, from []int32, x []T, lo, mid, hi, step int, descending bool) {
	i, j := lo, mid
	for k := lo; k < hi; k++ {
		if j == hi || i < mid && !after(x[int(from[i*step])*step], x[int(from[j*step])*step], descending) {
			to[k*step] = from[i*step]
			i++
		} else {
			to[k*step] = from[j*step]
			j++
		}
	}
}

// after reports whether a sorts strictly after b; NaN is last.
func after[T number](a, b T, descending bool) bool {
	switch {
	case a != a || b != b:
		return a != a && b == b
	case descending:
		return a < b
	}
	return a > b
}
