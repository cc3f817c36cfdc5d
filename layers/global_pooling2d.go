package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[GlobalMaxPooling2D]()
	register[GlobalAveragePooling2D]()
}

// GlobalMaxPooling2D returns the maximum of each channel over all spatial axes.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output:
// (batch, channels); with KeepDims the spatial axes are kept with extent 1.
type GlobalMaxPooling2D struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // default: ChannelsLast
	KeepDims   bool       `keras:"keepdims"`
}

// Call reduces the spatial axes of x.
func (p *GlobalMaxPooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return global(x, 2, p.DataFormat, p.KeepDims, ops.KeepDims.Max)
}

// GlobalAveragePooling2D returns the mean of each channel over all spatial axes.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output:
// (batch, channels); with KeepDims the spatial axes are kept with extent 1.
type GlobalAveragePooling2D struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // default: ChannelsLast
	KeepDims   bool       `keras:"keepdims"`
}

// Call reduces the spatial axes of x.
func (p *GlobalAveragePooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return global(x, 2, p.DataFormat, p.KeepDims, ops.KeepDims.Mean)
}
