package ops

import "github.com/rhyton/rhyton/graph"

// OneHot returns one-hot vectors of float32 for class indices x: (…) to (…, classes). A class out
// of range gives zeros.
func OneHot(x N, classes int) N {
	if !x.DType.IsInt() {
		graph.Errorf("one_hot: got %v; want integers", x.Type)
	}
	if classes < 1 {
		graph.Errorf("one_hot: %d classes; want at least 1", classes)
	}
	class := Cast(iota32(x.Graph(), classes), x.DType)
	return Cast(Equal(ExpandDims(x, -1), class), graph.Float32)
}

// MultiHot returns for each row of x a vector that is 1 for each class in the row and 0
// elsewhere: (batch, n, …) to (batch, …, classes); a vector (n) gives (classes).
func MultiHot(x N, classes int) N {
	hot := OneHot(x, classes)
	if x.Rank() < 2 {
		return Max(Reshape(hot, -1, classes), 0)
	}
	return Max(hot, 1)
}

// Bincount returns how often each of 0, 1, …, length-1 occurs in x, as int32; other values are
// ignored. For x (batch, n) it counts each row: (batch, length).
func Bincount(x N, length int) N {
	return Cast(Sum(OneHot(x, length), -2), graph.Int32)
}

// BincountWeighted is Bincount that adds the weights of the elements, shaped as x, instead of 1.
func BincountWeighted(x, weights N, length int) N {
	w := ExpandDims(float(weights), -1)
	return Sum(Multiply(Cast(OneHot(x, length), w.DType), w), -2)
}

// Scatter returns zeros of the given shape with values added at the positions given by indices:
// indices (…, k) are k leading coordinates each, values (…) + shape[k:]. Positions out of range
// are dropped.
func Scatter(indices, values N, shape ...int) N {
	return scatter(graph.Add, Full(number(values), 0, shape...), indices, values)
}

// ScatterUpdate returns x with the elements, or slices, at the positions given by indices
// replaced by updates; if a position is repeated, the last update wins. Indices (…, k) are k
// leading coordinates each, updates (…) + x.Shape[k:]. Positions out of range are dropped.
func ScatterUpdate(x, indices, updates N) N { return scatter(graph.Set, x, indices, updates) }

// ScatterAdd is ScatterUpdate that adds the updates.
func ScatterAdd(x, indices, updates N) N { return scatter(graph.Add, x, indices, updates) }

// ScatterMax is ScatterUpdate that keeps the larger one.
func ScatterMax(x, indices, updates N) N { return scatter(graph.Max, x, indices, updates) }

// ScatterMin is ScatterUpdate that keeps the smaller one.
func ScatterMin(x, indices, updates N) N { return scatter(graph.Min, x, indices, updates) }

// ScatterMultiply is ScatterUpdate that multiplies by the updates.
func ScatterMultiply(x, indices, updates N) N { return scatter(graph.Mul, x, indices, updates) }

func scatter(f graph.Fn, x, indices, updates N) N {
	if indices.Rank() == 0 || !indices.DType.IsInt() {
		graph.Errorf("scatter: indices %v; want integers (…, coordinates)", indices.Type)
	}
	k := indices.Shape[indices.Rank()-1]
	lead := indices.Shape[:indices.Rank()-1].Clone()
	if k > x.Rank() {
		graph.Errorf("scatter: indices %v have %d coordinates for a value of shape %v", indices.Shape, k, x.Shape)
	}
	want := append(lead.Clone(), x.Shape[k:]...)
	if !updates.Shape.Equal(want) {
		graph.Errorf("scatter: updates %v; want %v", updates.Shape, want)
	}
	rest := x.Shape[k:].Size()
	flat := Reshape(x, x.Shape[:k].Size(), rest)
	at := Reshape(linearIndex(indices, x.Shape[:k]), lead.Size())
	up := Reshape(Cast(updates, x.DType), lead.Size(), rest)
	return Reshape(graph.Apply(graph.Scatter{Fn: f}, flat, at, up), x.Shape...)
}

// linearIndex converts coordinates (…, k) to row-major indices of a shape, -1 if out of range.
// Negative coordinates count from the end.
func linearIndex(coords N, shape graph.Shape) N {
	coords = Cast(coords, graph.Int32)
	at := Full(coords, 0, coords.Shape[:coords.Rank()-1]...)
	outside := Cast(at, graph.Bool)
	for i, n := range shape {
		c := fromEnd(Index(coords, -1, i), n)
		outside = LogicalOr(outside, LogicalOr(Less(c, Scalar(c, 0)), GreaterEqual(c, Scalar(c, float64(n)))))
		at = Add(Scale(at, float64(n)), c)
	}
	return Where(outside, Scalar(at, -1), at)
}

// SegmentSum returns the sums of the rows of x (n, …) that have the same segment: segments (n)
// are integers; those outside [0, count) are dropped. The result is (count, …); an empty segment
// is 0.
func SegmentSum(x, segments N, count int) N { return segment(graph.Add, 0, x, segments, count) }

// SegmentProd is SegmentSum for products; an empty segment is 1.
func SegmentProd(x, segments N, count int) N { return segment(graph.Mul, 1, x, segments, count) }

// SegmentMax is SegmentSum for the largest elements; an empty segment has the smallest number of
// x's type.
func SegmentMax(x, segments N, count int) N {
	return segment(graph.Max, -extreme(x.DType), x, segments, count)
}

// SegmentMin is SegmentSum for the smallest elements; an empty segment has the largest number of
// x's type.
func SegmentMin(x, segments N, count int) N {
	return segment(graph.Min, extreme(x.DType), x, segments, count)
}

func segment(f graph.Fn, start float64, x, segments N, count int) N {
	if x.Rank() == 0 || segments.Rank() != 1 || segments.Shape[0] != x.Shape[0] || !segments.DType.IsInt() || count < 1 {
		graph.Errorf("segment: %d segments of %v by %v; want one integer per row", count, x.Type, segments.Type)
	}
	return graph.Apply(graph.Scatter{Fn: f}, Full(x, start, append([]int{count}, x.Shape[1:]...)...), segments, x)
}

// extreme returns the largest finite number of a type; its negative is the smallest one (for
// integers, the smallest plus one).
func extreme(d graph.DType) float64 {
	switch d {
	case graph.Uint8:
		return 255
	case graph.Int32:
		return 1<<31 - 1
	case graph.Int64:
		return 1 << 62 // exact in float64, as 1<<63 - 1 is not
	}
	return largest(d)
}
