package ops

import "github.com/rhyton/rhyton/graph"

// Border defines the values outside an array.
type Border uint8

// The borders, as in keras.ops.image.
const (
	ConstantBorder Border = iota // a fill value
	NearestBorder                // the nearest element
	ReflectBorder                // mirrored with the edge element repeated: b a | a b c | c b
	WrapBorder                   // continued cyclically
)

// Sampler describes how arrays are sampled between their elements. The zero value uses the
// nearest element, and 0 outside.
type Sampler struct {
	Linear bool
	Border Border
	Fill   float64 // of ConstantBorder
}

// MapCoordinates returns the elements of x at the coordinates (rank, …), one row for each
// axis: shape (…).
func (o Sampler) MapCoordinates(x, coords N) N {
	if coords.Rank() < 2 || coords.Shape[0] != x.Rank() {
		graph.Errorf("map_coordinates: coordinates %v for %v; want (%d, …)", coords.Shape, x.Shape, x.Rank())
	}
	rows := Unstack(float(coords), 0)
	at := make([][]corner, len(rows))
	for i, r := range rows {
		at[i] = o.corners(r, x.Shape[i])
	}
	flat := ExpandDims(Ravel(x), -1)
	y := o.combine(at, x.Shape, func(idx N) N { return Squeeze(graph.Apply(graph.Gather{}, flat, idx), -1) }, float(x).DType)
	if !x.DType.IsFloat() {
		y = Round(y)
	}
	return Cast(y, x.DType)
}

// A corner is one neighbor of a sampled position along an axis: its index inside the array, its
// weight (nil is 1) and where it is valid (nil: everywhere).
type corner struct{ index, weight, inside N }

// corners returns the neighbors of the positions c along an axis of extent n.
func (o Sampler) corners(c N, n int) []corner {
	if !o.Linear { // the nearest; of two, the one farther from 0
		away := Where(Less(c, Scalar(c, 0)), Ceil(Shift(c, -.5)), Floor(Shift(c, .5)))
		index, inside := o.within(Cast(away, graph.Int32), n)
		return []corner{{index, nil, inside}}
	}
	low := Floor(c)
	part := Subtract(c, low)
	lo := Cast(low, graph.Int32)
	i0, in0 := o.within(lo, n)
	i1, in1 := o.within(Shift(lo, 1), n)
	return []corner{{i0, Subtract(Scalar(part, 1), part), in0}, {i1, part, in1}}
}

// within maps indices into [0, n) and returns where they were inside, if that matters.
func (o Sampler) within(i N, n int) (index, inside N) {
	top := float64(n - 1)
	switch o.Border {
	case NearestBorder:
		return Clip(i, 0, top), nil
	case ReflectBorder:
		m := Mod(i, Scalar(i, float64(2*n)))
		return Where(Less(m, Scalar(m, float64(n))), m, Subtract(Scalar(m, float64(2*n-1)), m)), nil
	case WrapBorder:
		return Mod(i, Scalar(i, float64(n))), nil
	}
	in := LogicalAnd(GreaterEqual(i, Scalar(i, 0)), LessEqual(i, Scalar(i, top)))
	return Clip(i, 0, top), in
}

// combine sums the results of read for the row-major index of each combination of corners, times
// their weights.
func (o Sampler) combine(at [][]corner, shape graph.Shape, read func(idx N) N, d graph.DType) N {
	var sum N
	var walk func(axis int, idx, weight, inside N)
	walk = func(axis int, idx, weight, inside N) {
		if axis == len(at) {
			v := Cast(read(idx), d)
			if inside != nil {
				v = Where(rankAs(inside, v), v, Scalar(v, o.Fill))
			}
			if weight != nil {
				v = Multiply(v, Cast(rankAs(weight, v), d))
			}
			sum = both(sum, v, Add)
			return
		}
		for _, c := range at[axis] {
			next := c.index
			if idx != nil {
				next = Add(Scale(idx, float64(shape[axis])), c.index)
			}
			walk(axis+1, next, both(weight, c.weight, Multiply), both(inside, c.inside, LogicalAnd))
		}
	}
	walk(0, nil, nil, nil)
	return sum
}

// both combines two values of which either may be nil.
func both(a, b N, f func(a, b N) N) N {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return f(a, b)
}

// rankAs appends axes of extent 1 to v until it has x's rank.
func rankAs(v, x N) N {
	for v.Rank() < x.Rank() {
		v = ExpandDims(v, -1)
	}
	return v
}

