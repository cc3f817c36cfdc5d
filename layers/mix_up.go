package layers

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[MixUp]()
	register[CutMix]()
}

// MixUp blends each image with another image of the batch during training (Zhang et al. 2017):
// w·x + (1-w)·x′, with w drawn from a beta distribution. It does nothing at inference.
//
// Input and output: (batch, height, width, channels); with ChannelsFirst, channels come before
// the spatial axes. If labels (batch, classes) are passed as a second input through [Apply],
// they are blended the same way and returned as a second output. models.Augment applies this
// to a data set.
type MixUp struct {
	Base

	Name       string     `keras:"name"`
	Alpha      float64    `keras:"alpha" default:"0.2" range:"(0,inf)"` // both parameters of the beta distribution; 0: 0.2
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call blends the images of x during training.
func (m *MixUp) Call(s *Scope, x *graph.Node) *graph.Node {
	return m.CallAll(s, []*graph.Node{x})[0]
}

// CallAll blends the images in[0], and the labels in[1] if present, during training.
func (m *MixUp) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	if !(m.Alpha > 0) {
		graph.Errorf("Alpha is %v; it must be positive", m.Alpha)
	}
	var mix mixing
	return s.mix(m.DataFormat, in, &mix, func(x *graph.Node) *graph.Node {
		mix.order = s.Stream()
		a := s.g.Const(graph.Float32, m.Alpha)
		mix.part = ops.Beta(a, a, s.Stream(), x.Shape[0], 1, 1, 1)
		return mix.of(x, mix.part)
	})
}

func (m *MixUp) mixes() {}

// CutMix replaces a random rectangle of each image with the same region of another image of the
// batch during training (Yun et al. 2019). The rectangle covers a fraction 1 - w of the image,
// with w drawn from a beta distribution whose parameters are drawn from Factor. It does nothing
// at inference.
//
// Input and output: (batch, height, width, channels); with ChannelsFirst, channels come before
// the spatial axes. If labels (batch, classes) are passed as a second input through [Apply],
// they become w·y + (1-w)·y′ and are returned as a second output. models.Augment applies this
// to a data set.
type CutMix struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor" default:"[0.0, 1.0]"`         // range of both parameters of the beta distribution: the upper bound, or both; nil: 0 to 1
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call mixes the images of x during training.
func (c *CutMix) Call(s *Scope, x *graph.Node) *graph.Node {
	return c.CallAll(s, []*graph.Node{x})[0]
}

// CallAll mixes the images in[0], and the labels in[1] if present, during training.
func (c *CutMix) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	lo, hi := limits("Factor", c.Factor, 0, 1)
	var mix mixing
	return s.mix(c.DataFormat, in, &mix, func(x *graph.Node) *graph.Node {
		a := ops.Shift(s.between(lo, hi), 1e-6) // avoid 0, as Keras does
		w := ops.Beta(a, a, s.Stream(), x.Shape[0], 1, 1, 1)
		cut := ops.Maximum(ops.Shift(ops.Negative(w), 1), ops.Scalar(w, 0))
		side := ops.Sqrt(cut)
		inside := s.rectangle(x, side, side)
		mix.order, mix.part = s.Stream(), ops.Shift(ops.Negative(cut), 1)
		return ops.Where(inside, mix.others(x), x)
	})
}

func (c *CutMix) mixes() {}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (c CutMix) Saved() any {
	c.Factor = savedFactor(c.Factor, 0)
	return c
}

// A mixing records how samples were mixed.
type mixing struct {
	order uint64      // seed of the shuffle that pairs the samples
	part  *graph.Node // weight of each sample in its mixture, (batch, 1, 1, 1)
}

// others returns the sample that each sample of x is mixed with: x in another order.
func (m *mixing) others(x *graph.Node) *graph.Node { return ops.Shuffle(x, 0, m.order) }

// of returns part·x + (1 - part)·others.
func (m *mixing) of(x, part *graph.Node) *graph.Node {
	other, part := m.others(x), ops.Cast(part, x.DType)
	return ops.Add(other, ops.Multiply(part, ops.Subtract(x, other)))
}

// mix transforms the images in[0] with f during training, then mixes the labels in[1], if
// present, as described by mix.
func (s *Scope) mix(format DataFormat, in []*graph.Node, mix *mixing, f func(x *graph.Node) *graph.Node) []*graph.Node {
	if len(in) < 1 || len(in) > 2 {
		graph.Errorf("takes images, or images and labels; %d inputs were given", len(in))
	}
	out := []*graph.Node{s.augment(format, in[0], f)}
	if len(in) == 1 {
		return out
	}
	y := in[1]
	if y.Rank() < 2 || in[0].Rank() != 4 || y.Shape[0] != in[0].Shape[0] {
		graph.Errorf("labels %v of images %v; want (batch, classes) of (batch, height, width, channels): class indices must be one-hot to be mixed (datasets.ToCategorical)", y.Shape, in[0].Shape)
	}
	if !y.DType.IsFloat() {
		y = ops.Cast(y, s.policy().compute())
	}
	if mix.part != nil {
		wide := append(graph.Shape{y.Shape[0]}, slices.Repeat([]int{1}, y.Rank()-1)...)
		y = mix.of(y, ops.Reshape(mix.part, wide...))
	}
	return append(out, y)
}
