package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[GlobalMaxPooling2D]()
	register[GlobalAveragePooling2D]()
}

// GlobalMaxPooling2D takes the largest element of each channel over all spatial axes.
//
// Input: (batch, height, width, channels); ChannelsFirst: channels after the batch. Output:
// (batch, channels), with KeepDims the spatial axes stay with extent 1.
type GlobalMaxPooling2D struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
	KeepDims   bool       `keras:"keepdims"`
}

// Call reduces the spatial axes of x.
func (p *GlobalMaxPooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return global(x, 2, p.DataFormat, p.KeepDims, ops.KeepDims.Max)
}

// GlobalAveragePooling2D takes the mean of each channel over all spatial axes.
//
// Input: (batch, height, width, channels); ChannelsFirst: channels after the batch. Output:
// (batch, channels), with KeepDims the spatial axes stay with extent 1.
type GlobalAveragePooling2D struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
	KeepDims   bool       `keras:"keepdims"`
}

// Call reduces the spatial axes of x.
func (p *GlobalAveragePooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return global(x, 2, p.DataFormat, p.KeepDims, ops.KeepDims.Mean)
}