// bounded maps positions into [0, n-1] as TensorFlow does for whole images: before neighbors are
// computed, and with a period of n-1 for WrapBorder.
func (o Sampler) bounded(c N, n int) N {
	top, size := float64(n-1), float64(n)
	below, above := Less(c, Scalar(c, 0)), Greater(c, Scalar(c, top))
	trunc := func(x N, k float64) N { return Floor(Scale(x, 1/max(k, 1))) }
	switch o.Border {
	case ConstantBorder:
		return c
	case ReflectBorder:
		m := Mod(c, Scalar(c, 2*size))
		c = Where(Less(m, Scalar(c, size)), m, Subtract(Scalar(c, 2*size-1), m))
	case WrapBorder:
		up := Add(c, Scale(Shift(trunc(Negative(c), top), 1), size))
		down := Subtract(c, Scale(trunc(c, top), size))
		c = Where(below, up, Where(above, down, c))
	}
	return Clip(c, 0, top)
}

// AffineTransform returns images (batch, height, width, channels) sampled, for each output
// position (x, y), at ((a₀·x + a₁·y + a₂)/k, (a₃·x + a₄·y + a₅)/k) with k = a₆·x + a₇·y + 1, for
// transforms (batch, 8) or (8).
func (o Sampler) AffineTransform(images, transforms N) N {
	if images.Rank() == 3 {
		return Squeeze(o.AffineTransform(ExpandDims(images, 0), transforms), 0)
	}
	if images.Rank() != 4 {
		graph.Errorf("affine_transform: got %v; want (batch, height, width, channels)", images.Shape)
	}
	b, h, w := images.Shape[0], images.Shape[1], images.Shape[2]
	transforms = BroadcastTo(float(transforms), b, 8)
	g := images.Graph()
	place := func(axis int) N {
		return g.Apply(graph.Iota{DType: transforms.DType, Axis: axis, Dims: graph.DimsOf([]int{1, h, w})})
	}
	x, y := place(2), place(1)
	a := make([]N, 8)
	for i, v := range Unstack(transforms, 1) {
		a[i] = Reshape(v, b, 1, 1)
	}
	form := func(i int, c N) N { return Add(Add(Multiply(a[i], x), Multiply(a[i+1], y)), c) }
	k := form(6, Scalar(x, 1))
	inner := Sampler{Linear: o.Linear, Fill: o.Fill}
	return inner.rows(images, o.bounded(Divide(form(3, a[5]), k), h), o.bounded(Divide(form(0, a[2]), k), w))
}

// rows samples all channels of images (batch, height, width, channels) at the positions y, x
// (batch, …).
func (o Sampler) rows(images, y, x N) N {
	b, h, w := images.Shape[0], images.Shape[1], images.Shape[2]
	batch := images.Graph().Apply(graph.Iota{DType: graph.Int32, Axis: 0, Dims: graph.DimsOf([]int{b, 1, 1})})
	at := [][]corner{{{index: batch}}, o.corners(y, h), o.corners(x, w)}
	flat := Reshape(images, b*h*w, images.Shape[3])
	read := func(idx N) N { return graph.Apply(graph.Gather{}, flat, idx) }
	return Cast(o.combine(at, graph.Shape{b, h, w}, read, float(images).DType), images.DType)
}

// Displace returns images (batch, height, width, channels) sampled for each position (y, x) at (y
// + dy, x + dx), for dy and dx (batch, height, width).
func (o Sampler) Displace(images, dy, dx N) N {
	if images.Rank() != 4 || !dy.Shape.Equal(images.Shape[:3]) || !dx.Shape.Equal(dy.Shape) {
		graph.Errorf("displace: %v by %v and %v; want (batch, height, width, channels) and (batch, height, width)", images.Shape, dy.Shape, dx.Shape)
	}
	place := func(d N, axis int) N {
		return Add(d, d.Graph().Apply(graph.Iota{DType: d.DType, Axis: axis, Dims: graph.DimsOf(d.Shape)}))
	}
	return o.rows(images, place(float(dy), 1), place(float(dx), 2))
}

// PerspectiveTransform maps the points start (batch, 4, 2) of images (batch, height, width,
// channels), each (x, y), to end (batch, 4, 2).
func (o Sampler) PerspectiveTransform(images, start, end N) N {
	if images.Rank() != 4 {
		graph.Errorf("perspective_transform: got %v; want (batch, height, width, channels)", images.Shape)
	}
	b := images.Shape[0]
	start, end = BroadcastTo(float(start), b, 4, 2), BroadcastTo(float(end), b, 4, 2)
	sx, sy, ex, ey := Index(start, -1, 0), Index(start, -1, 1), Index(end, -1, 0), Index(end, -1, 1)
	one, zero := OnesLike(ex), ZerosLike(ex)
	rowX := Stack(-1, ex, ey, one, zero, zero, zero, Negative(Multiply(sx, ex)), Negative(Multiply(sx, ey)))
	rowY := Stack(-1, zero, zero, zero, ex, ey, one, Negative(Multiply(sy, ex)), Negative(Multiply(sy, ey)))
	m := Concatenate(1, rowX, rowY)
	return o.AffineTransform(images, Solve(m, Concatenate(1, sx, sy)))
}
