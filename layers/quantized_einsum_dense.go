package layers

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	Register("rhyton>QuantizedEinsumDense", func() Module { return &QuantizedEinsumDense{} })
}

// QuantizedEinsumDense is an [EinsumDense] whose kernel has a byte for each number, as
// model.quantize("int8") makes one in Keras 3. Kernel and input are divided by their largest
// absolute values over the axes that are summed, and rounded to -127 to 127; the sums of
// products are scaled back. It is for inference, as [QuantizedDense] is.
//
// Input and output: those of EinsumDense. Weights: its bias; its kernel, bytes of number +
// 128; kernel_scale, of the kernel's extents where an axis of the output is the kernel's, else
// 1. Keras' files have it as an EinsumDense of int8.
type QuantizedEinsumDense struct {
	Base
	PassMask

	Name        string                 `keras:"name"`
	Equation    string                 `keras:"equation,required"`
	OutputShape Extents                `keras:"output_shape,required"`
	Activation  activations.Activation `keras:"activation" default:"linear"` // nil: linear
	BiasAxes    string                 `keras:"bias_axes" default:"null"`    // letters of the output; "": no bias
	WeightsOnly bool                   `keras:"weights_only" omit:"zero"`    // the input is not rounded
}

// quantizer returns quantized; nil for a layer with low-rank adaptation, which stays.
func (e *EinsumDense) quantizer() func(weight, bias *tensor.Tensor) (Module, error) {
	if e.LoRARank > 0 {
		return nil
	}
	return e.quantized
}

// quantized returns a layer that computes as e, which has been called, does with the
// given kernel and bias, nil if e has none, in bytes.
func (e *EinsumDense) quantized(kernel, bias *tensor.Tensor) (Module, error) {
	q := &QuantizedEinsumDense{Equation: e.Equation, OutputShape: e.OutputShape, Activation: e.Activation, BiasAxes: e.BiasAxes}
	q.Name = q.like(&e.Base, e.Name)
	if e.called == nil || kernel.Rank() != len(e.called.kernel) {
		return nil, fmt.Errorf("layers: quantize: an EinsumDense that was not called, or a kernel of shape %v", kernel.Shape())
	}
	if bias != nil {
		q.keep("bias", false, bias)
	}
	// Each axis of the kernel steps through the scales as the output's axis of its letter.
	shape := e.called.scaleShape(graph.Shape(kernel.Shape()))
	_, out := e.called.axes()
	steps := make([]int, kernel.Rank())
	for step, o := 1, len(out)-1; o >= 0; o-- {
		if k := strings.IndexByte(e.called.kernel, out[o]); k >= 0 {
			steps[k] = step
		}
		step *= shape[o]
	}
	return q, q.keepBytes("kernel", kernel, shape, stepping(kernel.Shape(), steps))
}

// Call returns activation(einsum(Equation, x, kernel) + bias).
func (q *QuantizedEinsumDense) Call(s *Scope, x *graph.Node) *graph.Node {
	e := EinsumDense{Equation: q.Equation, OutputShape: q.OutputShape}
	spec := e.parse(x.Shape)
	out := x.DType
	var bias *graph.Node
	if q.BiasAxes != "" {
		bias = s.Weight("bias", spec.biasShape(q.BiasAxes), initializers.Zeros{})
	}
	shape := spec.kernelShape(x.Shape)
	kernel, scale := s.bytes("kernel", shape, spec.scaleShape(shape))
	if q.WeightsOnly {
		x = ops.Cast(x, graph.Float32)
	} else {
		var in *graph.Node
		x, in = rounded(x, spec.summed()...)
		scale = ops.Multiply(spec.likeOutput(in), scale)
	}
	y := ops.Divide(ops.Einsum(q.Equation, x, unbiased(kernel)), scale)
	return s.activate(q.Activation, plus(ops.Cast(y, out), bias))
}

// axes returns a letter for each axis of the input and of the output, digits for those of an
// ellipsis.
func (q *einsumSpec) axes() (in, out string) {
	elided := "01234567"[:q.elided]
	if q.left {
		return elided + q.in, elided + q.out
	}
	return q.in + elided, q.out + elided
}

// scaleShape is the shape of the scales of a kernel.
func (q *einsumSpec) scaleShape(kernel graph.Shape) (shape graph.Shape) {
	_, out := q.axes()
	for _, l := range out {
		n := 1
		if k := strings.IndexRune(q.kernel, l); k >= 0 {
			n = kernel[k]
		}
		shape = append(shape, n)
	}
	return shape
}

// summed lists the axes of the input that are not in the output.
func (q *einsumSpec) summed() (axes []int) {
	in, out := q.axes()
	for i, l := range in {
		if !strings.ContainsRune(out, l) {
			axes = append(axes, i)
		}
	}
	return axes
}

// likeOutput brings the scales of the input, of extent 1 where it is summed, to the output's
// axes.
func (q *einsumSpec) likeOutput(scale *graph.Node) *graph.Node {
	in, out := q.axes()
	var order, shape []int
	for _, l := range out {
		i, n := strings.IndexRune(in, l), 1
		if i >= 0 {
			order, n = append(order, i), scale.Shape[i]
		}
		shape = append(shape, n)
	}
	return ops.Reshape(ops.Transpose(scale, append(order, q.summed()...)...), shape...)
}

// fileOrder is that of Keras' files.
func (q *QuantizedEinsumDense) fileOrder() []string {
	return []string{"kernel", "bias", "kernel_scale"}
}

// MarshalJSON writes q as Keras does, an EinsumDense of int8.
func (q *QuantizedEinsumDense) MarshalJSON() ([]byte, error) {
	e := &EinsumDense{Name: q.Name, Equation: q.Equation, OutputShape: q.OutputShape, Activation: q.Activation, BiasAxes: q.BiasAxes,
		Quantization: int8Config(q.WeightsOnly)}
	e.Frozen, e.Policy = q.Frozen, q.int8()
	return config.Marshal(e)
}

// Loaded returns what an EinsumDense of Keras' files is here: one of int8 is a
// QuantizedEinsumDense.
func (e *EinsumDense) Loaded() (any, error) {
	quantized, weightsOnly, err := fromInt8(&e.Base, e.Quantization, 0)
	if !quantized || err != nil {
		return e, err
	}
	q := &QuantizedEinsumDense{Equation: e.Equation, OutputShape: e.OutputShape, Activation: e.Activation, BiasAxes: e.BiasAxes, WeightsOnly: weightsOnly}
	q.Name = q.like(&e.Base, e.Name)
	return q, nil
}
