package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomSaturation]()
	register[RandomHue]()
	register[RandomColorJitter]()
	register[RandomGrayscale]()
	register[RandomInvert]()
}

// RandomSaturation multiplies the saturation of each image by f/(1 - f) with a random f during
// training: an f of 0 is grayscale, 0.5 the original image and 1 full saturation. It does
// nothing at inference.
//
// Input and output: (batch, height, width, 3), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes.
type RandomSaturation struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [-1, 1]: one number f for [-f, f], or both bounds
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // range that the saturation is clipped to, as in Keras 3; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomSaturation) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, -1, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		f := s.perImage(x, lo, hi)
		f = ops.Divide(f, ops.Shift(ops.Negative(f), 1+1e-7)) // Keras' backend.epsilon()
		hsv := ops.Split(ops.RGBToHSV(x), 3, -1)
		saturation := ops.Clip(ops.Multiply(hsv[1], f), dark, bright)
		return ops.HSVToRGB(ops.Concatenate(-1, hsv[0], saturation, hsv[2]))
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomSaturation) Saved() any {
	r.Factor = savedFactor(r.Factor, -1)
	return r
}

// RandomHue rotates the hue of each image during training, in either direction, by half of a
// random factor of the color wheel. It does nothing at inference.
//
// Input and output: (batch, height, width, 3), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes.
type RandomHue struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [0, 1]: one number f for [0, f], or both bounds
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomHue) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		sign := ops.Reshape(s.signs(x), x.Shape[0], 1, 1, 1)
		turn := ops.Cast(ops.Multiply(sign, s.between(lo/2, hi/2, x.Shape[0], 1, 1, 1)), x.DType)
		all, unit := [2]float64{dark, bright}, [2]float64{0, 1}
		hsv := ops.Split(ops.RGBToHSV(rescale(x, all, unit)), 3, -1)
		hue := ops.Add(hsv[0], turn)
		hue = ops.Where(ops.Greater(hue, ops.Scalar(hue, 1)), ops.Shift(hue, -1), hue)
		hue = ops.Where(ops.Less(hue, ops.Scalar(hue, 0)), ops.Shift(hue, 1), hue)
		y := ops.HSVToRGB(ops.Concatenate(-1, hue, hsv[1], hsv[2]))
		return rescale(ops.Clip(y, 0, 1), unit, all)
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomHue) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}

// RandomColorJitter applies [RandomBrightness], [RandomContrast], [RandomSaturation] and
// [RandomHue] sequentially, skipping those whose factor is not set.
//
// Input and output: (batch, height, width, 3), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes.
type RandomColorJitter struct {
	Base

	Name             string     `keras:"name"`
	ValueRange       []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	BrightnessFactor []float64  `keras:"brightness_factor" default:"null"`    // nil: no change
	ContrastFactor   []float64  `keras:"contrast_factor" default:"null"`      // nil: no change
	SaturationFactor []float64  `keras:"saturation_factor" default:"null"`    // nil: no change
	HueFactor        []float64  `keras:"hue_factor" default:"null"`           // nil: no change
	Seed             *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat       DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomColorJitter) Call(s *Scope, x *graph.Node) *graph.Node {
	if r.BrightnessFactor != nil {
		x = (&RandomBrightness{Factor: r.BrightnessFactor, ValueRange: r.ValueRange, DataFormat: r.DataFormat}).Call(s, x)
	}
	if r.ContrastFactor != nil {
		x = (&RandomContrast{Factor: r.ContrastFactor, ValueRange: r.ValueRange, DataFormat: r.DataFormat}).Call(s, x)
	}
	if r.SaturationFactor != nil {
		x = (&RandomSaturation{Factor: r.SaturationFactor, ValueRange: r.ValueRange, DataFormat: r.DataFormat}).Call(s, x)
	}
	if r.HueFactor != nil {
		x = (&RandomHue{Factor: r.HueFactor, ValueRange: r.ValueRange, DataFormat: r.DataFormat}).Call(s, x)
	}
	return x
}

// RandomGrayscale converts images to grayscale with probability Factor during training. The
// output still has three channels. It does nothing at inference.
//
// Input and output: (batch, height, width, 3), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes.
type RandomGrayscale struct {
	Base

	Name       string     `keras:"name"`
	Factor     *float64   `keras:"factor" default:"0.5" range:"[0,1]"`  // probability; nil: 0.5
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomGrayscale) Call(s *Scope, x *graph.Node) *graph.Node {
	p := *r.Factor
	if !(p >= 0 && p <= 1) {
		graph.Errorf("Factor is %v; it must be in [0, 1]", p)
	}
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		return ops.Where(s.chosen(x, p, p), ops.RGBToGrayscale(x), x)
	})
}

// RandomInvert inverts the colors of images during training, replacing x with the highest value
// minus x, each with a probability drawn from Factor. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomInvert struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor" default:"[0.0, 1.0]"`         // range of the probability: one number f for [0, f], or both bounds; nil: 0 to 1
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomInvert) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	_, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		return ops.Where(s.chosen(x, lo, hi), ops.Shift(ops.Negative(x), bright), x)
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomInvert) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}
