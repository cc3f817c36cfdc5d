package layers

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// onImages applies f to x, a batch of images or one image in the given format, as a batch with
// channels last. Integers are converted to the compute type first.
func (s *Scope) onImages(format DataFormat, x *graph.Node, f func(x *graph.Node) *graph.Node) *graph.Node {
	if !x.DType.IsFloat() {
		x = ops.Cast(x, s.policy().compute())
	}
	switch x.Rank() {
	case 3:
		return ops.Squeeze(inFormat(format, ops.ExpandDims(x, 0), f), 0)
	case 4:
		return inFormat(format, x, f)
	}
	graph.Errorf("want images, (batch, height, width, channels)")
	return nil
}

// augment is onImages during training; otherwise it only converts x to a float.
func (s *Scope) augment(format DataFormat, x *graph.Node, f func(x *graph.Node) *graph.Node) *graph.Node {
	if s.Training {
		return s.onImages(format, x, f)
	}
	return s.onImages(ChannelsLast, x, func(x *graph.Node) *graph.Node { return x })
}

// limits returns the bounds of a factor v: a single number f means -f to f, but not below
// least; two numbers are the bounds.
func limits(what string, v []float64, least, most float64) (lo, hi float64) {
	pair := savedFactor(v, least)
	if len(pair) != 2 || pair[0] > most || pair[1] < least || math.IsNaN(pair[0]+pair[1]) || len(v) == 1 && (v[0] < least || v[0] > most) {
		graph.Errorf("%s %v; want one number, or a lower and an upper one, in [%v, %v]", what, v, least, most)
	}
	return pair[0], pair[1]
}

// savedFactor returns a factor as two numbers, as Keras writes it.
func savedFactor(v []float64, least float64) []float64 {
	if len(v) == 1 {
		return []float64{max(-math.Abs(v[0]), least) + 0, math.Abs(v[0])}
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return v
}

// valueRange returns the smallest and the largest pixel value.
func valueRange(v []float64) (lo, hi float64) {
	if len(v) != 2 || !(v[0] < v[1]) {
		graph.Errorf("ValueRange %v; want the darkest and the brightest value", v)
	}
	return v[0], v[1]
}

// rescale maps [from[0], from[1]] linearly to [to[0], to[1]].
func rescale(x *graph.Node, from, to [2]float64) *graph.Node {
	if from == to {
		return x
	}
	k := (to[1] - to[0]) / (from[1] - from[0])
	return ops.Shift(ops.Scale(ops.Shift(x, -from[0]), k), to[0])
}

// between draws numbers uniformly from [lo, hi).
func (s *Scope) between(lo, hi float64, shape ...int) *graph.Node {
	u := ops.Uniform(s.g, s.Stream(), graph.Float32, shape...)
	return ops.Shift(ops.Scale(u, hi-lo), lo)
}

// perImage draws one number from [lo, hi) for each image of x, (batch, 1, 1, 1), in the type of
// x.
func (s *Scope) perImage(x *graph.Node, lo, hi float64) *graph.Node {
	return ops.Cast(s.between(lo, hi, x.Shape[0], 1, 1, 1), x.DType)
}

// chosen draws for each image of x whether it is changed, (batch, 1, 1, 1); the probability
// itself is drawn from [lo, hi).
func (s *Scope) chosen(x *graph.Node, lo, hi float64) *graph.Node {
	return ops.Less(s.between(0, 1, x.Shape[0], 1, 1, 1), s.between(lo, hi, x.Shape[0], 1, 1, 1))
}

// signs draws -1 or 1 for each image of x, (batch, 1).
func (s *Scope) signs(x *graph.Node) *graph.Node {
	u := s.between(-1, 1, x.Shape[0], 1)
	one := ops.OnesLike(u)
	return ops.Where(ops.Greater(u, ops.Scalar(u, 0)), ops.Negative(one), one)
}

// transforms joins the columns of affine transforms, nodes (batch, 1) or numbers, into (batch,
// 8); missing columns are 0.
func transforms(like *graph.Node, columns ...any) *graph.Node {
	parts := make([]*graph.Node, 8)
	for i := range parts {
		parts[i] = ops.ZerosLike(like)
		if i < len(columns) {
			switch c := columns[i].(type) {
			case *graph.Node:
				parts[i] = c
			case int:
				parts[i] = ops.Full(like, float64(c), like.Shape...)
			}
		}
	}
	return ops.Concatenate(1, parts...)
}
