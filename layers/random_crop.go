package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomCrop]()
}

// RandomCrop cuts a part out of images at a random place while training, the same for the
// whole batch. Of images that are not larger, the part nearest to the middle is taken and
// brought to the size. Otherwise it returns the images whole, as Keras 3 does.
//
// Input: (batch, height, width, channels), or one image; ChannelsFirst: channels before the
// spatial axes. Output, while training: the same with Height rows and Width columns.
type RandomCrop struct {
	Base

	Name       string     `keras:"name"`
	Height     int        `keras:"height,required" range:"[1,inf)"`
	Width      int        `keras:"width,required" range:"[1,inf)"`
	Seed       *int64     `keras:"seed"`                                // kept for Keras' files; the model's seed decides
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call crops x while training.
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

// cutAt takes n elements along an axis from a random place on.
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
