package ops

import "github.com/rhyton/rhyton/graph"

// Reshape returns x's elements in row-major order under another shape; one extent may be
// -1 and is worked out.
func Reshape(x N, shape ...int) N {
	to := append(graph.Shape{}, shape...)
	free, size := -1, 1
	for i, d := range to {
		switch {
		case d == -1 && free >= 0:
			graph.Errorf("reshape: %v has more than one -1", shape)
		case d == -1:
			free = i
		case d < 0:
			graph.Errorf("reshape: extent %d in %v", d, shape)
		default:
			size *= d
		}
	}
	if free >= 0 {
		if size == 0 || x.Shape.Size()%size != 0 {
			graph.Errorf("reshape: %v has %d elements, which %v cannot hold", x.Shape, x.Shape.Size(), shape)
		}
		to[free] = x.Shape.Size() / size
	}
	if to.Equal(x.Shape) {
		return x
	}
	return graph.Apply(graph.Reshape{To: graph.DimsOf(to)}, x)
}

// Transpose permutes the axes: axis i of the result is axis perm[i] of x. Without perm it
// reverses them.
func Transpose(x N, perm ...int) N {
	if len(perm) == 0 {
		for i := range x.Rank() {
			perm = append(perm, x.Rank()-1-i)
		}
	}
	p := make([]int, len(perm))
	for i, a := range perm {
		p[i] = Axis(x, a)
	}
	return graph.Apply(graph.Transpose{Perm: graph.DimsOf(p)}, x)
}

// ExpandDims inserts an axis of extent 1 before axis; -1 appends one.
func ExpandDims(x N, axis int) N {
	a := axis
	if a < 0 {
		a += x.Rank() + 1
	}
	if a < 0 || a > x.Rank() {
		graph.Errorf("expand_dims: axis %d of a value of shape %v", axis, x.Shape)
	}
	s := append(x.Shape[:a:a], 1)
	return Reshape(x, append(s, x.Shape[a:]...)...)
}

// Squeeze drops the given axes of extent 1, all such axes if none is given.
func Squeeze(x N, axes ...int) N {
	drop := map[int]bool{}
	for _, a := range axes {
		if a = Axis(x, a); x.Shape[a] != 1 {
			graph.Errorf("squeeze: axis %d of %v has extent %d", a, x.Shape, x.Shape[a])
		}
		drop[a] = true
	}
	s := []int{}
	for i, d := range x.Shape {
		if !drop[i] && (d != 1 || len(axes) > 0) {
			s = append(s, d)
		}
	}
	return Reshape(x, s...)
}

// Concatenate joins xs along axis.
func Concatenate(axis int, xs ...N) N {
	if len(xs) == 0 {
		graph.Errorf("concatenate: nothing given")
	}
	if len(xs) == 1 {
		return xs[0]
	}
	return graph.Apply(graph.Concat{Axis: Axis(xs[0], axis)}, xs...)
}

// Stack joins xs, of one shape, along a new axis.
func Stack(axis int, xs ...N) N {
	wide := make([]N, len(xs))
	for i, x := range xs {
		wide[i] = ExpandDims(x, axis)
	}
	if axis < 0 && len(wide) > 0 {
		axis += wide[0].Rank()
	}
	return Concatenate(axis, wide...)
}

// Slice takes the elements lo to hi-1 along axis; hi ≤ 0 counts from the end, 0 being the end.
func Slice(x N, axis, lo, hi int) N { return SliceStep(x, axis, lo, hi, 1) }

// SliceStep takes every step-th of the elements lo to hi-1 along axis.
func SliceStep(x N, axis, lo, hi, step int) N {
	a := Axis(x, axis)
	if hi <= 0 {
		hi += x.Shape[a]
	}
	if lo < 0 {
		lo += x.Shape[a]
	}
	o := graph.Slice{Start: graph.Fill(x.Rank(), 0), Stop: graph.DimsOf(x.Shape), Step: graph.Fill(x.Rank(), 1)}
	o.Start.At[a], o.Stop.At[a], o.Step.At[a] = lo, hi, step
	return graph.Apply(o, x)
}

// Index takes element i along axis, which disappears; a negative i counts from the end.
func Index(x N, axis, i int) N {
	a := Axis(x, axis)
	if i < 0 {
		i += x.Shape[a]
	}
	if i < 0 || i >= x.Shape[a] {
		graph.Errorf("index %d along axis %d of %v", i, a, x.Shape)
	}
	return Squeeze(SliceStep(x, a, i, i+1, 1), a)
}

// Pad adds low[i] and high[i] times v before and after axis i.
func Pad(x N, low, high []int, v float64) N {
	return graph.Apply(graph.Pad{Low: graph.DimsOf(low), High: graph.DimsOf(high), Interior: graph.Fill(x.Rank(), 0), Value: v}, x)
}

// Flip turns x around along the given axes, all if none is given.
func Flip(x N, axes ...int) N {
	var bits uint32
	for _, a := range axes {
		bits |= 1 << Axis(x, a)
	}
	if len(axes) == 0 {
		bits = 1<<x.Rank() - 1
	}
	return graph.Apply(graph.Reverse{Axes: bits}, x)
}

// Take returns the rows of x, along axis, that idx names: idx's shape stands in place of
// the axis. The indices must lie in [0, extent); others are clamped.
func Take(x, idx N, axis int) N {
	a := Axis(x, axis)
	if a == 0 {
		return graph.Apply(graph.Gather{}, x, idx)
	}
	front := []int{a}
	for i := range x.Rank() {
		if i != a {
			front = append(front, i)
		}
	}
	y := graph.Apply(graph.Gather{}, Transpose(x, front...), idx) // idx…, before…, after…
	perm := []int{}
	for i := range a {
		perm = append(perm, idx.Rank()+i)
	}
	for i := range idx.Rank() {
		perm = append(perm, i)
	}
	for i := a; i < x.Rank()-1; i++ {
		perm = append(perm, idx.Rank()+i)
	}
	return Transpose(y, perm...)
}
