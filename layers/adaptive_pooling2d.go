package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[AdaptiveAveragePooling2D]()
	register[AdaptiveMaxPooling2D]()
}

// AdaptiveAveragePooling2D takes the mean of windows that are laid so that the output has the extents
// OutputSize whatever the input's: element i of an axis is of the elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, height, width, channels); ChannelsFirst: channels after the batch. Output:
// (batch, OutputSize…, channels).
type AdaptiveAveragePooling2D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // zero: ChannelsLast
}

// Call takes the mean of each window of x.
func (p *AdaptiveAveragePooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 2, p.OutputSize, p.DataFormat, ops.AdaptiveAveragePool)
}

// Saved returns the layer with one number for each axis, as Keras writes it.
func (p AdaptiveAveragePooling2D) Saved() any {
	p.OutputSize = each(p.OutputSize, 2, 1)
	return p
}

// AdaptiveMaxPooling2D takes the largest element of windows that are laid so that the output has the extents
// OutputSize whatever the input's: element i of an axis is of the elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, height, width, channels); ChannelsFirst: channels after the batch. Output:
// (batch, OutputSize…, channels).
type AdaptiveMaxPooling2D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // zero: ChannelsLast
}

// Call takes the largest element of each window of x.
func (p *AdaptiveMaxPooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 2, p.OutputSize, p.DataFormat, ops.AdaptiveMaxPool)
}

// Saved returns the layer with one number for each axis, as Keras writes it.
func (p AdaptiveMaxPooling2D) Saved() any {
	p.OutputSize = each(p.OutputSize, 2, 1)
	return p
}
