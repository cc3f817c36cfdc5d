package layers

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	Register("rhyton>QuantizedEmbedding", func() Module { return &QuantizedEmbedding{} })
}

// QuantizedEmbedding is an [Embedding] layer whose vectors are stored as int8: each is divided by
// its largest absolute value and rounded to -127 to 127. It is the result of
// model.quantize("int8") in Keras 3 and is for inference only.
//
// Input: indices (batch, …) in [0, InputDim). Output: (batch, …, OutputDim). Weights:
// embeddings (InputDim, OutputDim), stored as bytes number + 128; embeddings_scale (InputDim).
// Keras' files store it as an int8 Embedding.
type QuantizedEmbedding struct {
	Base

	Name      string `keras:"name"`
	InputDim  int    `keras:"input_dim,required" range:"[1,inf)"`  // number of vectors; must be positive
	OutputDim int    `keras:"output_dim,required" range:"[1,inf)"` // size of a vector; must be positive
	MaskZero  bool   `keras:"mask_zero"`                           // treat index 0 as padding and mask it
}

// quantizer returns quantized, or nil for a layer with LoRA, which is not quantized.
func (e *Embedding) quantizer() func(weight, bias *tensor.Tensor) (Module, error) {
	if e.LoRARank > 0 {
		return nil
	}
	return e.quantized
}

// quantized returns the int8 version of e with the given table.
func (e *Embedding) quantized(table, _ *tensor.Tensor) (Module, error) {
	if !table.Shape().Equal(tensor.Shape{e.InputDim, e.OutputDim}) {
		return nil, fmt.Errorf("layers: quantize: a table of shape %v; want (%d, %d)", table.Shape(), e.InputDim, e.OutputDim)
	}
	q := &QuantizedEmbedding{InputDim: e.InputDim, OutputDim: e.OutputDim, MaskZero: e.MaskZero}
	q.Name = q.like(&e.Base, e.Name)
	return q, q.keepBytes("embeddings", table, graph.Shape{e.InputDim}, func(i int) int { return i / e.OutputDim })
}

// plain returns an Embedding with the same input as q.
func (q *QuantizedEmbedding) plain() *Embedding {
	return &Embedding{Name: q.Name, InputDim: q.InputDim, OutputDim: q.OutputDim, MaskZero: q.MaskZero}
}

// Call returns the vectors at the indices x.
func (q *QuantizedEmbedding) Call(s *Scope, x *graph.Node) *graph.Node {
	q.plain().check()
	if !x.DType.IsInt() {
		x = ops.Cast(x, graph.Int32)
	}
	table, scale := s.bytes("embeddings", graph.Shape{q.InputDim, q.OutputDim}, graph.Shape{q.InputDim})
	y := ops.Divide(unbiased(ops.Take(table, x, 0)), ops.ExpandDims(ops.Take(scale, x, 0), -1))
	return ops.Cast(y, s.policy().compute())
}

// Mask masks index 0 if MaskZero is set.
func (q *QuantizedEmbedding) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return q.plain().Mask(s, in)
}

// keepsTypes keeps the indices from being rounded to float16.
func (q *QuantizedEmbedding) keepsTypes() {}

func (q *QuantizedEmbedding) makesMask() bool { return q.MaskZero }

// fileOrder returns the weights in the order of Keras' files.
func (q *QuantizedEmbedding) fileOrder() []string { return []string{"embeddings", "embeddings_scale"} }

// MarshalJSON writes q as Keras does: an int8 Embedding.
func (q *QuantizedEmbedding) MarshalJSON() ([]byte, error) {
	e := q.plain()
	e.Quantization = int8Config(false)
	e.Frozen, e.Policy = q.Frozen, q.int8()
	return config.Marshal(e)
}

// Loaded returns the layer for an Embedding read from a Keras file: a QuantizedEmbedding if it is
// int8.
func (e *Embedding) Loaded() (any, error) {
	quantized, _, err := fromInt8(&e.Base, e.Quantization, e.LoRARank)
	if !quantized || err != nil {
		return e, err
	}
	q := &QuantizedEmbedding{InputDim: e.InputDim, OutputDim: e.OutputDim, MaskZero: e.MaskZero}
	q.Name = q.like(&e.Base, e.Name)
	return q, nil
}
