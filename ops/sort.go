package ops

import "github.com/rhyton/rhyton/graph"

// ArgSort returns the indices (int32) that sort x along axis in ascending order; the sort is
// stable and NaN comes last.
func ArgSort(x N, axis int) N { return graph.Apply(graph.ArgSort{Axis: Axis(x, axis)}, x) }

// Sort returns x sorted along axis in ascending order.
func Sort(x N, axis int) N { return TakeAlongAxis(x, ArgSort(x, axis), axis) }

// ArgPartition returns indices (int32) along axis such that the element at position kth is where
// sorting puts it, with smaller elements before and larger ones after it. As in Keras on
// TensorFlow and JAX, those up to kth are in ascending order and the rest in descending order.
func ArgPartition(x N, kth, axis int) N {
	a := Axis(x, axis)
	n := x.Shape[a]
	if kth < -n || kth >= n {
		graph.Errorf("argpartition: position %d of axis %d of %v", kth, axis, x.Shape)
	}
	if kth < 0 {
		kth += n
	}
	up := ArgSort(x, a)
	down := graph.Apply(graph.ArgSort{Axis: a, Descending: true}, x)
	place := TakeAlongAxis(ArgSort(up, a), down, a) // of the elements of down in up
	rest := TakeAlongAxis(down, ArgSort(LessEqual(place, Scalar(place, float64(kth))), a), a)
	return Concatenate(a, cut(up, a, 0, kth+1), cut(rest, a, 0, n-kth-1))
}

// TopK returns the k largest elements along the last axis, largest first, and their indices
// (int32), both (…, k). Of equal elements the first comes first.
func TopK(x N, k int) (values, at N) {
	a := Axis(x, -1)
	if k < 0 || k > x.Shape[a] {
		graph.Errorf("top_k: %d of the last axis of %v", k, x.Shape)
	}
	at = cut(graph.Apply(graph.ArgSort{Axis: a, Descending: true}, x), a, 0, k)
	return TakeAlongAxis(x, at, a), at
}

// InTopK returns whether predictions[i, targets[i]] is among the k largest of row i of
// predictions (batch, classes); elements equal to the k-th largest count. It is false for a
// target out of range and if the prediction is not finite.
func InTopK(targets, predictions N, k int) N {
	if predictions.Rank() != 2 || targets.Rank() != 1 || targets.Shape[0] != predictions.Shape[0] || !targets.DType.IsInt() {
		graph.Errorf("in_top_k: targets %v for predictions %v; want integers (batch) and (batch, classes)", targets.Type, predictions.Type)
	}
	n := predictions.Shape[1]
	col := ExpandDims(targets, -1)
	known := LogicalAnd(GreaterEqual(targets, Scalar(targets, 0)), Less(targets, Scalar(targets, float64(n))))
	own := TakeAlongAxis(predictions, col, 1)
	rank := CountNonzero(Greater(predictions, own), 1)
	in := LogicalAnd(known, IsFinite(Squeeze(own, 1)))
	return LogicalAnd(in, Less(rank, Scalar(rank, float64(k))))
}

// Side says where to insert a value equal to an element.
type Side uint8

// The sides.
const (
	Left  Side = iota // before it
	Right             // after it
)

// SearchSorted returns, for each of values, the index (int32) at which to insert it into the
// vector sorted, which is in ascending order.
func SearchSorted(sorted, values N, side Side) N {
	if sorted.Rank() != 1 {
		graph.Errorf("searchsorted: in %v; want a vector", sorted.Shape)
	}
	before := graph.Less
	if side == Right {
		before = graph.LessEqual
	}
	return CountNonzero(compare(before, sorted, ExpandDims(values, -1)), -1)
}

// Digitize returns, for each element of x, the index (int32) of its bin: i where bins[i-1] ≤ x <
// bins[i]. The vector bins is in ascending order.
func Digitize(x, bins N) N { return SearchSorted(bins, x, Right) }

// A Uniques is the result of [Unique] for the n elements of a value, with room for size distinct
// ones. Entries beyond Count repeat the smallest element, with 0 in Index and Counts.
type Uniques struct {
	Values  N // (size) the distinct elements in ascending order
	Index   N // (size) the first position of each, int32
	Counts  N // (size) the number of occurrences of each, int32
	Inverse N // (n) the index into Values of each element, int32
	Count   N // () the number of distinct elements, int32; it may exceed size
}

// Unique returns the distinct elements of x in ascending order. Shapes are static, so the caller
// specifies the number of entries, size; x.Shape.Size() is always enough.
func Unique(x N, size int) Uniques {
	x = Ravel(x)
	n := x.Shape[0]
	if n == 0 || size < 1 {
		graph.Errorf("unique: %d of %v; want at least one element", size, x.Shape)
	}
	g := x.Graph()
	perm := ArgSort(x, 0)
	s := TakeAlongAxis(x, perm, 0)
	first := g.Const(graph.Int32, 0, 1)
	group := first
	if n > 1 {
		group = Concatenate(0, first, CumSum(NotEqual(cut(s, 0, 1, n), cut(s, 0, 0, n-1)), 0))
	}
	into := func(f graph.Fn, start, idx, v N) N { return graph.Apply(graph.Scatter{Fn: f}, start, idx, v) }
	zeros := g.Const(graph.Int32, 0, size)
	count := Shift(Index(group, 0, -1), 1)
	found := Less(iota32(g, size), count)
	return Uniques{
		Values:  into(graph.Set, BroadcastTo(cut(s, 0, 0, 1), size), group, s),
		Index:   Where(found, into(graph.Min, g.Const(graph.Int32, float64(n), size), group, perm), zeros),
		Counts:  into(graph.Add, zeros, group, g.Const(graph.Int32, 1, n)),
		Inverse: into(graph.Set, g.Const(graph.Int32, 0, n), perm, group),
		Count:   count,
	}
}

// Nonzero returns the coordinates of the elements that are not 0, in row-major order: one int32
// vector (size) for each axis, of which the first CountNonzero(x) entries are valid and the
// others 0.
func Nonzero(x N, size int) []N {
	if x.Rank() == 0 || size < 0 {
		graph.Errorf("nonzero: %d of %v; want at least one axis", size, x.Shape)
	}
	g := x.Graph()
	hit := Ravel(truth(x))
	place := Where(hit, Shift(CumSum(hit, 0), -1), g.Const(graph.Int32, float64(size)))
	at := graph.Apply(graph.Scatter{Fn: graph.Set}, g.Const(graph.Int32, 0, size), place, iota32(g, hit.Shape[0]))
	return UnravelIndex(at, x.Shape...)
}

// UnravelIndex converts row-major indices of a shape to coordinates, one result for each axis.
func UnravelIndex(idx N, shape ...int) []N {
	out := make([]N, len(shape))
	for a := len(shape) - 1; a >= 0; a-- {
		d := Scalar(idx, float64(max(shape[a], 1)))
		out[a] = Mod(idx, d)
		idx = FloorDivide(idx, d)
	}
	return out
}
