package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[UpSampling1D]()
	register[UpSampling2D]()
	register[UpSampling3D]()
}

// UpSampling1D repeats each step of a sequence Size times.
//
// Input: (batch, steps, channels). Output: (batch, steps·Size, channels).
type UpSampling1D struct {
	Base

	Name string `keras:"name"`
	Size int    `keras:"size" range:"[1,inf)" default:"2"` // 0: 2
}

// Call repeats each step of x.
func (u *UpSampling1D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return enlarge(x, 1, []int{u.Size}, ChannelsLast)
}

// UpSampling2D upsamples images by integer factors, by repeating rows and columns or by
// interpolation.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis.
// Output: the same, with height and width multiplied by Size.
type UpSampling2D struct {
	Base

	Name          string        `keras:"name"`
	Size          []int         `keras:"size" range:"[1,inf)" default:"[2]"`                                                // one number for both axes, or one per axis; nil: 2
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                                               // zero: ChannelsLast
	Interpolation Interpolation `keras:"interpolation" default:"nearest" enum:"nearest bilinear bicubic lanczos3 lanczos5"` // "": Nearest
}

// Call upsamples x.
func (u *UpSampling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	if u.Interpolation == Nearest {
		return enlarge(x, 2, u.Size, u.DataFormat)
	}
	size := spread("Size", u.Size, 2, 2)
	return inFormat(u.DataFormat, x, func(x *graph.Node) *graph.Node {
		in := spatial(x, 2)
		return ops.Resize{Filter: u.Interpolation.filter()}.Of(x, in[0]*size[0], in[1]*size[1])
	})
}

// Saved returns the layer as Keras saves it, with one number per axis.
func (u UpSampling2D) Saved() any {
	u.Size = each(u.Size, 2, 2)
	return u
}

// UpSampling3D upsamples volumes by repeating planes, rows and columns.
//
// Input: (batch, depth, height, width, channels); with ChannelsFirst, channels follow the batch
// axis. Output: the same, with the spatial extents multiplied by Size.
type UpSampling3D struct {
	Base

	Name       string     `keras:"name"`
	Size       []int      `keras:"size" range:"[1,inf)" default:"[2]"`  // one number for all axes, or one per axis; nil: 2
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call upsamples x.
func (u *UpSampling3D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return enlarge(x, 3, u.Size, u.DataFormat)
}

// Saved returns the layer as Keras saves it, with one number per axis.
func (u UpSampling3D) Saved() any {
	u.Size = each(u.Size, 3, 2)
	return u
}

// enlarge repeats the elements along each of rank spatial axes.
func enlarge(x *graph.Node, rank int, size []int, f DataFormat) *graph.Node {
	spatial(x, rank)
	first := 1
	if f == ChannelsFirst {
		first = 2
	}
	// All axes at once, which avoids writing intermediate results.
	once, each, whole := x.Shape[:first].Clone(), x.Shape[:first].Clone(), x.Shape.Clone()
	for i, n := range spread("Size", size, rank, 2) {
		d := x.Shape[first+i]
		once, each = append(once, d, 1), append(each, d, n)
		whole[first+i] = d * n
	}
	rest := x.Shape[first+rank:]
	once, each = append(once, rest...), append(each, rest...)
	return ops.Reshape(ops.BroadcastTo(ops.Reshape(x, once...), each...), whole...)
}
