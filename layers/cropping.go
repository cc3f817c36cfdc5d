package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Cropping1D]()
	register[Cropping2D]()
	register[Cropping3D]()
}

// Cropping1D removes steps from both ends of a sequence.
//
// Input: (batch, steps, channels). Output: the same with fewer steps.
type Cropping1D struct {
	Base

	Name     string `keras:"name"`
	Cropping []int  `keras:"cropping" range:"[0,inf)" default:"[1, 1]"` // (before, after), or one number for both; nil: 1
}

// Call crops x.
func (l *Cropping1D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return crop(x, 1, pairOf(l.Cropping, 1), ChannelsLast)
}

// Saved returns the layer with both numbers, as Keras writes it.
func (l Cropping1D) Saved() any {
	l.Cropping = each(l.Cropping, 2, 1)
	return l
}

// Cropping2D removes the borders of images.
//
// Input: (batch, height, width, channels); with ChannelsFirst, the channels come after the
// batch. Output: the same with smaller spatial extents.
type Cropping2D struct {
	Base

	Name       string     `keras:"name"`
	Cropping   Sides      `keras:"cropping" default:"0"`                // (top, bottom) and (left, right), or one pair for all; nil: 0 each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // default: ChannelsLast
}

// Call crops x.
func (l *Cropping2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return crop(x, 2, l.Cropping.each(2, 0), l.DataFormat)
}

// Saved returns the layer with a pair for each axis, as Keras writes it.
func (l Cropping2D) Saved() any {
	l.Cropping = l.Cropping.each(2, 0)
	return l
}

// Cropping3D removes the borders of volumes.
//
// Input: (batch, depth, height, width, channels); with ChannelsFirst, the channels come after
// the batch. Output: the same with smaller spatial extents.
type Cropping3D struct {
	Base

	Name       string     `keras:"name"`
	Cropping   Sides      `keras:"cropping" default:"1"`                // (front, back), (top, bottom) and (left, right), or one pair for all; nil: 1 each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // default: ChannelsLast
}

// Call crops x.
func (l *Cropping3D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return crop(x, 3, l.Cropping.each(3, 1), l.DataFormat)
}

// Saved returns the layer with a pair for each axis, as Keras writes it.
func (l Cropping3D) Saved() any {
	l.Cropping = l.Cropping.each(3, 1)
	return l
}

func crop(x *graph.Node, rank int, sides Sides, f DataFormat) *graph.Node {
	low, high := sides.over("Cropping", x, rank, f)
	for i, n := range x.Shape {
		if low[i]+high[i] == 0 {
			continue
		}
		if low[i]+high[i] >= n {
			graph.Errorf("Cropping %v leaves nothing of axis %d, of extent %d", [][2]int(sides), i, n)
		}
		x = ops.Slice(x, i, low[i], n-high[i])
	}
	return x
}
