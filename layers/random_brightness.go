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

// RandomBrightness adds a random number, Factor times the value range, to each image while
// training, and keeps the result in the range. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomBrightness struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [-1, 1]: one number for both ways, or the least and the most
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // darkest and brightest value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // kept for Keras' files; the model's seed decides
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call changes the images of x while training.
func (r *RandomBrightness) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, -1, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		return ops.Clip(ops.Add(x, ops.Scale(s.perImage(x, lo, hi), bright-dark)), dark, bright)
	})
}

// Saved returns the layer with both factors, as Keras writes it.
func (r RandomBrightness) Saved() any {
	r.Factor = savedFactor(r.Factor, -1)
	return r
}

// RandomContrast multiplies the distance from the mean of each channel of an image by a
// random number from [1 - lower factor, 1 + upper factor] while training, and keeps the
// result in the range: (x - mean)·f + mean. One Factor f alone means 1 to 1 + f, as in Keras 3.
// Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomContrast struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [0, 1]: one number, or two
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // darkest and brightest value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // kept for Keras' files; the model's seed decides
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call changes the images of x while training.
func (r *RandomContrast) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		mean := ops.KeepDims{1, 2}.Mean(x)
		y := ops.Add(ops.Multiply(ops.Subtract(x, mean), s.perImage(x, 1-lo, 1+hi)), mean)
		return ops.Clip(y, dark, bright)
	})
}

// Saved returns the layer with both factors, as Keras writes it.
func (r RandomContrast) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}

// AutoContrast stretches each channel of each image to the whole value range, in training
// and otherwise. A channel of one value stays.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type AutoContrast struct {
	Base

	Name       string     `keras:"name"`
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // darkest and brightest value; nil: 0 to 255
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call stretches x.
func (a *AutoContrast) Call(s *Scope, x *graph.Node) *graph.Node {
	dark, bright := valueRange(a.ValueRange)
	return s.onImages(a.DataFormat, x, func(x *graph.Node) *graph.Node {
		low, high := ops.KeepDims{1, 2}.Min(x), ops.KeepDims{1, 2}.Max(x)
		part := ops.DivideNoNaN(ops.Subtract(x, low), ops.Subtract(high, low))
		y := ops.Shift(ops.Scale(part, bright-dark), dark)
		return ops.Where(ops.Equal(low, high), x, ops.Clip(y, dark, bright))
	})
}
