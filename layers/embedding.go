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

// Embedding looks each index up in a table of vectors. Gradients of an index that occurs
// several times add up.
//
// Input: indices (batch, …) in [0, InputDim); Fit and Predict refuse others. Output:
// (batch, …, OutputDim). Weights: embeddings (InputDim, OutputDim).
type Embedding struct {
	State

	Name                  string                   `keras:"name"`
	InputDim              int                      `keras:"input_dim"`                                // rows; must be positive
	OutputDim             int                      `keras:"output_dim"`                               // extent of a vector; must be positive
	EmbeddingsInitializer initializers.Initializer `keras:"embeddings_initializer" default:"uniform"` // nil: uniform in ±0.05
	EmbeddingsRegularizer regularizers.Regularizer `keras:"embeddings_regularizer"`                   // nil: none
	EmbeddingsConstraint  constraints.Constraint   `keras:"embeddings_constraint"`                    // nil: none
	ActivityRegularizer   regularizers.Regularizer `keras:"activity_regularizer"`                     // of the output; nil: none
	Quantization          any                      `keras:"quantization_config"`                      // of Keras' files; nil: none
	MaskZero              bool                     `keras:"mask_zero"`                                // index 0 is padding and is masked
}

// Call returns the vectors of the indices x.
func (e *Embedding) Call(s *Scope, x *graph.Node) *graph.Node {
	if e.InputDim < 1 || e.OutputDim < 1 {
		graph.Errorf("InputDim is %d and OutputDim %d; both must be positive", e.InputDim, e.OutputDim)
	}
	if !x.DType.IsInt() {
		x = ops.Cast(x, graph.Int32)
	}
	table := s.Add(Spec{Name: "embeddings", Shape: graph.Shape{e.InputDim, e.OutputDim},
		Initializer: e.EmbeddingsInitializer, Regularizer: e.EmbeddingsRegularizer, Constraint: e.EmbeddingsConstraint})
	return ops.Take(table, x, 0)
}

// Mask masks index 0, if MaskZero.
func (e *Embedding) Mask(_ *Scope, in []*graph.Node) *graph.Node {
	if !e.MaskZero {
		return nil
	}
	return ops.NotEqual(in[0], ops.Scalar(in[0], 0))
}

// keepsTypes: indices are not to be rounded to a half float.
func (e *Embedding) keepsTypes() {}

func (e *Embedding) activity() Regularizer { return orNil(e.ActivityRegularizer) }
