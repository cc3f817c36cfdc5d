package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomCrop]()
}

// RandomCrop crops images at a random position during training, the same for the whole batch.
// Images that are not larger than the target size are center-cropped and resized to it. At
// inference, the images are returned unchanged, as in Keras 3.
//
// Input: (batch, height, width, channels), or a single image without the batch axis; with
// ChannelsFirst, channels come before the spatial axes. Output, during training: the same, with
// Height rows and Width columns.
type RandomCrop struct {
	Base

	Name       string     `keras:"name"`
	Height     int        `keras:"height,required" range:"[1,inf)"`
	Width      int        `keras:"width,required" range:"[1,inf)"`
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call crops x during training.
func (c *RandomCrop) Call(s *Scope, x *graph.Node) *graph.Node {
	checkSize(c.Height, c.Width)
	return s.augment(c.DataFormat, x, func(x *graph.Node) *graph.Node {
		h, w := x.Shape[1], x.Shape[2]
		if h > c.Height && w > c.Width {
			return cutAt(s, cutAt(s, x, 1, c.Height), 2, c.Width)
		}
		top := (h - max(min(h, w*c.Height/c.Width), 1)) / 2
		left := (w - max(min(w, h*c.Width/c.Height), 1)) / 2
		x = ops.Slice(x, 1, top, min(top+c.Height, h))
		x = ops.Slice(x, 2, left, min(left+c.Width, w))
		return ops.Resize{}.Of(x, c.Height, c.Width)
	})
}

// cutAt returns n elements of x along an axis, starting at a random position.
func cutAt(s *Scope, x *graph.Node, axis, n int) *graph.Node {
	at := make([]*graph.Node, x.Rank())
	for i := range at {
		at[i] = s.g.Const(graph.Int32, 0)
	}
	at[axis] = ops.RandInt(s.g, s.Stream(), 0, x.Shape[axis]-n+1)
	shape := x.Shape.Clone()
	shape[axis] = n
	return ops.DynamicSlice(x, ops.Stack(0, at...), shape...)
}
