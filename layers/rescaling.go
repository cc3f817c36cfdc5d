package layers

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[Rescaling]()
}

// Rescaling computes x·Scale + Offset: a Scale of 1/255 maps bytes to [0, 1].
//
// Input: any shape. Output: the shape of the input. Several numbers apply along the last axis.
type Rescaling struct {
	Base
	PassMask

	Name   string    `keras:"name"`
	Scale  []float64 `keras:"scale,required" default:"1.0"` // one number, or one per channel; nil: 1
	Offset []float64 `keras:"offset" default:"0.0"`         // like Scale; nil: 0
}

// Call rescales x.
func (r *Rescaling) Call(s *Scope, x *graph.Node) *graph.Node {
	x = ops.Cast(x, s.policy().compute())
	return ops.Add(ops.Multiply(x, perChannel("Scale", x, r.Scale)), perChannel("Offset", x, r.Offset))
}

// perChannel returns v, one number or one per element of the last axis of x, as a node.
func perChannel(what string, x *graph.Node, v []float64) *graph.Node {
	if len(v) == 1 {
		return ops.Scalar(x, v[0])
	}
	if x.Rank() == 0 || len(v) != x.Shape[x.Rank()-1] {
		graph.Errorf("%s %v; want one number, or one for each element of the last axis", what, v)
	}
	return ops.Constant(x, tensor.Of(v, len(v)).Convert(x.DType))
}

// Transform returns the rescaled x, as float32.
func (r *Rescaling) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(r, 1, x, func() (*tensor.Tensor, error) {
		in, err := tensor.As[float32](x[0])
		if err != nil {
			return nil, err
		}
		scale, offset := r.Scale, r.Offset
		if scale == nil {
			scale = []float64{1}
		}
		if offset == nil {
			offset = []float64{0}
		}
		for i, v := range [][]float64{scale, offset} {
			if shape := x[0].Shape(); len(v) != 1 && (len(shape) == 0 || len(v) != shape[len(shape)-1]) {
				return nil, fmt.Errorf("%s %v; want one number, or one for each element of the last axis", []string{"Scale", "Offset"}[i], v)
			}
		}
		out := make([]float32, len(in))
		for i, v := range in {
			out[i] = v*float32(scale[i%len(scale)]) + float32(offset[i%len(offset)])
		}
		return tensor.Of(out, x[0].Shape()...), nil
	})
}
