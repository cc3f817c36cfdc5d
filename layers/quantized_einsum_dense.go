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

// QuantizedEinsumDense is an [EinsumDense] layer whose kernel is stored as int8: the result of
// model.quantize("int8") in Keras 3. Kernel and input are divided by their largest absolute
// values over the contracted axes and rounded to -127 to 127; the sums of products are scaled
// back. Like [QuantizedDense], it is for inference only.
//
// Input and output: those of EinsumDense. Weights: the bias; the kernel, stored as bytes
// number + 128; kernel_scale, with the kernel's extent for each output axis that comes from the
// kernel, and 1 elsewhere. Keras' files store it as an int8 EinsumDense.
type QuantizedEinsumDense struct {
	Base
	PassMask

	Name        string                 `keras:"name"`
	Equation    string                 `keras:"equation,required"`
	OutputShape Extents                `keras:"output_shape,required"`
	Activation  activations.Activation `keras:"activation" default:"linear"` // nil: linear
	BiasAxes    string                 `keras:"bias_axes" default:"null"`    // letters of the output axes; "": no bias
	WeightsOnly bool                   `keras:"weights_only" omit:"zero"`    // quantize only the weights, not the input
}

// quantizer returns quantized, or nil for a layer with LoRA, which is not quantized.
func (e *EinsumDense) quantizer() func(weight, bias *tensor.Tensor) (Module, error) {
	if e.LoRARank > 0 {
		return nil
	}
	return e.quantized
}

// quantized returns the int8 version of e, which must have been called, with the given kernel
// and bias, which is nil if e has none.
func (e *EinsumDense) quantized(kernel, bias *tensor.Tensor) (Module, error) {
	q := &QuantizedEinsumDense{Equation: e.Equation, OutputShape: e.OutputShape, Activation: e.Activation, BiasAxes: e.BiasAxes}
	q.Name = q.like(&e.Base, e.Name)
	if e.called == nil || kernel.Rank() != len(e.called.kernel) {
		return nil, fmt.Errorf("layers: quantize: an EinsumDense that was not called, or a kernel of shape %v", kernel.Shape())
	}
	if bias != nil {
		q.keep("bias", false, bias)
	}
	// Each kernel axis advances through the scales like the output axis of the same letter.
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

// axes returns a letter for each axis of the input and of the output, with digits for the axes
// of an ellipsis.
func (q *einsumSpec) axes() (in, out string) {
	elided := "01234567"[:q.elided]
	if q.left {
		return elided + q.in, elided + q.out
	}
	return q.in + elided, q.out + elided
}

// scaleShape returns the shape of the scales of a kernel.
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

// summed lists the contracted axes of the input: those not in the output.
func (q *einsumSpec) summed() (axes []int) {
	in, out := q.axes()
	for i, l := range in {
		if !strings.ContainsRune(out, l) {
			axes = append(axes, i)
		}
	}
	return axes
}

// likeOutput rearranges the scales of the input, which have extent 1 along contracted axes, to
// the axes of the output.
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

// fileOrder returns the weights in the order of Keras' files.
func (q *QuantizedEinsumDense) fileOrder() []string {
	return []string{"kernel", "bias", "kernel_scale"}
}

// MarshalJSON writes q as Keras does: an int8 EinsumDense.
func (q *QuantizedEinsumDense) MarshalJSON() ([]byte, error) {
	e := &EinsumDense{Name: q.Name, Equation: q.Equation, OutputShape: q.OutputShape, Activation: q.Activation, BiasAxes: q.BiasAxes,
		Quantization: int8Config(q.WeightsOnly)}
	e.Frozen, e.Policy = q.Frozen, q.int8()
	return config.Marshal(e)
}

// Loaded returns the layer for an EinsumDense read from a Keras file: a QuantizedEinsumDense if
// it is int8.
func (e *EinsumDense) Loaded() (any, error) {
	quantized, weightsOnly, err := fromInt8(&e.Base, e.Quantization, 0)
	if !quantized || err != nil {
		return e, err
	}
	q := &QuantizedEinsumDense{Equation: e.Equation, OutputShape: e.OutputShape, Activation: e.Activation, BiasAxes: e.BiasAxes, WeightsOnly: weightsOnly}
	q.Name = q.like(&e.Base, e.Name)
	return q, nil
}
