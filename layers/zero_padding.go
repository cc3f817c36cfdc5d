package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[ZeroPadding1D]()
	register[ZeroPadding2D]()
	register[ZeroPadding3D]()
}

// ZeroPadding1D pads a sequence with zeros at both ends.
//
// Input: (batch, steps, channels); with ChannelsFirst, channels follow the batch axis. Output:
// the same, with the spatial axis extended by the padding.
type ZeroPadding1D struct {
	Base

	Name       string     `keras:"name"`
	Padding    []int      `keras:"padding" range:"[0,inf)" default:"[1, 1]"` // (before, after), or one number for both; nil: 1
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`      // zero: ChannelsLast
}

// Call pads x.
func (l *ZeroPadding1D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return zeroPad(x, 1, pairOf(l.Padding, 1), l.DataFormat)
}

// Saved returns the layer as Keras saves it, with both numbers.
func (l ZeroPadding1D) Saved() any {
	l.Padding = each(l.Padding, 2, 1)
	return l
}

// ZeroPadding2D pads images with zeros on all sides.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis.
// Output: the same, with the spatial axes extended by the padding.
type ZeroPadding2D struct {
	Base

	Name       string     `keras:"name"`
	Padding    Sides      `keras:"padding" default:"1"`                 // (top, bottom) and (left, right), or one pair for all; nil: 1 each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call pads x.
func (l *ZeroPadding2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return zeroPad(x, 2, l.Padding.each(2, 1), l.DataFormat)
}

// Saved returns the layer as Keras saves it, with one pair per axis.
func (l ZeroPadding2D) Saved() any {
	l.Padding = l.Padding.each(2, 1)
	return l
}

// ZeroPadding3D pads volumes with zeros on all sides.
//
// Input: (batch, depth, height, width, channels); with ChannelsFirst, channels follow the batch
// axis. Output: the same, with the spatial axes extended by the padding.
type ZeroPadding3D struct {
	Base

	Name       string     `keras:"name"`
	Padding    Sides      `keras:"padding" default:"1"`                 // (front, back), (top, bottom) and (left, right), or one pair for all; nil: 1 each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call pads x.
func (l *ZeroPadding3D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return zeroPad(x, 3, l.Padding.each(3, 1), l.DataFormat)
}

// Saved returns the layer as Keras saves it, with one pair per axis.
func (l ZeroPadding3D) Saved() any {
	l.Padding = l.Padding.each(3, 1)
	return l
}

func zeroPad(x *graph.Node, rank int, sides Sides, f DataFormat) *graph.Node {
	low, high := sides.over("Padding", x, rank, f)
	return ops.Pad(x, low, high, 0)
}

// pairOf returns the padding of one axis, given as one or two numbers.
func pairOf(v []int, def int) Sides {
	v = spreadFrom(0, "Padding or Cropping", v, 2, def)
	return Sides{{v[0], v[1]}}
}
