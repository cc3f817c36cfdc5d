package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomErasing]()
}

// RandomErasing overwrites a random rectangle of images while training (Zhong et al. 2017),
// each with a probability that is drawn from Factor. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomErasing struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor" default:"[0.0, 1.0]"`         // the probability: one number for 0 to it, or two; nil: 0 to 1
	Scale      []float64  `keras:"scale" default:"[0.02, 0.33]"`        // squares of the sides, as parts of the image's; nil: 0.02 to 0.33
	FillValue  []float64  `keras:"fill_value" default:"null"`           // one number, or one for each channel; nil: normal noise, of the highest value's size
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // darkest and brightest value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // kept for Keras' files; the model's seed decides
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call changes the images of x while training.
func (r *RandomErasing) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	least, most := limits("Scale", r.Scale, 0, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		part := func() *graph.Node { return ops.Sqrt(s.between(least, most, x.Shape[0], 1, 1, 1)) }
		inside := s.rectangle(x, part(), part())
		var fill *graph.Node
		if r.FillValue == nil {
			fill = ops.Cast(ops.Scale(s.Normal(x), bright), x.DType)
		} else {
			fill = ops.BroadcastTo(perChannel("FillValue", x, r.FillValue), x.Shape...)
		}
		inside = ops.LogicalAnd(inside, s.chosen(x, lo, hi))
		return ops.Where(inside, ops.Clip(fill, dark, bright), x)
	})
}

// Saved returns the layer with two numbers each, as Keras writes it.
func (r RandomErasing) Saved() any {
	r.Factor, r.Scale = savedFactor(r.Factor, 0), savedFactor(r.Scale, 0)
	return r
}

// rectangle draws where in each image a rectangle lies whose sides are the given parts,
// (batch, 1, 1, 1), of the image's: bools (batch, height, width, 1).
func (s *Scope) rectangle(x, high, wide *graph.Node) *graph.Node {
	within := func(axis int, part *graph.Node) *graph.Node {
		n := float64(x.Shape[axis])
		length := ops.Scale(part, n)
		start := ops.Multiply(s.between(0, 1, x.Shape[0], 1, 1, 1), ops.Shift(ops.Negative(length), n))
		dims := []int{1, 1, 1, 1}
		dims[axis] = x.Shape[axis]
		at := s.g.Apply(graph.Iota{DType: graph.Float32, Axis: axis, Dims: graph.DimsOf(dims)})
		return ops.LogicalAnd(ops.GreaterEqual(at, start), ops.Less(at, ops.Add(start, length)))
	}
	return ops.LogicalAnd(within(1, high), within(2, wide))
}
