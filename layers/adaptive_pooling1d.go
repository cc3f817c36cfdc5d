package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[AdaptiveAveragePooling1D]()
	register[AdaptiveMaxPooling1D]()
}

// AdaptiveAveragePooling1D takes the mean of windows that are laid so that the output has the extents
// OutputSize whatever the input's: element i of an axis is of the elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, steps, channels); ChannelsFirst: channels after the batch. Output:
// (batch, OutputSize, channels).
type AdaptiveAveragePooling1D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // zero: ChannelsLast
}

// Call takes the mean of each window of x.
func (p *AdaptiveAveragePooling1D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 1, p.OutputSize, p.DataFormat, ops.AdaptiveAveragePool)
}

// Saved returns the layer with one number for each axis, as Keras writes it.
func (p AdaptiveAveragePooling1D) Saved() any {
	p.OutputSize = each(p.OutputSize, 1, 1)
	return p
}

// AdaptiveMaxPooling1D takes the largest element of windows that are laid so that the output has the extents
// OutputSize whatever the input's: element i of an axis is of the elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, steps, channels); ChannelsFirst: channels after the batch. Output:
// (batch, OutputSize, channels).
type AdaptiveMaxPooling1D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // zero: ChannelsLast
}

// Call takes the largest element of each window of x.
func (p *AdaptiveMaxPooling1D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 1, p.OutputSize, p.DataFormat, ops.AdaptiveMaxPool)
}

// Saved returns the layer with one number for each axis, as Keras writes it.
func (p AdaptiveMaxPooling1D) Saved() any {
	p.OutputSize = each(p.OutputSize, 1, 1)
	return p
}
