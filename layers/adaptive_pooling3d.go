package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[AdaptiveAveragePooling3D]()
	register[AdaptiveMaxPooling3D]()
}

// AdaptiveAveragePooling3D takes the mean of windows that are laid so that the output has the extents
// OutputSize whatever the input's: element i of an axis is of the elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, depth, height, width, channels); ChannelsFirst: channels after the batch. Output:
// (batch, OutputSize…, channels).
type AdaptiveAveragePooling3D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // zero: ChannelsLast
}

// Call takes the mean of each window of x.
func (p *AdaptiveAveragePooling3D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 3, p.OutputSize, p.DataFormat, ops.AdaptiveAveragePool)
}

// Saved returns the layer with one number for each axis, as Keras writes it.
func (p AdaptiveAveragePooling3D) Saved() any {
	p.OutputSize = each(p.OutputSize, 3, 1)
	return p
}

// AdaptiveMaxPooling3D takes the largest element of windows that are laid so that the output has the extents
// OutputSize whatever the input's: element i of an axis is of the elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, depth, height, width, channels); ChannelsFirst: channels after the batch. Output:
// (batch, OutputSize…, channels).
type AdaptiveMaxPooling3D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // zero: ChannelsLast
}

// Call takes the largest element of each window of x.
func (p *AdaptiveMaxPooling3D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 3, p.OutputSize, p.DataFormat, ops.AdaptiveMaxPool)
}

// Saved returns the layer with one number for each axis, as Keras writes it.
func (p AdaptiveMaxPooling3D) Saved() any {
	p.OutputSize = each(p.OutputSize, 3, 1)
	return p
}
