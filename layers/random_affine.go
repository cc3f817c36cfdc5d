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

// RandomRotation turns each image about its centre by a random angle while training, from
// Factor times a full turn, counterclockwise if positive. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomRotation struct {
	Base

	Name          string        `keras:"name"`
	Factor        []float64     `keras:"factor,required"`                                                  // in turns: one number for both ways, or the least and the most
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	Seed          *int64        `keras:"seed"`                                                             // kept for Keras' files; the model's seed decides
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // of FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
}

// Call turns the images of x while training.
func (r *RandomRotation) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, -1, 1)
	o := sampler(r.Interpolation, r.FillMode, r.FillValue)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		angle := s.between(lo*2*math.Pi, hi*2*math.Pi, x.Shape[0], 1)
		cos, sin := ops.Cos(angle), ops.Sin(angle)
		cx, cy := float64(x.Shape[2]-1)/2, float64(x.Shape[1]-1)/2
		// The centre stays: c - A·c.
		dx := ops.Shift(ops.Add(ops.Scale(cos, -cx), ops.Scale(sin, cy)), cx)
		dy := ops.Shift(ops.Subtract(ops.Scale(sin, -cx), ops.Scale(cos, cy)), cy)
		return o.AffineTransform(x, transforms(angle, cos, ops.Negative(sin), dx, sin, cos, dy))
	})
}

// Saved returns the layer with both factors, as Keras writes it.
func (r RandomRotation) Saved() any {
	r.Factor = savedFactor(r.Factor, -1)
	return r
}

// RandomZoom shows each image smaller or larger about its centre while training: a factor f
// shows 1 + f times as many rows or columns. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomZoom struct {
	Base

	Name          string        `keras:"name"`
	HeightFactor  []float64     `keras:"height_factor,required" default:"null" range:"(-1,1]"`             // one number for both ways, or the least and the most; above -1
	WidthFactor   []float64     `keras:"width_factor" default:"null" range:"(-1,1]"`                       // as HeightFactor; nil: as drawn for the height
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	Seed          *int64        `keras:"seed"`                                                             // kept for Keras' files; the model's seed decides
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // of FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
}

// Call zooms the images of x while training.
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

// RandomTranslation moves each image by random parts of its height and width while
// training, down and right if positive. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomTranslation struct {
	Base

	Name          string        `keras:"name"`
	HeightFactor  []float64     `keras:"height_factor,required" default:"null" range:"[-1,1]"`             // one number for both ways, or the least and the most
	WidthFactor   []float64     `keras:"width_factor,required" default:"null" range:"[-1,1]"`              // as HeightFactor
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	Seed          *int64        `keras:"seed"`                                                             // kept for Keras' files; the model's seed decides
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // of FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
}

// Call moves the images of x while training.
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

// RandomShear slants each image while training: rows move by a random factor times their
// number, columns likewise, all one way or all the other. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomShear struct {
	Base

	Name          string        `keras:"name"`
	XFactor       []float64     `keras:"x_factor" default:"[0.0, 0.0]"`                                    // in [0, 1]: one number, or the least and the most; nil: 0
	YFactor       []float64     `keras:"y_factor" default:"[0.0, 0.0]"`                                    // as XFactor
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"`         // "": Bilinear
	FillMode      FillMode      `keras:"fill_mode" default:"reflect" enum:"reflect wrap constant nearest"` // "": FillReflect
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                         // of FillConstant
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                              // zero: ChannelsLast
	Seed          *int64        `keras:"seed"`                                                             // kept for Keras' files; the model's seed decides
}

// Call slants the images of x while training.
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

// Saved returns the layer with both factors, as Keras writes it.
func (r RandomShear) Saved() any {
	r.XFactor, r.YFactor = savedFactor(r.XFactor, -1), savedFactor(r.YFactor, -1)
	return r
}
