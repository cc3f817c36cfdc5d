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

// QuantizedEmbedding is an [Embedding] whose vectors have a byte for each number, divided by
// the vector's largest absolute value and rounded to -127 to 127, as model.quantize("int8")
// makes one in Keras 3. It is for inference.
//
// Input: indices (batch, …) in [0, InputDim). Output: (batch, …, OutputDim). Weights:
// embeddings (InputDim, OutputDim), bytes of number + 128; embeddings_scale (InputDim).
// Keras' files have it as an Embedding of int8.
type QuantizedEmbedding struct {
	Base

	Name      string `keras:"name"`
	InputDim  int    `keras:"input_dim,required" range:"[1,inf)"`  // rows; must be positive
	OutputDim int    `keras:"output_dim,required" range:"[1,inf)"` // extent of a vector; must be positive
	MaskZero  bool   `keras:"mask_zero"`                           // index 0 is padding and is masked
}

// quantizer returns quantized; nil for a layer with low-rank adaptation, which stays.
func (e *Embedding) quantizer() func(weight, bias *tensor.Tensor) (Module, error) {
	if e.LoRARank > 0 {
		return nil
	}
	return e.quantized
}

// quantized returns a layer that computes as e does with the given table in bytes.
func (e *Embedding) quantized(table, _ *tensor.Tensor) (Module, error) {
	if !table.Shape().Equal(tensor.Shape{e.InputDim, e.OutputDim}) {
		return nil, fmt.Errorf("layers: quantize: a table of shape %v; want (%d, %d)", table.Shape(), e.InputDim, e.OutputDim)
	}
	q := &QuantizedEmbedding{InputDim: e.InputDim, OutputDim: e.OutputDim, MaskZero: e.MaskZero}
	q.Name = q.like(&e.Base, e.Name)
	return q, q.keepBytes("embeddings", table, graph.Shape{e.InputDim}, func(i int) int { return i / e.OutputDim })
}

// plain is the layer whose input is as q's.
func (q *QuantizedEmbedding) plain() *Embedding {
	return &Embedding{Name: q.Name, InputDim: q.InputDim, OutputDim: q.OutputDim, MaskZero: q.MaskZero}
}

// Call returns the vectors of the indices x.
func (q *QuantizedEmbedding) Call(s *Scope, x *graph.Node) *graph.Node {
	q.plain().check()
	if !x.DType.IsInt() {
		x = ops.Cast(x, graph.Int32)
	}
	table, scale := s.bytes("embeddings", graph.Shape{q.InputDim, q.OutputDim}, graph.Shape{q.InputDim})
	y := ops.Divide(unbiased(ops.Take(table, x, 0)), ops.ExpandDims(ops.Take(scale, x, 0), -1))
	return ops.Cast(y, s.policy().compute())
}

// Mask masks index 0, if MaskZero.
func (q *QuantizedEmbedding) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return q.plain().Mask(s, in)
}

// keepsTypes: indices are not to be rounded to a half float.
func (q *QuantizedEmbedding) keepsTypes() {}

func (q *QuantizedEmbedding) makesMask() bool { return q.MaskZero }

// fileOrder is that of Keras' files.
func (q *QuantizedEmbedding) fileOrder() []string { return []string{"embeddings", "embeddings_scale"} }

// MarshalJSON writes q as Keras does, an Embedding of int8.
func (q *QuantizedEmbedding) MarshalJSON() ([]byte, error) {
	e := q.plain()
	e.Quantization = int8Config(false)
	e.Frozen, e.Policy = q.Frozen, q.int8()
	return config.Marshal(e)
}

// Loaded returns what an Embedding of Keras' files is here: one of int8 is a QuantizedEmbedding.
func (e *Embedding) Loaded() (any, error) {
	quantized, _, err := fromInt8(&e.Base, e.Quantization, e.LoRARank)
	if !quantized || err != nil {
		return e, err
	}
	q := &QuantizedEmbedding{InputDim: e.InputDim, OutputDim: e.OutputDim, MaskZero: e.MaskZero}
	q.Name = q.like(&e.Base, e.Name)
	return q, nil
}
