package layers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomRotation]()
	register[RandomZoom]()
	register[RandomTranslation]()
	register[RandomShear]()
}

// RandomRotation rotates each image about its center by a random angle during training. The angle
// is drawn from Factor, in units of a full turn, with positive angles counterclockwise. It does
// nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomRotation struct {
	Base

	Name          string        `keras:"name"`
	Factor        []float64     `keras:"factor,required"`                                                  // in turns: one number f for [-f, f], or both bounds
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	Seed          *int64        `keras:"seed"`                                                             // stored for Keras compatibility; the model's seed is used
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // fill value for FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
}

// Call rotates the images of x during training.
func (r *RandomRotation) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, -1, 1)
	o := sampler(r.Interpolation, r.FillMode, r.FillValue)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		angle := s.between(lo*2*math.Pi, hi*2*math.Pi, x.Shape[0], 1)
		cos, sin := ops.Cos(angle), ops.Sin(angle)
		cx, cy := float64(x.Shape[2]-1)/2, float64(x.Shape[1]-1)/2
		// The center is a fixed point: c - A·c.
		dx := ops.Shift(ops.Add(ops.Scale(cos, -cx), ops.Scale(sin, cy)), cx)
		dy := ops.Shift(ops.Subtract(ops.Scale(sin, -cx), ops.Scale(cos, cy)), cy)
		return o.AffineTransform(x, transforms(angle, cos, ops.Negative(sin), dx, sin, cos, dy))
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomRotation) Saved() any {
	r.Factor = savedFactor(r.Factor, -1)
	return r
}

// RandomZoom zooms each image about its center by a random factor during training: with a factor
// f, the output shows 1 + f times as many rows or columns. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomZoom struct {
	Base

	Name          string        `keras:"name"`
	HeightFactor  []float64     `keras:"height_factor,required" default:"null" range:"(-1,1]"`             // one number f for [-f, f], or both bounds; above -1
	WidthFactor   []float64     `keras:"width_factor" default:"null" range:"(-1,1]"`                       // as HeightFactor; nil: use the height's factor
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	Seed          *int64        `keras:"seed"`                                                             // stored for Keras compatibility; the model's seed is used
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // fill value for FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
}

// Call zooms the images of x during training.
func (r *RandomZoom) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("HeightFactor", r.HeightFactor, -1, 1)
	o := sampler(r.Interpolation, r.FillMode, r.FillValue)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		height := s.between(1+lo, 1+hi, x.Shape[0], 1)
		width := height
		if len(r.WidthFactor) > 0 {
			lo, hi := limits("WidthFactor", r.WidthFactor, -1, 1)
			width = s.between(1+lo, 1+hi, x.Shape[0], 1)
		}
		offset := func(zoom *graph.Node, n int) *graph.Node {
			return ops.Scale(ops.Shift(ops.Negative(zoom), 1), float64(n-1)/2)
		}
		return o.AffineTransform(x, transforms(height, width, 0, offset(width, x.Shape[2]), 0, height, offset(height, x.Shape[1])))
	})
}

// RandomTranslation shifts each image by random fractions of its height and width during
// training, down and right for positive values. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomTranslation struct {
	Base

	Name          string        `keras:"name"`
	HeightFactor  []float64     `keras:"height_factor,required" default:"null" range:"[-1,1]"`             // one number f for [-f, f], or both bounds
	WidthFactor   []float64     `keras:"width_factor,required" default:"null" range:"[-1,1]"`              // as HeightFactor
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	Seed          *int64        `keras:"seed"`                                                             // stored for Keras compatibility; the model's seed is used
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // fill value for FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
}

// Call shifts the images of x during training.
func (r *RandomTranslation) Call(s *Scope, x *graph.Node) *graph.Node {
	top, bottom := limits("HeightFactor", r.HeightFactor, -1, 1)
	left, right := limits("WidthFactor", r.WidthFactor, -1, 1)
	o := sampler(r.Interpolation, r.FillMode, r.FillValue)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		dy := ops.Scale(s.between(top, bottom, x.Shape[0], 1), -float64(x.Shape[1]))
		dx := ops.Scale(s.between(left, right, x.Shape[0], 1), -float64(x.Shape[2]))
		return o.AffineTransform(x, transforms(dx, 1, 0, dx, 0, 1, dy))
	})
}

// RandomShear shears each image during training: each row is shifted by a random factor times
// its index, and each column likewise. The sign is random too, shared by rows and columns. It
// does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomShear struct {
	Base

	Name          string        `keras:"name"`
	XFactor       []float64     `keras:"x_factor" default:"[0.0, 0.0]"`                                    // in [0, 1]: one number f for [-f, f], or both bounds; nil: 0
	YFactor       []float64     `keras:"y_factor" default:"[0.0, 0.0]"`                                    // as XFactor
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // fill value for FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
	Seed          *int64        `keras:"seed"`                                                             // stored for Keras compatibility; the model's seed is used
}

// Call shears the images of x during training.
func (r *RandomShear) Call(s *Scope, x *graph.Node) *graph.Node {
	xlo, xhi := limits("XFactor", r.XFactor, -1, 1)
	ylo, yhi := limits("YFactor", r.YFactor, -1, 1)
	o := sampler(r.Interpolation, r.FillMode, r.FillValue)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		sign := s.signs(x)
		dx := ops.Multiply(sign, s.between(xlo, xhi, x.Shape[0], 1))
		dy := ops.Multiply(sign, s.between(ylo, yhi, x.Shape[0], 1))
		return o.AffineTransform(x, transforms(sign, 1, dx, 0, dy, 1, 0))
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomShear) Saved() any {
	r.XFactor, r.YFactor = savedFactor(r.XFactor, -1), savedFactor(r.YFactor, -1)
	return r
}
