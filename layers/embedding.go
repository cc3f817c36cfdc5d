package layers

import (
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[Embedding]()
}

// Embedding looks up a vector for each index. The gradients of repeated indices are summed.
//
// Input: indices (batch, …) in [0, InputDim); Fit and Predict report an error for others.
// Output: (batch, …, OutputDim). Weights: embeddings (InputDim, OutputDim).
type Embedding struct {
	Base

	Name                  string                   `keras:"name"`
	InputDim              int                      `keras:"input_dim,required" range:"[1,inf)"`        // number of rows; must be positive
	OutputDim             int                      `keras:"output_dim,required" range:"[1,inf)"`       // size of each vector; must be positive
	EmbeddingsInitializer initializers.Initializer `keras:"embeddings_initializer" default:"uniform"`  // nil: uniform in [-0.05, 0.05]
	EmbeddingsRegularizer regularizers.Regularizer `keras:"embeddings_regularizer"`                    // nil: none
	EmbeddingsConstraint  constraints.Constraint   `keras:"embeddings_constraint"`                     // nil: none
	ActivityRegularizer   regularizers.Regularizer `keras:"activity_regularizer"`                      // applied to the output; nil: none
	LoRARank              int                      `keras:"lora_rank" default:"null" range:"[0,inf)"`  // rank of the low-rank adaptation; 0: none, the table itself is trained
	LoRAAlpha             float64                  `keras:"lora_alpha" default:"null" range:"[0,inf)"` // alpha of the low-rank adaptation; 0: LoRARank
	Quantization          any                      `keras:"quantization_config"`                       // kept for Keras files; nil: none
	MaskZero              bool                     `keras:"mask_zero"`                                 // index 0 is padding and is masked
}

// Call returns the vectors of the indices x.
func (e *Embedding) Call(s *Scope, x *graph.Node) *graph.Node {
	e.check()
	if !x.DType.IsInt() {
		x = ops.Cast(x, graph.Int32)
	}
	return ops.Take(e.table(s), x, 0)
}

func (e *Embedding) check() {
	if e.InputDim < 1 || e.OutputDim < 1 {
		graph.Errorf("InputDim is %d and OutputDim %d; both must be positive", e.InputDim, e.OutputDim)
	}
}

// table returns the embedding vectors, (InputDim, OutputDim).
func (e *Embedding) table(s *Scope) *graph.Node {
	spec := WeightSpec{Name: "embeddings", Shape: graph.Shape{e.InputDim, e.OutputDim},
		Initializer: e.EmbeddingsInitializer, Regularizer: e.EmbeddingsRegularizer, Constraint: e.EmbeddingsConstraint}
	low := e.lora()
	return low.add(s, spec, low.fixed(s, spec))
}

// Mask masks index 0 if MaskZero is set.
func (e *Embedding) Mask(_ *Scope, in []*graph.Node) *graph.Node {
	if !e.MaskZero {
		return nil
	}
	return ops.NotEqual(in[0], ops.Scalar(in[0], 0))
}

// keepsTypes: indices must not be rounded to a half-precision float.
func (e *Embedding) keepsTypes() {}

func (e *Embedding) makesMask() bool { return e.MaskZero }

func (e *Embedding) activity() Regularizer { return orNil(e.ActivityRegularizer) }

func (e *Embedding) lora() lora { return lora{rank: e.LoRARank, alpha: e.LoRAAlpha} }
