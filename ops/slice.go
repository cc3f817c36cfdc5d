package ops

import "github.com/rhyton/rhyton/graph"

// Slice selects the elements lo to hi-1 along axis; hi ≤ 0 counts from the end.
func Slice(x N, axis, lo, hi int) N { return SliceStep(x, axis, lo, hi, 1) }

// SliceStep selects every step-th of the elements lo to hi-1 along axis.
func SliceStep(x N, axis, lo, hi, step int) N {
	a := Axis(x, axis)
	if hi <= 0 {
		hi += x.Shape[a]
	}
	if lo < 0 {
		lo += x.Shape[a]
	}
	o := graph.Slice{Start: graph.RepeatDim(x.Rank(), 0), Stop: graph.DimsOf(x.Shape), Step: graph.RepeatDim(x.Rank(), 1)}
	o.Start.At[a], o.Stop.At[a], o.Step.At[a] = lo, hi, step
	return graph.Apply(o, x)
}

// Index selects element i along axis, which is removed; a negative i counts from the end.
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

// Split divides x along axis into parts of equal extent.
func Split(x N, sections, axis int) []N {
	a := Axis(x, axis)
	if sections < 1 || x.Shape[a]%sections != 0 {
		graph.Errorf("split: axis %d of %v into %d equal parts", a, x.Shape, sections)
	}
	x.Graph().Table("split", sections)
	var at []int
	for i := 1; i < sections; i++ {
		at = append(at, i*(x.Shape[a]/sections))
	}
	return SplitAt(x, at, axis)
}

// SplitAt splits x along axis before each of the given positions, as in NumPy: [:at[0]],
// [at[0]:at[1]], …, [at[last]:].
func SplitAt(x N, at []int, axis int) []N {
	a := Axis(x, axis)
	n := x.Shape[a]
	parts := make([]N, 0, len(at)+1)
	lo := 0
	for i := range len(at) + 1 {
		hi := n
		if i < len(at) {
			hi = at[i]
		}
		if hi < 0 {
			hi += n
		}
		hi = min(max(hi, 0), n)
		parts = append(parts, cut(x, a, lo, max(lo, hi)))
		lo = hi
	}
	return parts
}

// ArraySplit splits x along axis into the given number of parts; the first ones are larger by one
// if the extent is not divisible.
func ArraySplit(x N, sections, axis int) []N {
	if sections < 1 {
		graph.Errorf("array_split: into %d parts; want at least 1", sections)
	}
	n := x.Shape[Axis(x, axis)]
	var at []int
	pos := 0
	for i := range sections - 1 {
		pos += n / sections
		if i < n%sections {
			pos++
		}
		at = append(at, pos)
	}
	return SplitAt(x, at, axis)
}

// cut selects the elements lo to hi-1 along axis a; hi = 0 does not mean the end here.
func cut(x N, a, lo, hi int) N {
	if lo == 0 && hi == x.Shape[a] {
		return x
	}
	o := graph.Slice{Start: graph.RepeatDim(x.Rank(), 0), Stop: graph.DimsOf(x.Shape), Step: graph.RepeatDim(x.Rank(), 1)}
	o.Start.At[a], o.Stop.At[a] = lo, hi
	return graph.Apply(o, x)
}

// Unstack returns the elements along axis, which is removed.
func Unstack(x N, axis int) []N {
	a := Axis(x, axis)
	x.Graph().Table("unstack", x.Shape[a])
	parts := make([]N, x.Shape[a])
	for i := range parts {
		parts[i] = Index(x, a, i)
	}
	return parts
}

// SliceBlock selects the block of the given shape that starts at start, like keras.ops.slice.
func SliceBlock(x N, start, shape []int) N {
	if len(start) != x.Rank() || len(shape) != x.Rank() {
		graph.Errorf("slice: start %v and shape %v for a value of shape %v", start, shape, x.Shape)
	}
	for i := range start {
		if start[i] < 0 || shape[i] < 0 || start[i]+shape[i] > x.Shape[i] {
			graph.Errorf("slice: %v at %v is outside of %v", graph.Shape(shape), start, x.Shape)
		}
		x = cut(x, i, start[i], start[i]+shape[i])
	}
	return x
}

// SliceUpdate returns x with the block that starts at start replaced by updates.
func SliceUpdate(x N, start []int, updates N) N {
	if len(start) != x.Rank() || updates.Rank() != x.Rank() {
		graph.Errorf("slice_update: start %v and updates %v for a value of shape %v", start, updates.Shape, x.Shape)
	}
	high := make([]int, len(start))
	for i, lo := range start {
		if high[i] = x.Shape[i] - lo - updates.Shape[i]; lo < 0 || high[i] < 0 {
			graph.Errorf("slice_update: %v at %v is outside of %v", updates.Shape, start, x.Shape)
		}
	}
	updates = Cast(updates, x.DType)
	inside := Pad(x.Graph().Const(graph.Bool, 1, updates.Shape...), start, high, 0)
	return Where(inside, Pad(updates, start, high, 0), x)
}

// DynamicSlice is SliceBlock with a start computed in the graph, integers (rank). The start is
// clamped so that the block lies inside x.
func DynamicSlice(x, start N, shape ...int) N {
	if start.Rank() != 1 || start.Shape[0] != x.Rank() || len(shape) != x.Rank() {
		graph.Errorf("slice: start %v and shape %v for a value of shape %v", start.Type, shape, x.Shape)
	}
	for i, n := range shape {
		x = Take(x, blockIndex(x, start, i, n), i)
	}
	return x
}

// DynamicSliceUpdate is SliceUpdate with a start computed in the graph, integers (rank).
func DynamicSliceUpdate(x, start, updates N) N {
	if start.Rank() != 1 || start.Shape[0] != x.Rank() || updates.Rank() != x.Rank() {
		graph.Errorf("slice_update: start %v and updates %v for a value of shape %v", start.Type, updates.Shape, x.Shape)
	}
	axes := make([]N, x.Rank())
	for i, n := range updates.Shape {
		s := make([]int, x.Rank())
		for k := range s {
			s[k] = 1
		}
		s[i] = n
		axes[i] = BroadcastTo(Reshape(blockIndex(x, start, i, n), s...), updates.Shape...)
	}
	return ScatterUpdate(x, Stack(-1, axes...), updates)
}

// blockIndex returns the n indices along axis i from start[i] on, clamped to lie inside x.
func blockIndex(x, start N, i, n int) N {
	if n > x.Shape[i] {
		graph.Errorf("slice: %d elements of axis %d of %v", n, i, x.Shape)
	}
	at := Clip(Cast(Index(start, 0, i), graph.Int32), 0, float64(x.Shape[i]-n))
	return Add(iota32(x.Graph(), n), at)
}
