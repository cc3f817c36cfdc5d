package layers

import (
	"encoding/json"
	"slices"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[MultiHeadAttention]()
}

// MultiHeadAttention is multi-head attention (Vaswani et al. 2017). Each head projects query,
// key and value and computes softmax(q·kᵀ/√KeyDim)·v over the unmasked keys; an output
// projection combines the heads. Use it with [Apply], or with Then on one value that serves as
// both query and value.
//
// Inputs: query (batch, query time, …, features); value (batch, key time, …, features);
// optionally key, shaped like value except for the features; optionally an attention mask, bool
// (batch, query time, key time), true where a query may attend to a key. The masks of the
// inputs apply as well. Output: (batch, query time, …, OutputShape), where OutputShape defaults
// to the query's features; with ReturnAttentionScores also the attention weights (batch, heads,
// query time, key time).
// Weights: kernels and biases of query, key, gate (with UseGate), value and output.
type MultiHeadAttention struct {
	Base
	PassMask

	Name                string                   `keras:"name"`
	NumHeads            int                      `keras:"num_heads,required" range:"[1,inf)"`          // must be positive
	KeyDim              int                      `keras:"key_dim,required" range:"[1,inf)"`            // size of each head's query and key; must be positive
	ValueDim            int                      `keras:"value_dim" default:"null"`                    // size of each head's value; 0: KeyDim
	Dropout             float64                  `keras:"dropout" range:"[0,1)"`                       // of the attention weights; at least 0, less than 1
	NoBias              bool                     `keras:"!use_bias"`                                   // omit the biases
	UseGate             bool                     `keras:"use_gate"`                                    // multiply the result by σ(a projection of the query)
	OutputShape         Extents                  `keras:"output_shape"`                                // nil: the query's features
	AttentionAxes       []int                    `keras:"attention_axes"`                              // axes to attend over; nil: all but batch and features
	SlidingWindow       int                      `keras:"sliding_window" default:"null"`               // attend only to keys nearer than this; 0: all keys
	FlashAttention      *bool                    `keras:"flash_attention"`                             // stored for Keras compatibility; results do not depend on it
	KernelInitializer   initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	BiasInitializer     initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer   regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	BiasRegularizer     regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`                        // applied to each projection's output; nil: none
	KernelConstraint    constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	BiasConstraint      constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
	Seed                *int64                   `keras:"seed"`                                        // stored for Keras compatibility; the model's seed is used

	UseCausalMask         bool // a query attends only to keys up to its own position
	ReturnAttentionScores bool // return the attention weights as a second result

	queryDense, keyDense, gateDense, valueDense, outputDense *EinsumDense
}

// Call is self-attention: x is used as query, value and key.
func (l *MultiHeadAttention) Call(s *Scope, x *graph.Node) *graph.Node {
	return l.CallAll(s, []*graph.Node{x})[0]
}

// CallAll returns the output, and with ReturnAttentionScores the attention weights. in holds
// query, value, optionally key, and optionally an attention mask.
func (l *MultiHeadAttention) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	a := splitAttention(in)
	h := l.heads(a.query.Rank())
	seen := h.seen(s, a)
	l.layers(h, a)
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

// heads returns the einsum equations for inputs of the given rank.
func (l *MultiHeadAttention) heads(rank int) heads {
	if l.NumHeads < 1 || l.KeyDim < 1 || l.ValueDim < 0 {
		graph.Errorf("NumHeads is %d, KeyDim %d and ValueDim %d; they must be positive", l.NumHeads, l.KeyDim, l.ValueDim)
	}
	if rank < 3 {
		graph.Errorf("want rank 3 or more, (batch, time, features)")
	}
	h := heads{noBias: l.NoBias, kernelInit: l.KernelInitializer, biasInit: l.BiasInitializer, kernelReg: l.KernelRegularizer,
		biasReg: l.BiasRegularizer, activityReg: l.ActivityRegularizer, kernelCon: l.KernelConstraint, biasCon: l.BiasConstraint,
		dropout: l.Dropout, causal: l.UseCausalMask, scores: l.ReturnAttentionScores, window: l.SlidingWindow, queryDim: l.KeyDim}
	for i := 1; l.AttentionAxes == nil && i < rank-1; i++ {
		h.queryAxes = append(h.queryAxes, i)
	}
	for _, a := range l.AttentionAxes {
		if a < 0 {
			a += rank
		}
		if a < 1 || a > rank-2 || slices.Contains(h.queryAxes, a) {
			graph.Errorf("AttentionAxes %v; want axes from 1 to %d, each once", l.AttentionAxes, rank-2)
		}
		h.queryAxes = append(h.queryAxes, a)
	}
	h.equations(rank)
	for i := range h.queryAxes {
		h.axesOfSoftmax = append(h.axesOfSoftmax, i-len(h.queryAxes))
	}
	return h
}

// equations sets the einsum equations of scores = query·key, (batch…, heads, query…, key…), and
// of scores·value. The projected inputs are (batch, …, heads, dim), one rank higher than rank.
func (h *heads) equations(rank int) {
	target := letters(0, rank+1)
	source := []byte(target)
	next := rank + 1
	batch, from, to := "", "", ""
	for i := range rank {
		if !slices.Contains(h.queryAxes, i) {
			batch += target[i : i+1]
		}
	}
	for i := range rank {
		if slices.Contains(h.queryAxes, i) {
			source[i] = letters(next, 1)[0]
			next++
		}
	}
	for _, i := range h.queryAxes {
		from, to = from+target[i:i+1], to+string(source[i])
	}
	scores := batch + from + to
	h.product = target + "," + string(source) + "->" + scores
	h.combination = scores + "," + string(source) + "->" + target
}

// letters returns n letters of the alphabet, which label axes.
func letters(from, n int) string {
	const all = "abcdefghijklmnopqrstuvwxyz"
	if from+n > len(all) {
		graph.Errorf("%d axes; want at most %d", from+n, graph.MaxRank)
	}
	return all[from : from+n]
}

// layers creates the projection layers on the first call.
func (l *MultiHeadAttention) layers(h heads, a attentionInputs) {
	if l.queryDense != nil {
		return
	}
	valueDim := l.ValueDim
	if valueDim == 0 {
		valueDim = l.KeyDim
	}
	in := func(name string, x *graph.Node, dim int) *EinsumDense {
		r := x.Rank()
		free, bound, out := letters(0, r-1), letters(r-1, 1), letters(r, 2)
		d := h.dense(free+bound+","+bound+out+"->"+free+out, out, append(make([]int, r-2), l.NumHeads, dim))
		d.Name = name
		return d
	}
	l.queryDense, l.keyDense, l.valueDense = in("query", a.query, l.KeyDim), in("key", a.key, l.KeyDim), in("value", a.value, valueDim)
	if l.UseGate {
		l.gateDense = in("gate", a.query, valueDim)
		l.gateDense.Activation = activations.Sigmoid
	}
	r := a.query.Rank()
	shape := l.OutputShape
	if len(shape) == 0 {
		shape = Extents{a.query.Shape[r-1]}
	}
	free, bound, out := letters(0, r-1), letters(r-1, 2), letters(r+1, len(shape))
	l.outputDense = h.dense(free+bound+","+bound+out+"->"+free+out, out, append(make([]int, r-2), shape...))
	l.outputDense.Name = "attention_output"
}

func (l *MultiHeadAttention) setCallArgument(name string, raw json.RawMessage) (bool, error) {
	return attentionArgument(name, raw, &l.UseCausalMask, &l.ReturnAttentionScores)
}

func (l *MultiHeadAttention) callForm(in []graph.DType) layeraccess.CallForm {
	return attentionForm(in, l.UseCausalMask, l.ReturnAttentionScores)
}
