package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomFlip]()
}

// FlipMode is which way images are mirrored; "" is FlipBoth.
type FlipMode string

// The flip modes.
const (
	FlipBoth       FlipMode = "horizontal_and_vertical" // left and right, and top and bottom
	FlipHorizontal FlipMode = "horizontal"              // left and right
	FlipVertical   FlipMode = "vertical"                // top and bottom
)

// RandomFlip mirrors every other image while training, chosen at random. FlipBoth turns the
// chosen ones round, both ways at once, as Keras 3 does. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomFlip struct {
	Base

	Name       string     `keras:"name"`
	Mode       FlipMode   `keras:"mode" default:"horizontal_and_vertical" enum:"horizontal_and_vertical horizontal vertical"` // "": FlipBoth
	Seed       *int64     `keras:"seed"`                                                                                      // kept for Keras' files; the model's seed decides
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`                                                       // zero: ChannelsLast
}

// Call mirrors images of x while training.
func (r *RandomFlip) Call(s *Scope, x *graph.Node) *graph.Node {
	axes := map[FlipMode][]int{FlipBoth: {1, 2}, FlipHorizontal: {2}, FlipVertical: {1}}[r.Mode]
	if axes == nil {
		graph.Errorf("Mode is %q; want horizontal, vertical or horizontal_and_vertical", r.Mode)
	}
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		return ops.Where(s.chosen(x, .5, .5), ops.Flip(x, axes...), x)
	})
}
