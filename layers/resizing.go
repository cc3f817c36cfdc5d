package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Resizing]()
	register[CenterCrop]()
}

// Resizing resizes images by interpolation, sampling at pixel centers.
//
// Input: (batch, height, width, channels), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes. Output: the same, with Height rows and
// Width columns.
type Resizing struct {
	Base

	Name              string        `keras:"name"`
	Height            int           `keras:"height,required" range:"[1,inf)"`
	Width             int           `keras:"width,required" range:"[1,inf)"`
	Interpolation     Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear bicubic lanczos3 lanczos5 area"` // "": Bilinear
	CropToAspectRatio bool          `keras:"crop_to_aspect_ratio"`                                                                    // crop first to preserve the aspect ratio
	PadToAspectRatio  bool          `keras:"pad_to_aspect_ratio"`                                                                     // pad first to preserve the aspect ratio
	FillMode          FillMode      `keras:"fill_mode" default:"constant" enum:"constant"`                                            // of the padding; "": FillConstant
	FillValue         float64       `keras:"fill_value" default:"0.0"`                                                                // of the padding
	Antialias         bool          `keras:"antialias"`                                                                               // blur before downsampling
	DataFormat        DataFormat    `keras:"data_format" default:"channels_last"`                                                     // zero: ChannelsLast
}

// Call resizes x. Integer inputs are rounded and keep their type.
func (r *Resizing) Call(_ *Scope, x *graph.Node) *graph.Node {
	if r.CropToAspectRatio && r.PadToAspectRatio {
		graph.Errorf("CropToAspectRatio and PadToAspectRatio are both set; there can be one of them")
	}
	checkSize(r.Height, r.Width)
	if x.Rank() != 3 && x.Rank() != 4 {
		graph.Errorf("want images, (batch, height, width, channels)")
	}
	o := ops.Resize{Filter: r.Interpolation.filter(), Antialias: r.Antialias,
		CropToAspectRatio: r.CropToAspectRatio, PadToAspectRatio: r.PadToAspectRatio, Fill: r.FillValue}
	if r.DataFormat == ChannelsFirst {
		y := o.Of(ops.MoveAxis(x, -3, -1), r.Height, r.Width)
		return asType(ops.MoveAxis(y, -1, -3), x.DType)
	}
	return asType(o.Of(x, r.Height, r.Width), x.DType)
}

func checkSize(height, width int) {
	if height < 1 || width < 1 {
		graph.Errorf("Height is %d and Width %d; both must be positive", height, width)
	}
}

// asType returns x as type d, rounded and clipped to the range of d if d is an integer type.
func asType(x *graph.Node, d graph.DType) *graph.Node {
	if x.DType == d {
		return x
	}
	if !d.IsFloat() {
		x = ops.Round(x)
		if d == graph.Uint8 {
			x = ops.Clip(x, 0, 255)
		}
	}
	return ops.Cast(x, d)
}

// CenterCrop crops the center of images. If an image is too small, the largest region with the
// target aspect ratio is cropped and resized.
//
// Input: (batch, height, width, channels), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes. Output: the same, with Height rows and
// Width columns.
type CenterCrop struct {
	Base

	Name       string     `keras:"name"`
	Height     int        `keras:"height,required" range:"[1,inf)"`
	Width      int        `keras:"width,required" range:"[1,inf)"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call crops x.
func (c *CenterCrop) Call(s *Scope, x *graph.Node) *graph.Node {
	checkSize(c.Height, c.Width)
	return s.onImages(c.DataFormat, x, func(x *graph.Node) *graph.Node {
		top, left := x.Shape[1]-c.Height, x.Shape[2]-c.Width
		if top < 0 || left < 0 {
			return ops.Resize{CropToAspectRatio: true}.Of(x, c.Height, c.Width)
		}
		x = ops.Slice(x, 1, top/2, top/2+c.Height)
		return ops.Slice(x, 2, left/2, left/2+c.Width)
	})
}
