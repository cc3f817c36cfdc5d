package layers

import (
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	Register("rhyton>QuantizedDense", func() Module { return &QuantizedDense{} })
}

// QuantizedDense is a [Dense] layer whose kernel is stored as int8, a quarter of its float32
// size: the result of model.quantize("int8") in Keras 3. Each column of the kernel and each row
// of the input is divided by its largest absolute value and rounded to -127 to 127; the products
// are scaled back: activation(xq·kq/(scale of x·scale of kq) + bias). The layer is for inference
// only: kernel and scales are not trained, and no gradient reaches the input.
//
// Input: (batch, …, in). Output: (batch, …, Units). Weights: bias (Units); kernel (in, Units),
// stored as bytes number + 128; kernel_scale (Units). Keras' files store it as an int8 Dense.
type QuantizedDense struct {
	Base
	PassMask

	Name        string                 `keras:"name"`
	Units       int                    `keras:"units,required" range:"[1,inf)"` // number of outputs; must be positive
	Activation  activations.Activation `keras:"activation" default:"linear"`    // nil: linear
	NoBias      bool                   `keras:"!use_bias"`                      // omit the bias
	WeightsOnly bool                   `keras:"weights_only" omit:"zero"`       // quantize only the weights, not the input
}

// quantizer returns quantized, or nil for a layer with LoRA, which is not quantized.
func (d *Dense) quantizer() func(weight, bias *tensor.Tensor) (Module, error) {
	if d.LoRARank > 0 {
		return nil
	}
	return d.quantized
}

// quantized returns the int8 version of d with the given kernel (in, units) and bias (units),
// which is nil if d has none.
func (d *Dense) quantized(kernel, bias *tensor.Tensor) (Module, error) {
	if kernel.Rank() != 2 || kernel.Shape()[1] != d.Units {
		return nil, fmt.Errorf("layers: quantize: a kernel of shape %v; want (in, %d)", kernel.Shape(), d.Units)
	}
	q := &QuantizedDense{Units: d.Units, Activation: d.Activation, NoBias: d.NoBias}
	q.Name = q.like(&d.Base, d.Name)
	if bias != nil {
		q.keep("bias", false, bias)
	}
	return q, q.keepBytes("kernel", kernel, graph.Shape{d.Units}, func(i int) int { return i % d.Units })
}

// Call returns activation(x·kernel + bias).
func (q *QuantizedDense) Call(s *Scope, x *graph.Node) *graph.Node {
	if q.Units < 1 {
		graph.Errorf("Units is %d; it must be positive", q.Units)
	}
	if x.Rank() < 2 {
		graph.Errorf("want rank 2 or more, (batch, features)")
	}
	out := x.DType
	var bias *graph.Node
	if !q.NoBias {
		bias = s.Weight("bias", graph.Shape{q.Units}, initializers.Zeros{})
	}
	kernel, scale := s.bytes("kernel", graph.Shape{x.Shape[x.Rank()-1], q.Units}, graph.Shape{q.Units})
	if q.WeightsOnly {
		x = ops.Cast(x, graph.Float32)
	} else {
		var in *graph.Node
		x, in = rounded(x, -1)
		scale = ops.Multiply(in, scale)
	}
	y := ops.Cast(ops.Divide(ops.MatMul(x, unbiased(kernel)), scale), out)
	return s.activate(q.Activation, plus(y, bias))
}

// fileOrder returns the weights in the order of Keras' files.
func (q *QuantizedDense) fileOrder() []string { return []string{"kernel", "bias", "kernel_scale"} }

// MarshalJSON writes q as Keras does: an int8 Dense.
func (q *QuantizedDense) MarshalJSON() ([]byte, error) {
	d := &Dense{Name: q.Name, Units: q.Units, Activation: q.Activation, NoBias: q.NoBias, Quantization: int8Config(q.WeightsOnly)}
	d.Frozen, d.Policy = q.Frozen, q.int8()
	return config.Marshal(d)
}

// Loaded returns the layer for a Dense read from a Keras file: a QuantizedDense if it is int8.
func (d *Dense) Loaded() (any, error) {
	quantized, weightsOnly, err := fromInt8(&d.Base, d.Quantization, d.LoRARank)
	if !quantized || err != nil {
		return d, err
	}
	q := &QuantizedDense{Units: d.Units, Activation: d.Activation, NoBias: d.NoBias, WeightsOnly: weightsOnly}
	q.Name = q.like(&d.Base, d.Name)
	return q, nil
}
