package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// ScaleAndTranslate resamples arrays: position p along an axis, with pixel centers at
// half-integers, moves to p·scale + translation. The zero value is linear and widens the filter
// when shrinking.
type ScaleAndTranslate struct {
	Filter      Filter // Bilinear, Bicubic, Lanczos3 or Lanczos5
	NoAntialias bool
}

// Of resamples the given axes of x to the extents in shape, one for each axis of x, with scale
// and translation, floats of shape (len(axes)). Values outside x are 0.
func (o ScaleAndTranslate) Of(x N, shape, axes []int, scale, translation N) N {
	if len(shape) != x.Rank() || !scale.Shape.Equal(graph.Shape{len(axes)}) || !translation.Shape.Equal(scale.Shape) {
		graph.Errorf("scale_and_translate: %v to %v along the axes %v by %v and %v; want an extent for each axis and a scale and translation for each of those",
			x.Shape, shape, axes, scale.Shape, translation.Shape)
	}
	if o.Filter == Nearest || o.Filter > Lanczos5 {
		graph.Errorf("scale_and_translate: filter %v; want Bilinear, Bicubic, Lanczos3 or Lanczos5", o.Filter)
	}
	x = float(x)
	to := append(graph.Shape{}, x.Shape...)
	for i, axis := range axes {
		a := Axis(x, axis)
		to[a] = shape[a]
		pick := func(v N) N { return Cast(Index(v, 0, i), x.DType) }
		w := o.weights(x, x.Shape[a], shape[a], pick(scale), pick(translation))
		x = MoveAxis(MatMul(MoveAxis(x, a, -1), w), -1, a)
	}
	if !to.Equal(shape) {
		graph.Errorf("scale_and_translate: to %v along the axes %v; the other extents must be those of the array, %v", shape, axes, to)
	}
	return x
}

// weights is the matrix (m, n) of the weights of the old elements in each new one.
func (o ScaleAndTranslate) weights(x N, m, n int, scale, translation N) N {
	count := func(axis, a, b int) N {
		return x.Graph().Apply(graph.Iota{DType: x.DType, Axis: axis, Dims: graph.DimsOf([]int{a, b})})
	}
	inverse := Reciprocal(scale)
	at := Shift(Multiply(Subtract(Shift(count(1, 1, n), .5), translation), inverse), -.5)
	off := Abs(Subtract(at, count(0, m, 1)))
	if !o.NoAntialias {
		off = Divide(off, Maximum(inverse, Scalar(inverse, 1)))
	}
	w := o.Filter.of(off)
	total := KeepDims{0}.Sum(w)
	counts := Greater(Abs(total), Scalar(total, 1000*0x1p-23))
	w = Where(counts, Divide(w, Where(counts, total, Scalar(total, 1))), Scalar(w, 0))
	inside := LogicalAnd(GreaterEqual(at, Scalar(at, -.5)), LessEqual(at, Scalar(at, float64(m)-.5)))
	return Where(inside, w, Scalar(w, 0))
}

// of returns the weight for distances x ≥ 0.
func (f Filter) of(x N) N {
	polynomial := func(c ...float64) N { // by Horner's rule
		y := Scalar(x, c[0])
		for _, k := range c[1:] {
			y = Shift(Multiply(y, x), k)
		}
		return y
	}
	r := f.radius()
	within := Less(x, Scalar(x, r))
	var y N
	switch f {
	case Bilinear:
		return ReLU(Shift(Negative(x), 1))
	case Bicubic:
		y = Where(Less(x, Scalar(x, 1)), polynomial(1.5, -2.5, 0, 1), polynomial(-.5, 2.5, -4, 2))
	default:
		far := Greater(x, Scalar(x, 1e-3))
		z := Where(far, x, Scalar(x, 1))
		y = Divide(Scale(Multiply(Sin(Scale(z, math.Pi)), Sin(Scale(z, math.Pi/r))), r), Scale(Square(z), math.Pi*math.Pi))
		y = Where(far, y, Scalar(x, 1))
	}
	return Where(within, y, Scalar(x, 0))
}
