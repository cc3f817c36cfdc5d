package ops

import "github.com/rhyton/rhyton/graph"

// ArgSort returns the indices (int32) that sort x along axis in ascending order; equal
// elements keep their order, NaN comes last.
func ArgSort(x N, axis int) N { return graph.Apply(graph.ArgSort{Axis: Axis(x, axis)}, x) }

// Sort returns x sorted along axis in ascending order.
func Sort(x N, axis int) N { return TakeAlongAxis(x, ArgSort(x, axis), axis) }

// ArgPartition returns indices (int32) along axis such that the element at place kth of them
// is where sorting puts it, the smaller ones before and the larger ones after it: as Keras on
// TensorFlow and JAX, those up to kth in ascending order and the rest in descending order.
func ArgPartition(x N, kth, axis int) N {
	a := Axis(x, axis)
	n := x.Shape[a]
	if kth < -n || kth >= n {
		graph.Errorf("argpartition: place %d of axis %d of %v", kth, axis, x.Shape)
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

// TopK returns the k largest elements along the last axis, the largest first, and their
// indices (int32): (…, k) both. Of equal elements the first comes first.
func TopK(x N, k int) (values, at N) {
	a := Axis(x, -1)
	if k < 0 || k > x.Shape[a] {
		graph.Errorf("top_k: %d of the last axis of %v", k, x.Shape)
	}
	at = cut(graph.Apply(graph.ArgSort{Axis: a, Descending: true}, x), a, 0, k)
	return TakeAlongAxis(x, at, a), at
}

// InTopK returns whether predictions[i, targets[i]] is among the k largest of row i of
// predictions (batch, classes); equals of the k-th largest are. It is false for a target
// outside the classes and where the prediction is not finite.
func InTopK(targets, predictions N, k int) N {
	if predictions.Rank() != 2 || targets.Rank() != 1 || targets.Shape[0] != predictions.Shape[0] || !targets.DType.IsInt() {
		graph.Errorf("in_top_k: targets %v for predictions %v; wants integers (batch) and (batch, classes)", targets.Type, predictions.Type)
	}
	n := predictions.Shape[1]
	col := ExpandDims(targets, -1)
	known := LogicalAnd(GreaterEqual(targets, Scalar(targets, 0)), Less(targets, Scalar(targets, float64(n))))
	own := TakeAlongAxis(predictions, col, 1)
	rank := CountNonzero(Greater(predictions, own), 1)
	in := LogicalAnd(known, IsFinite(Squeeze(own, 1)))
	return LogicalAnd(in, Less(rank, Scalar(rank, float64(k))))
}

// Side says where a value equal to an element belongs.
type Side uint8

// The sides.
const (
	Left  Side = iota // before it
	Right             // after it
)

// SearchSorted returns, for each of values, the index (int32) at which it belongs in the
// vector sorted, which is in ascending order.
func SearchSorted(sorted, values N, side Side) N {
	if sorted.Rank() != 1 {
		graph.Errorf("searchsorted: in %v; wants a vector", sorted.Shape)
	}
	before := graph.Less
	if side == Right {
		before = graph.LessEqual
	}
	return CountNonzero(compare(before, sorted, ExpandDims(values, -1)), -1)
}

// Digitize returns, for each element of x, the index (int32) of the bin that it falls in:
// i where bins[i-1] ≤ x < bins[i], the vector bins being in ascending order.
func Digitize(x, bins N) N { return SearchSorted(bins, x, Right) }

// A Uniques is what [Unique] finds in the n elements of a value, of which at most size
// are told apart. Entries beyond Count repeat the smallest element, with 0 in Index and Counts.
type Uniques struct {
	Values  N // (size) the different elements in ascending order
	Index   N // (size) where each stands first, int32
	Counts  N // (size) how often each stands, int32
	Inverse N // (n) which of Values each element is, int32
	Count   N // () how many there are, int32; it may exceed size
}

// Unique returns the different elements of x in ascending order. A graph has static shapes,
// so the caller says how many to make room for, size; x.Shape.Size() is always enough.
func Unique(x N, size int) Uniques {
	x = Ravel(x)
	n := x.Shape[0]
	if n == 0 || size < 1 {
		graph.Errorf("unique: %d of %v; wants at least one element", size, x.Shape)
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

// Nonzero returns the coordinates of the elements that are not 0, in row-major order: one
// vector (size) of int32 for each axis, of which the first CountNonzero(x) entries count;
// the others are 0.
func Nonzero(x N, size int) []N {
	if x.Rank() == 0 || size < 0 {
		graph.Errorf("nonzero: %d of %v; wants at least one axis", size, x.Shape)
	}
	g := x.Graph()
	hit := Ravel(truth(x))
	place := Where(hit, Shift(CumSum(hit, 0), -1), g.Const(graph.Int32, float64(size)))
	at := graph.Apply(graph.Scatter{Fn: graph.Set}, g.Const(graph.Int32, 0, size), place, iota32(g, hit.Shape[0]))
	return UnravelIndex(at, x.Shape...)
}

// UnravelIndex turns indices into the row-major elements of a shape into coordinates, one
// result for each axis.
func UnravelIndex(idx N, shape ...int) []N {
	out := make([]N, len(shape))
	for a := len(shape) - 1; a >= 0; a-- {
		d := Scalar(idx, float64(max(shape[a], 1)))
		out[a] = Mod(idx, d)
		idx = FloorDivide(idx, d)
	}
	return out
}
