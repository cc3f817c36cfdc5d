package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RandomFlip]()
}

// FlipMode is the direction in which images are flipped; "" is FlipBoth.
type FlipMode string

// The flip modes.
const (
	FlipBoth       FlipMode = "horizontal_and_vertical" // left-right and top-bottom
	FlipHorizontal FlipMode = "horizontal"              // left-right
	FlipVertical   FlipMode = "vertical"                // top-bottom
)

// RandomFlip flips each image with probability 1/2 during training. With FlipBoth, the chosen
// images are flipped in both directions at once, as in Keras 3. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomFlip struct {
	Base

	Name       string     `keras:"name"`
	Mode       FlipMode   `keras:"mode" default:"horizontal_and_vertical" enum:"horizontal_and_vertical horizontal vertical"` // "": FlipBoth
	Seed       *int64     `keras:"seed"`                                                                                      // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`                                                       // zero: ChannelsLast
}

// Call flips images of x at random during training.
func (r *RandomFlip) Call(s *Scope, x *graph.Node) *graph.Node {
	axes := map[FlipMode][]int{FlipBoth: {1, 2}, FlipHorizontal: {2}, FlipVertical: {1}}[r.Mode]
	if axes == nil {
		graph.Errorf("Mode is %q; want horizontal, vertical or horizontal_and_vertical", r.Mode)
	}
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		return ops.Where(s.chosen(x, .5, .5), ops.Flip(x, axes...), x)
	})
}
