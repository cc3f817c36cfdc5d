package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomErasing]()
}

// RandomErasing overwrites a random rectangle of each image during training (Zhong et al. 2017),
// with a probability drawn from Factor. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomErasing struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor" default:"[0.0, 1.0]"`         // range of the probability: one number f for [0, f], or both bounds; nil: 0 to 1
	Scale      []float64  `keras:"scale" default:"[0.02, 0.33]"`        // range of the squared sides, relative to the image's; nil: 0.02 to 0.33
	FillValue  []float64  `keras:"fill_value" default:"null"`           // one number, or one per channel; nil: normal noise scaled by the highest value
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
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

// Saved returns the layer as Keras saves it, with two numbers per range.
func (r RandomErasing) Saved() any {
	r.Factor, r.Scale = savedFactor(r.Factor, 0), savedFactor(r.Scale, 0)
	return r
}

// rectangle draws the position of a rectangle in each image. Its sides are the fractions high and
// wide, (batch, 1, 1, 1), of the image's. It returns a bool mask (batch, height, width, 1).
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
