package layers

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A quantized weight holds integers from -127 to 127, each stored as number + 128, along with the
// scales they were multiplied by before rounding. This is the int8 of Keras' AbsMaxQuantizer.
const (
	mostInt8  = 127  // largest value of the symmetric range
	byteShift = 128  // offset from a number to its byte
	leastMax  = 1e-7 // keeps the scale of zeros finite, as in Keras
)

// absMax quantizes w by the largest absolute value of each of n cells.
func absMax(w []float32, n int, cell func(i int) int) (bytes []uint8, scales []float32) {
	scales = make([]float32, n)
	for i, v := range w {
		c := cell(i)
		scales[c] = max(scales[c], float32(math.Abs(float64(v))))
	}
	for c, m := range scales {
		scales[c] = mostInt8 / (m + leastMax)
	}
	bytes = make([]uint8, len(w))
	for i, v := range w {
		n := math.RoundToEven(float64(v * scales[cell(i)]))
		bytes[i] = uint8(max(-mostInt8, min(mostInt8, n)) + byteShift)
	}
	return bytes, scales
}

// keepBytes adds the quantized w to the layer as the weights name and name_scale.
func (s *Base) keepBytes(name string, w *tensor.Tensor, scaleShape graph.Shape, cell func(i int) int) error {
	w = w.Convert(tensor.Float32)
	if err := w.Err(); err != nil {
		return fmt.Errorf("layers: quantize: %w", err)
	}
	bytes, scales := absMax(w.Data().([]float32), scaleShape.Size(), cell)
	s.keep(name, true, tensor.Of(bytes, w.Shape()...))
	s.keep(name+"_scale", true, tensor.Of(scales, scaleShape...))
	return nil
}

// keep adds t to the layer as the weight of the given name.
func (s *Base) keep(name string, tracked bool, t *tensor.Tensor) {
	s.weights = append(s.weights, &weight{name: name, tracked: tracked, Variable: &graph.Variable{Path: name,
		Type: graph.Type{DType: t.DType(), Shape: t.Shape()}, Trainable: !tracked, Initial: t}})
}

// like copies name, frozen state and policy from the layer being quantized.
func (s *Base) like(from *Base, name string) string {
	s.Frozen, s.Policy = from.Frozen, from.Policy
	if name == "" {
		name = lastName(from.path)
	}
	return name
}

// bytes returns the current layer's quantized weight and its scales, of the given shapes.
func (s *Scope) bytes(name string, shape, scaleShape graph.Shape) (bytes, scale *graph.Node) {
	b := s.TrackAs(graph.Uint8, name, shape, initializers.Constant{Value: byteShift})
	v := s.Track(name+"_scale", scaleShape, initializers.Ones{})
	return s.Read(b), ops.Cast(s.Read(v), graph.Float32)
}

// unbiased returns the integers stored in bytes as float32.
func unbiased(bytes *graph.Node) *graph.Node {
	return ops.Shift(ops.Cast(bytes, graph.Float32), -byteShift)
}

// rounded quantizes x by the largest absolute value over the axes. It returns the integers and
// the scales, which have extent 1 along the axes. No gradient flows through it.
func rounded(x *graph.Node, axes ...int) (whole, scale *graph.Node) {
	x = ops.StopGradient(ops.Cast(x, graph.Float32))
	scale = ops.Divide(ops.Scalar(x, mostInt8), ops.Shift(ops.KeepDims(axes).Max(ops.Abs(x)), leastMax))
	return ops.Clip(ops.Round(ops.Multiply(x, scale)), -mostInt8, mostInt8), scale
}

// int8 returns the policy that Keras' files use for a quantized layer.
func (s *Base) int8() *Policy {
	p := Policy{}
	if s.Policy != nil {
		p = *s.Policy
	}
	p.int8 = true
	return &p
}

// int8Config returns the quantization_config of Keras' files.
func int8Config(weightsOnly bool) any {
	const object = `{"module": "keras.quantizers", "class_name": "Int8QuantizationConfig", "config": {"weight_quantizer": null, "activation_quantizer": %s}, "registered_name": null}`
	const input = `{"module": "keras.quantizers", "class_name": "AbsMaxQuantizer", "config": {"value_range": [-127, 127], "epsilon": 1e-07, "output_dtype": "int8"}, "registered_name": null}`
	if weightsOnly {
		return json.RawMessage(fmt.Sprintf(object, "null"))
	}
	return json.RawMessage(fmt.Sprintf(object, input))
}

// fromInt8 reports whether a layer of Keras' files is quantized, and whether only its weights
// are, so that the input is not rounded.
func fromInt8(s *Base, conf any, loraRank int) (quantized, weightsOnly bool, err error) {
	if s.Policy == nil || !s.Policy.int8 {
		return false, false, nil
	}
	if loraRank > 0 {
		return true, false, fmt.Errorf("lora_rank of a layer in int8: merge it into the weights before saving")
	}
	var c struct {
		Class  string `json:"class_name"`
		Config struct {
			Input *struct {
				Class  string `json:"class_name"`
				Config struct {
					Range   []float64 `json:"value_range"`
					Epsilon float64
				}
			} `json:"activation_quantizer"`
		}
	}
	if conf == nil {
		return true, false, nil
	}
	raw, err := json.Marshal(conf)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	in := c.Config.Input
	switch {
	case err != nil || c.Class != "Int8QuantizationConfig":
		return true, false, fmt.Errorf("quantization_config %.60s; want an Int8QuantizationConfig", raw)
	case in == nil:
		return true, true, nil
	case in.Class != "AbsMaxQuantizer" || len(in.Config.Range) != 2 || in.Config.Range[0] != -mostInt8 || in.Config.Range[1] != mostInt8 || in.Config.Epsilon != leastMax:
		return true, false, fmt.Errorf("activation_quantizer is no AbsMaxQuantizer of -127 to 127 and epsilon 1e-7; others are not supported")
	}
	return true, false, nil
}
