package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[AdaptiveAveragePooling2D]()
	register[AdaptiveMaxPooling2D]()
}

// AdaptiveAveragePooling2D averages over windows chosen so that the output has extents
// OutputSize for any input size: element i of an axis covers the input elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output:
// (batch, OutputSize…, channels).
type AdaptiveAveragePooling2D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one for each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // default: ChannelsLast
}

// Call returns the mean of each window of x.
func (p *AdaptiveAveragePooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 2, p.OutputSize, p.DataFormat, ops.AdaptiveAveragePool)
}

// Saved returns the layer with one number for each axis, as Keras saves it.
func (p AdaptiveAveragePooling2D) Saved() any {
	p.OutputSize = each(p.OutputSize, 2, 1)
	return p
}

// AdaptiveMaxPooling2D takes the maximum over windows chosen so that the output has extents
// OutputSize for any input size: element i of an axis covers the input elements ⌊i·in/out⌋ to
// ⌈(i+1)·in/out⌉-1.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output:
// (batch, OutputSize…, channels).
type AdaptiveMaxPooling2D struct {
	Base

	Name       string     `keras:"name"`
	OutputSize []int      `keras:"output_size,required" range:"[1,inf)"` // one number for all axes, or one for each
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`  // default: ChannelsLast
}

// Call returns the maximum of each window of x.
func (p *AdaptiveMaxPooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return adaptive(x, 2, p.OutputSize, p.DataFormat, ops.AdaptiveMaxPool)
}

// Saved returns the layer with one number for each axis, as Keras saves it.
func (p AdaptiveMaxPooling2D) Saved() any {
	p.OutputSize = each(p.OutputSize, 2, 1)
	return p
}
