package ops

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// Reshape returns x's elements in row-major order with another shape; one extent may be -1 and is
// inferred.
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

// Squeeze removes the given axes of extent 1, or all such axes if none is given.
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
		graph.Errorf("concatenate: no values given")
	}
	if len(xs) == 1 {
		return xs[0]
	}
	return graph.Apply(graph.Concat{Axis: Axis(xs[0], axis)}, xs...)
}

// Stack joins xs, of one shape, along a new axis.
func Stack(axis int, xs ...N) N {
	if len(xs) == 0 {
		graph.Errorf("stack: no values given")
	}
	wide := make([]N, len(xs))
	for i, x := range xs {
		wide[i] = ExpandDims(x, axis)
	}
	if axis < 0 {
		axis += wide[0].Rank()
	}
	return Concatenate(axis, wide...)
}

// Flip reverses x along the given axes, or all if none is given.
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

// Ravel returns x's elements in row-major order as a vector.
func Ravel(x N) N { return Reshape(x, -1) }

// MoveAxis moves the axis from to position to; the others keep their order.
func MoveAxis(x N, from, to int) N {
	f, t := Axis(x, from), Axis(x, to)
	if f == t {
		return x
	}
	perm := make([]int, 0, x.Rank())
	for i := range x.Rank() {
		if i != f {
			perm = append(perm, i)
		}
	}
	return Transpose(x, slices.Insert(perm, t, f)...)
}

// SwapAxes exchanges two axes.
func SwapAxes(x N, a, b int) N {
	perm := make([]int, x.Rank())
	for i := range perm {
		perm[i] = i
	}
	a, b = Axis(x, a), Axis(x, b)
	if a == b {
		return x
	}
	perm[a], perm[b] = b, a
	return Transpose(x, perm...)
}

// Tile repeats x counts[i] times along axis i; the shorter of shape and counts is extended with
// leading ones.
func Tile(x N, counts ...int) N {
	r := max(x.Rank(), len(counts))
	s := make([]int, r)
	for i := range s {
		s[i] = extent(x.Shape, i-r)
	}
	x = Reshape(x, s...)
	for i := range s {
		if k := extent(counts, i-r); k != 1 {
			x = repeatBlock(x, i, k, 1)
		}
	}
	return x
}

// Repeat repeats each element n times along axis: a a b b.
func Repeat(x N, n, axis int) N { return repeatBlock(x, Axis(x, axis), 1, n) }

// repeatBlock repeats the array along axis a whole times and each element each times.
func repeatBlock(x N, a, whole, each int) N {
	if whole < 0 || each < 0 {
		graph.Errorf("repeat: %d times", min(whole, each))
	}
	front, n, back := x.Shape[:a].Size(), x.Shape[a], x.Shape[a+1:].Size()
	y := BroadcastTo(Reshape(x, front, 1, n, 1, back), front, whole, n, each, back)
	s := x.Shape.Clone()
	s[a] = whole * n * each
	return Reshape(y, s...)
}

// RepeatEach repeats element i along axis counts[i] times.
func RepeatEach(x N, counts []int, axis int) N {
	a := Axis(x, axis)
	if len(counts) != x.Shape[a] {
		graph.Errorf("repeat: %d counts for axis %d of %v", len(counts), a, x.Shape)
	}
	var at []int
	for i, c := range counts {
		x.Graph().Table("repeat", c)
		for range c {
			at = append(at, i)
		}
	}
	return takeStatic(x, a, at)
}

// Roll shifts x along axis cyclically by n positions.
func Roll(x N, n, axis int) N {
	a := Axis(x, axis)
	d := x.Shape[a]
	if d == 0 || modulo(n, d) == 0 {
		return x
	}
	k := d - modulo(n, d)
	return Concatenate(a, cut(x, a, k, d), cut(x, a, 0, k))
}

// Rot90 rotates by k·90° in the plane from axis a to axis b.
func Rot90(x N, k, a, b int) N {
	a, b = Axis(x, a), Axis(x, b)
	if a == b {
		graph.Errorf("rot90: axes %d and %d are the same", a, b)
	}
	switch modulo(k, 4) {
	case 1:
		return SwapAxes(Flip(x, b), a, b)
	case 2:
		return Flip(x, a, b)
	case 3:
		return Flip(SwapAxes(x, a, b), b)
	}
	return x
}

// VStack joins along the first axis; vectors count as rows.
func VStack(xs ...N) N { return Concatenate(0, atLeast(2, xs)...) }

// HStack joins along the second axis, vectors along the first.
func HStack(xs ...N) N {
	xs = atLeast(1, xs)
	if len(xs) > 0 && xs[0].Rank() == 1 {
		return Concatenate(0, xs...)
	}
	return Concatenate(1, xs...)
}

// DStack joins along the third axis: vectors (n) count as (1, n, 1), matrices as (m, n, 1).
func DStack(xs ...N) N {
	wide := make([]N, len(xs))
	for i, x := range atLeast(2, xs) {
		if x.Rank() == 2 {
			x = ExpandDims(x, -1)
		}
		wide[i] = x
	}
	return Concatenate(2, wide...)
}

// atLeast prepends axes of extent 1 until each x has the given rank.
func atLeast(rank int, xs []N) []N {
	out := make([]N, len(xs))
	for i, x := range xs {
		for x.Rank() < rank {
			x = ExpandDims(x, 0)
		}
		out[i] = x
	}
	return out
}

// Meshgrid returns the coordinates of a grid over vectors, one array for each: with two,
// (len(y), len(x)), x along the second axis, as NumPy's indexing "xy".
func Meshgrid(xs ...N) []N {
	grids := MeshgridIJ(xs...)
	for i, g := range grids {
		if len(xs) > 1 {
			grids[i] = SwapAxes(g, 0, 1)
		}
	}
	return grids
}

// MeshgridIJ is Meshgrid with the first vector along the first axis, NumPy's indexing "ij".
func MeshgridIJ(xs ...N) []N {
	to := make([]int, len(xs))
	for i, x := range xs {
		to[i] = x.Shape.Size()
	}
	grids := make([]N, len(xs))
	for i, x := range xs {
		s := make([]int, len(xs))
		for k := range s {
			s[k] = 1
		}
		s[i] = to[i]
		grids[i] = BroadcastTo(Reshape(x, s...), to...)
	}
	return grids
}
