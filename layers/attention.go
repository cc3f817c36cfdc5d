package layers

import (
	"encoding/json"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Attention]()
	register[AdditiveAttention]()
}

// A ScoreMode selects how [Attention] computes the scores of query and key; "" is ScoreDot.
type ScoreMode string

// The score modes.
const (
	ScoreDot    ScoreMode = "dot"    // scale·query·keyᵀ
	ScoreConcat ScoreMode = "concat" // weight·Σ tanh(scale·(query + key))
)

// Attention is dot-product attention without projections (Luong et al. 2015):
// softmax(scale·query·keyᵀ)·value over the unmasked keys. With ScoreConcat the scores are
// weight·Σ tanh(scale·(query + key)). Apply it with [Apply].
//
// Inputs: query (batch, query time, dim), value (batch, key time, dim), and optionally key, of
// the shape of value. The mask of value hides keys; the mask of query zeroes outputs. Output:
// (batch, query time, dim); with ReturnAttentionScores also the attention weights, (batch,
// query time, key time). Weights: scale and concat_score_weight, scalars, if they are used.
type Attention struct {
	Base

	Name      string    `keras:"name"`
	UseScale  bool      `keras:"use_scale"`                                  // learn a scale for the scores; false: the scale is 1
	ScoreMode ScoreMode `keras:"score_mode" default:"dot" enum:"dot concat"` // "": ScoreDot
	Dropout   float64   `keras:"dropout" range:"[0,1)"`                      // applied to the attention weights; in [0, 1)
	Seed      *int64    `keras:"seed"`                                       // kept for Keras files; the model's seed is used instead

	UseCausalMask         bool // each query attends only to keys up to its own position
	ReturnAttentionScores bool // also return the attention weights
}

// CallAll returns the output, and the attention weights with ReturnAttentionScores, for query,
// value and optionally key.
func (l *Attention) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	a := attending{in: in, dropout: l.Dropout, causal: l.UseCausalMask, scores: l.ReturnAttentionScores}
	number := func(name string) *graph.Node {
		return s.AddWeight(WeightSpec{Name: name, Shape: graph.Shape{}, Initializer: initializers.Ones{}})
	}
	if l.ScoreMode == ScoreDot && a.whole() {
		query := in[0]
		if l.UseScale {
			query = ops.Multiply(query, number("scale"))
		}
		return a.runWhole(s, query)
	}
	return a.run(s, func(query, key *graph.Node) *graph.Node {
		var scale *graph.Node
		if l.UseScale {
			scale = number("scale")
		}
		switch l.ScoreMode {
		case ScoreDot:
			scores := ops.MatMul(query, ops.SwapAxes(key, -2, -1))
			if scale != nil {
				scores = ops.Multiply(scores, scale)
			}
			return scores
		case ScoreConcat:
			weight := number("concat_score_weight")
			sum := ops.Add(ops.ExpandDims(query, -2), ops.ExpandDims(key, -3))
			if scale != nil {
				sum = ops.Multiply(sum, scale)
			}
			return ops.Multiply(weight, ops.Sum(ops.Tanh(sum), -1))
		}
		graph.Errorf("ScoreMode is %q; want %q or %q", l.ScoreMode, ScoreDot, ScoreConcat)
		return nil
	})
}

// Mask returns the query's mask.
func (l *Attention) Mask(s *Scope, in []*graph.Node) *graph.Node { return s.Mask(in[0]) }

func (l *Attention) callForm(in []graph.DType) layeraccess.CallForm {
	return layeraccess.CallForm{Places: places(len(in)), List: true, Constants: attentionConstants(l.UseCausalMask, l.ReturnAttentionScores)}
}

func (l *Attention) setCallArgument(name string, raw json.RawMessage) (bool, error) {
	return attentionArgument(name, raw, &l.UseCausalMask, &l.ReturnAttentionScores)
}

// AdditiveAttention is additive attention (Bahdanau et al. 2015):
// softmax(Σ scale·tanh(query + key))·value over the unmasked keys. Apply it with [Apply].
//
// Inputs and outputs: as in [Attention]. Weights: scale (dim), unless NoScale is set.
type AdditiveAttention struct {
	Base

	Name    string  `keras:"name"`
	NoScale bool    `keras:"!use_scale"`            // omit the scale
	Dropout float64 `keras:"dropout" range:"[0,1)"` // applied to the attention weights; in [0, 1)
	Seed    *int64  `keras:"seed"`                  // kept for Keras files; the model's seed is used instead

	UseCausalMask         bool // each query attends only to keys up to its own position
	ReturnAttentionScores bool // also return the attention weights
}

// CallAll returns the output, and the attention weights with ReturnAttentionScores, for query,
// value and optionally key.
func (l *AdditiveAttention) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	a := attending{in: in, dropout: l.Dropout, causal: l.UseCausalMask, scores: l.ReturnAttentionScores}
	return a.run(s, func(query, key *graph.Node) *graph.Node {
		match := ops.Tanh(ops.Add(ops.ExpandDims(query, -2), ops.ExpandDims(key, -3)))
		if !l.NoScale {
			match = ops.Multiply(match, s.Weight("scale", graph.Shape{query.Shape[query.Rank()-1]}, initializers.GlorotUniform{}))
		}
		return ops.Sum(match, -1)
	})
}

// Mask returns the query's mask.
func (l *AdditiveAttention) Mask(s *Scope, in []*graph.Node) *graph.Node { return s.Mask(in[0]) }

func (l *AdditiveAttention) callForm(in []graph.DType) layeraccess.CallForm {
	return layeraccess.CallForm{Places: places(len(in)), List: true, Constants: attentionConstants(l.UseCausalMask, l.ReturnAttentionScores)}
}

func (l *AdditiveAttention) setCallArgument(name string, raw json.RawMessage) (bool, error) {
	return attentionArgument(name, raw, &l.UseCausalMask, &l.ReturnAttentionScores)
}
