package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomBrightness]()
	register[RandomContrast]()
	register[AutoContrast]()
}

// RandomBrightness adds a random offset, drawn from Factor times the value range, to each image
// during training, and clips the result to the range. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomBrightness struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [-1, 1]: one number f for [-f, f], or both bounds
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomBrightness) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, -1, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		return ops.Clip(ops.Add(x, ops.Scale(s.perImage(x, lo, hi), bright-dark)), dark, bright)
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomBrightness) Saved() any {
	r.Factor = savedFactor(r.Factor, -1)
	return r
}

// RandomContrast scales the contrast of each image by a random factor f from [1 - lower factor,
// 1 + upper factor] during training: (x - mean)·f + mean, with the mean taken per channel. The
// result is clipped to the value range. A single Factor f means 1 to 1 + f, as in Keras 3. It
// does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomContrast struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [0, 1]: one number, or both factors
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomContrast) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		mean := ops.KeepDims{1, 2}.Mean(x)
		y := ops.Add(ops.Multiply(ops.Subtract(x, mean), s.perImage(x, 1-lo, 1+hi)), mean)
		return ops.Clip(y, dark, bright)
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomContrast) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}

// AutoContrast stretches each channel of each image to the full value range, during training and
// at inference. A constant channel is unchanged.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type AutoContrast struct {
	Base

	Name       string     `keras:"name"`
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call stretches the contrast of x.
func (a *AutoContrast) Call(s *Scope, x *graph.Node) *graph.Node {
	dark, bright := valueRange(a.ValueRange)
	return s.onImages(a.DataFormat, x, func(x *graph.Node) *graph.Node {
		low, high := ops.KeepDims{1, 2}.Min(x), ops.KeepDims{1, 2}.Max(x)
		part := ops.DivideNoNaN(ops.Subtract(x, low), ops.Subtract(high, low))
		y := ops.Shift(ops.Scale(part, bright-dark), dark)
		return ops.Where(ops.Equal(low, high), x, ops.Clip(y, dark, bright))
	})
}
