package layers

import (
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[ReversibleEmbedding]()
}

// ReversibleEmbedding is an [Embedding] that can also project vectors back to logits over the
// indices, like the last layer of a language model: [ReversibleEmbedding.Reverse] returns the
// layer that computes logits = x·embeddingsᵀ.
//
// Input: indices (batch, …). Output: (batch, …, OutputDim). Reverse maps (batch, …, OutputDim)
// to (batch, …, InputDim). Weights: embeddings (InputDim, OutputDim); reverse_embeddings
// (OutputDim, InputDim) if Untied.
type ReversibleEmbedding struct {
	Base

	Name                  string                   `keras:"name"`
	InputDim              int                      `keras:"input_dim,required" range:"[1,inf)"`            // number of vectors; must be positive
	OutputDim             int                      `keras:"output_dim,required" range:"[1,inf)"`           // size of a vector; must be positive
	Untied                bool                     `keras:"!tie_weights"`                                  // use separate weights for the reverse projection
	EmbeddingsInitializer initializers.Initializer `keras:"embeddings_initializer" default:"uniform"`      // nil: uniform in ±0.05
	EmbeddingsRegularizer regularizers.Regularizer `keras:"embeddings_regularizer"`                        // nil: none
	EmbeddingsConstraint  constraints.Constraint   `keras:"embeddings_constraint"`                         // nil: none
	ActivityRegularizer   regularizers.Regularizer `keras:"activity_regularizer"`                          // of the output; nil: none
	LoRARank              int                      `keras:"lora_rank" default:"null" range:"[0,inf)"`      // as in [Embedding]
	LoRAAlpha             float64                  `keras:"lora_alpha" default:"null" range:"[0,inf)"`     // as in [Embedding]
	MaskZero              bool                     `keras:"mask_zero"`                                     // treat index 0 as padding and mask it
	ReverseDType          *Policy                  `keras:"reverse_dtype"`                                 // compute type of the logits; nil: that of the layer
	LogitSoftCap          float64                  `keras:"logit_soft_cap" default:"null" range:"[0,inf)"` // logits become cap·tanh(logits/cap); 0: no cap
	Quantization          any                      `keras:"quantization_config"`                           // in Keras' files; nil: none
}

func (e *ReversibleEmbedding) plain() *Embedding {
	return &Embedding{InputDim: e.InputDim, OutputDim: e.OutputDim, EmbeddingsInitializer: e.EmbeddingsInitializer,
		EmbeddingsRegularizer: e.EmbeddingsRegularizer, EmbeddingsConstraint: e.EmbeddingsConstraint,
		LoRARank: e.LoRARank, LoRAAlpha: e.LoRAAlpha, MaskZero: e.MaskZero}
}

// Call returns the vectors at the indices x.
func (e *ReversibleEmbedding) Call(s *Scope, x *graph.Node) *graph.Node {
	y := e.plain().Call(s, x)
	e.back(s)
	return y
}

// Mask masks index 0 if MaskZero is set.
func (e *ReversibleEmbedding) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return e.plain().Mask(s, in)
}

func (e *ReversibleEmbedding) keepsTypes() {}

func (e *ReversibleEmbedding) makesMask() bool { return e.MaskZero }

func (e *ReversibleEmbedding) activity() Regularizer { return orNil(e.ActivityRegularizer) }

// back returns the separate weights of the reverse projection, (OutputDim, InputDim), or nil
// if the weights are tied.
func (e *ReversibleEmbedding) back(s *Scope) *graph.Node {
	if !e.Untied {
		return nil
	}
	return s.Weight("reverse_embeddings", graph.Shape{e.OutputDim, e.InputDim}, e.EmbeddingsInitializer)
}

// Reverse returns the reverse projection, a layer that shares e's weights and is saved as part
// of e.
func (e *ReversibleEmbedding) Reverse() Layer { return &reversal{e} }

// A reversal is a ReversibleEmbedding that Keras calls with reverse=True.
type reversal struct{ *ReversibleEmbedding }

// Call returns the logits for the vectors x.
func (r *reversal) Call(s *Scope, x *graph.Node) *graph.Node {
	e := r.ReversibleEmbedding
	config.Fill(e)
	table := e.plain()
	table.check()
	if x.Rank() < 1 || x.Shape[x.Rank()-1] != e.OutputDim {
		graph.Errorf("want (batch, …, %d)", e.OutputDim)
	}
	kernel := ops.Transpose(table.table(s))
	if own := e.back(s); own != nil {
		kernel = own
	}
	if p := e.ReverseDType; p != nil {
		x, kernel = ops.Cast(x, p.compute()), ops.Cast(kernel, p.compute())
	}
	y := ops.MatMul(ops.Cast(x, kernel.DType), kernel)
	if c := e.LogitSoftCap; c > 0 {
		y = ops.Scale(ops.Tanh(ops.Scale(y, 1/c)), c)
	}
	return y
}

// Mask returns nil: logits have no mask.
func (*reversal) Mask(*Scope, []*graph.Node) *graph.Node { return nil }

// MarshalJSON writes the underlying ReversibleEmbedding.
func (r *reversal) MarshalJSON() ([]byte, error) { return config.Marshal(r.ReversibleEmbedding) }

func (*reversal) callForm(in []graph.DType) layeraccess.CallForm {
	return layeraccess.CallForm{Places: places(len(in)), Constants: map[string]any{"reverse": true}}
}

// itself returns the underlying layer of l, such as the embedding of
// [ReversibleEmbedding.Reverse], or l itself.
func itself(l Module) Module {
	if r, ok := l.(*reversal); ok {
		return r.ReversibleEmbedding
	}
	return l
}
