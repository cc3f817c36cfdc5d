package layers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	Register("rhyton>QuantizedDense", func() Stateful { return &QuantizedDense{} })
}

// QuantizedDense is a [Dense] whose kernel has a byte for each number, a quarter of its
// memory: what model.quantize("int8") makes of one in Keras 3. Each column of the kernel and
// each row of the input are divided by their largest absolute value and rounded to -127 to
// 127; the products are scaled back: activation(xq·kq/(scale of x·scale of kq) + bias). It is
// for inference: kernel and scales are not trained, the input gets no gradient.
//
// Input: (batch, …, in). Output: (batch, …, Units). Weights: bias (Units); kernel (in, Units),
// bytes of number + 128; kernel_scale (Units).
type QuantizedDense struct {
	State
	PassMask

	Name       string                 `keras:"name"`
	Units      int                    `keras:"units,required" range:"[1,inf)"` // outputs; must be positive
	Activation activations.Activation `keras:"activation" default:"linear"`    // nil: linear
	NoBias     bool                   `keras:"!use_bias"`                      // leave the bias out
}

const (
	mostInt8  = 127  // the largest number of a symmetric range
	byteShift = 128  // from numbers to bytes
	leastMax  = 1e-7 // keeps the scale of zeros finite, as in Keras
)

// Quantize returns a layer that computes as d does with the given kernel (in, units) and bias
// (units), nil if d has none, in bytes.
func Quantize(d *Dense, kernel, bias *tensor.Tensor) (*QuantizedDense, error) {
	if kernel.Rank() != 2 || kernel.Shape()[1] != d.Units {
		return nil, fmt.Errorf("layers: quantize: a kernel of shape %v; wants (in, %d)", kernel.Shape(), d.Units)
	}
	w := kernel.Convert(tensor.Float32)
	if err := w.Err(); err != nil {
		return nil, fmt.Errorf("layers: quantize: %w", err)
	}
	bytes, scales := absMax(w.Data().([]float32), d.Units)
	q := &QuantizedDense{Name: d.Name, Units: d.Units, Activation: d.Activation, NoBias: d.NoBias}
	q.Frozen, q.Policy = d.Frozen, d.Policy
	if q.Name == "" {
		q.Name = lastName(d.path)
	}
	if bias != nil {
		q.keep("bias", false, bias)
	}
	q.keep("kernel", true, tensor.Of(bytes, kernel.Shape()...))
	q.keep("kernel_scale", true, tensor.Of(scales, d.Units))
	return q, nil
}

// keep makes t the layer's weight of that name.
func (s *State) keep(name string, tracked bool, t *tensor.Tensor) {
	s.weights = append(s.weights, &weight{name: name, tracked: tracked, Variable: &graph.Variable{Path: name,
		Type: graph.Type{DType: t.DType(), Shape: t.Shape()}, Trainable: !tracked, Initial: t}})
}

// absMax quantizes the columns of w (in, units) by their largest absolute values.
func absMax(w []float32, units int) (bytes []uint8, scales []float32) {
	scales = make([]float32, units)
	for i, v := range w {
		scales[i%units] = max(scales[i%units], float32(math.Abs(float64(v))))
	}
	for j, m := range scales {
		scales[j] = mostInt8 / (m + leastMax)
	}
	bytes = make([]uint8, len(w))
	for i, v := range w {
		n := math.RoundToEven(float64(v * scales[i%units]))
		bytes[i] = uint8(max(-mostInt8, min(mostInt8, n)) + byteShift)
	}
	return bytes, scales
}

// Call returns activation(x·kernel + bias).
func (q *QuantizedDense) Call(s *Scope, x *graph.Node) *graph.Node {
	if q.Units < 1 {
		graph.Errorf("Units is %d; it must be positive", q.Units)
	}
	if x.Rank() < 2 {
		graph.Errorf("wants rank 2 or more, (batch, features)")
	}
	out := x.DType
	var bias *graph.Node
	if !q.NoBias {
		bias = s.Weight("bias", graph.Shape{q.Units}, initializers.Zeros{})
	}
	kernel := s.TrackAs(graph.Uint8, "kernel", graph.Shape{x.Shape[x.Rank()-1], q.Units}, initializers.Constant{Value: byteShift})
	scale := ops.Cast(s.Read(s.Track("kernel_scale", graph.Shape{q.Units}, initializers.Ones{})), graph.Float32)
	x = ops.StopGradient(ops.Cast(x, graph.Float32))
	in := ops.Divide(ops.Scalar(x, mostInt8), ops.Shift(ops.Keep{-1}.Max(ops.Abs(x)), leastMax))
	rounded := ops.Clip(ops.Round(ops.Multiply(x, in)), -mostInt8, mostInt8)
	y := ops.MatMul(rounded, ops.Shift(ops.Cast(s.Read(kernel), graph.Float32), -byteShift))
	y = ops.Cast(ops.Divide(y, ops.Multiply(in, scale)), out)
	if bias != nil {
		y = ops.Add(y, bias)
	}
	return s.activate(q.Activation, y)
}
