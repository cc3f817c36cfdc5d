package layers

import (
	"encoding/json"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[GroupQueryAttention]()
}

// GroupQueryAttention is a [MultiHeadAttention] in which groups of query heads share one head
// of key and value (Ainslie et al. 2023). Apply it with [Apply], or with Then to one value that
// is both query and value.
//
// Inputs: query (batch, query time, features), value (batch, key time, features), optionally
// key, like value except for the features, and optionally an attention mask, bools (batch,
// query time, key time). Output: (batch, query time, features of the query); with
// ReturnAttentionScores also the attention weights, (batch, heads, query time, key time).
// Weights: kernels and biases of query, key, gate with UseGate, value and output.
type GroupQueryAttention struct {
	Base
	PassMask

	Name                string                   `keras:"name"`
	HeadDim             int                      `keras:"head_dim,required" range:"[1,inf)"`            // size of each head; must be positive
	NumQueryHeads       int                      `keras:"num_query_heads,required" range:"[1,inf)"`     // must be a multiple of NumKeyValueHeads
	NumKeyValueHeads    int                      `keras:"num_key_value_heads,required" range:"[1,inf)"` // must be positive
	Dropout             float64                  `keras:"dropout" range:"[0,1)"`                        // applied to the attention weights; in [0, 1)
	NoBias              bool                     `keras:"!use_bias"`                                    // omit the biases
	UseGate             bool                     `keras:"use_gate"`                                     // multiply the attention output by σ(a projection of the query)
	SlidingWindow       int                      `keras:"sliding_window" default:"null"`                // a query attends only to keys at a distance below this; 0: no limit
	FlashAttention      *bool                    `keras:"flash_attention"`                              // kept for Keras files; it does not change the results
	KernelInitializer   initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"`  // nil: GlorotUniform
	BiasInitializer     initializers.Initializer `keras:"bias_initializer" default:"zeros"`             // nil: Zeros
	KernelRegularizer   regularizers.Regularizer `keras:"kernel_regularizer"`                           // nil: none
	BiasRegularizer     regularizers.Regularizer `keras:"bias_regularizer"`                             // nil: none
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`                         // applied to the output of each projection and of the layer; nil: none
	KernelConstraint    constraints.Constraint   `keras:"kernel_constraint"`                            // nil: none
	BiasConstraint      constraints.Constraint   `keras:"bias_constraint"`                              // nil: none
	Seed                *int64                   `keras:"seed"`                                         // kept for Keras files; the model's seed is used instead

	UseCausalMask         bool // each query attends only to keys up to its own position
	ReturnAttentionScores bool // also return the attention weights

	queryDense  *EinsumDense `file:"_query_dense"`
	keyDense    *EinsumDense `file:"_key_dense"`
	gateDense   *EinsumDense `file:"_gate_dense"`
	valueDense  *EinsumDense `file:"_value_dense"`
	outputDense *EinsumDense `file:"_output_dense"`
}

// Call computes self-attention: x is query, value and key.
func (l *GroupQueryAttention) Call(s *Scope, x *graph.Node) *graph.Node {
	return l.CallAll(s, []*graph.Node{x})[0]
}

// CallAll returns the output, and the attention weights with ReturnAttentionScores, for query,
// value, optionally key and optionally an attention mask.
func (l *GroupQueryAttention) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	a := splitAttention(in)
	if l.HeadDim < 1 || l.NumKeyValueHeads < 1 || l.NumQueryHeads < 1 || l.NumQueryHeads%l.NumKeyValueHeads != 0 {
		graph.Errorf("HeadDim is %d, NumQueryHeads %d and NumKeyValueHeads %d; they must be positive, the second a multiple of the third",
			l.HeadDim, l.NumQueryHeads, l.NumKeyValueHeads)
	}
	if a.query.Rank() != 3 || a.value.Rank() != 3 {
		graph.Errorf("want rank 3, (batch, time, features)")
	}
	h := heads{noBias: l.NoBias, kernelInit: l.KernelInitializer, biasInit: l.BiasInitializer, kernelReg: l.KernelRegularizer,
		biasReg: l.BiasRegularizer, activityReg: l.ActivityRegularizer, kernelCon: l.KernelConstraint, biasCon: l.BiasConstraint,
		dropout: l.Dropout, causal: l.UseCausalMask, scores: l.ReturnAttentionScores, window: l.SlidingWindow, queryDim: l.HeadDim,
		queryAxes: []int{1}, axesOfSoftmax: []int{-1}}
	h.equations(3)
	seen := h.seen(s, a)
	l.layers(h, a.query.Shape[2])
	q, k := s.Call(l.queryDense, a.query), s.Call(l.keyDense, a.key)
	var gate *graph.Node
	if l.UseGate {
		gate = s.Call(l.gateDense, a.query)
	}
	y, scores := h.attend(s, a, q, k, s.Call(l.valueDense, a.value), seen)
	if gate != nil {
		y = ops.Multiply(y, gate)
	}
	out := []*graph.Node{s.Call(l.outputDense, y)}
	if l.ReturnAttentionScores {
		out = append(out, scores)
	}
	return out
}

// layers creates the projections at the first call.
func (l *GroupQueryAttention) layers(h heads, features int) {
	if l.queryDense != nil {
		return
	}
	in := func(name string, heads int) *EinsumDense {
		d := h.dense("bqm,muh->bquh", "uh", []int{0, heads, l.HeadDim})
		d.Name = name
		return d
	}
	l.queryDense, l.keyDense, l.valueDense = in("query", l.NumQueryHeads), in("key", l.NumKeyValueHeads), in("value", l.NumKeyValueHeads)
	if l.UseGate {
		l.gateDense = in("gate", l.NumQueryHeads)
		l.gateDense.Activation = activations.Sigmoid
	}
	l.outputDense = h.dense("bquh,uhm->bqm", "m", []int{0, features})
	l.outputDense.Name = "attention_output"
}

func (l *GroupQueryAttention) activity() Regularizer { return orNil(l.ActivityRegularizer) }

func (l *GroupQueryAttention) setCallArgument(name string, raw json.RawMessage) (bool, error) {
	return attentionArgument(name, raw, &l.UseCausalMask, &l.ReturnAttentionScores)
}

func (l *GroupQueryAttention) callForm(in []graph.DType) layeraccess.CallForm {
	return attentionForm(in, l.UseCausalMask, l.ReturnAttentionScores)
}
