package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[GlobalMaxPooling1D]()
	register[GlobalAveragePooling1D]()
}

// GlobalMaxPooling1D returns the maximum of each channel over the steps.
//
// Input: (batch, steps, channels); with ChannelsFirst, the channels come after the batch.
// Output: (batch, channels); with KeepDims the steps axis is kept with extent 1.
type GlobalMaxPooling1D struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // default: ChannelsLast
	KeepDims   bool       `keras:"keepdims"`
}

// Call reduces the steps axis of x.
func (p *GlobalMaxPooling1D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return global(x, 1, p.DataFormat, p.KeepDims, ops.KeepDims.Max)
}

// GlobalAveragePooling1D returns the mean of each channel over the steps. Masked steps are
// ignored.
//
// Input: (batch, steps, channels); with ChannelsFirst, the channels come after the batch.
// Output: (batch, channels); with KeepDims the steps axis is kept with extent 1.
type GlobalAveragePooling1D struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // default: ChannelsLast
	KeepDims   bool       `keras:"keepdims"`
}

// NotFinite explains a NaN in the output, for the error message that names the layer.
func (*GlobalAveragePooling1D) NotFinite() string {
	return "it averages what a mask (MaskZero of an Embedding, or Masking) has left, and of a sample that is all padding that is nothing: leave such samples out, or turn the mask off"
}

// Call reduces the steps axis of x.
func (p *GlobalAveragePooling1D) Call(s *Scope, x *graph.Node) *graph.Node {
	if mask := s.Mask(x); mask != nil {
		return maskedMean(x, mask, p.DataFormat, p.KeepDims)
	}
	return global(x, 1, p.DataFormat, p.KeepDims, ops.KeepDims.Mean)
}

// maskedMean returns the mean over the steps where mask, (batch, steps), is true.
func maskedMean(x, mask *graph.Node, f DataFormat, keep bool) *graph.Node {
	steps, channels := 1, -1
	if f == ChannelsFirst {
		steps, channels = 2, 1
	}
	w := ops.ExpandDims(ops.Cast(mask, x.DType), channels)
	y := ops.Divide(ops.KeepDims{steps}.Sum(ops.Multiply(x, w)), ops.KeepDims{steps}.Sum(w))
	if keep {
		return y
	}
	return ops.Squeeze(y, steps)
}
