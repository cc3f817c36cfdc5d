package layers

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

// heads is shared by the multi-head attention layers. Its fields are copied from theirs.
type heads struct {
	noBias                   bool
	kernelInit, biasInit     initializers.Initializer
	kernelReg, biasReg       regularizers.Regularizer
	activityReg              regularizers.Regularizer
	kernelCon, biasCon       constraints.Constraint
	dropout                  float64
	causal, scores           bool
	window                   int
	queryDim                 int // size of a head's query; the scores are divided by its square root
	product, combination     string
	queryAxes, axesOfSoftmax []int
}

// attentionInputs holds the inputs of an attention layer by role.
type attentionInputs struct{ query, value, key, mask *graph.Node }

// splitAttention assigns the inputs in: query, value, optionally key, optionally the attention
// mask. The last of three inputs is the mask if it holds bools or integers. A single input is
// both query and value.
func splitAttention(in []*graph.Node) (a attentionInputs) {
	if len(in) == 1 {
		in = []*graph.Node{in[0], in[0]}
	}
	n := len(in)
	if n > 4 {
		graph.Errorf("want query and value, perhaps key and attention mask; %d inputs were given", n)
	}
	a.query, a.value, a.key = in[0], in[1], in[1]
	if n == 4 || n == 3 && !in[2].DType.IsFloat() {
		a.mask = ops.Cast(in[n-1], graph.Bool)
		n--
	}
	if n == 3 {
		a.key = in[2]
	}
	if q, k := a.value.Shape, a.key.Shape; !q[:len(q)-1].Equal(k[:len(k)-1]) {
		graph.Errorf("value is of shape %v and key of %v; they may differ in the last axis alone", q, k)
	}
	return a
}

// seen returns the keys that each query may attend to, as bools that broadcast to (batch, query
// time, key time), or nil for all keys. It combines the masks of the inputs, the attention
// mask, the causal mask and the sliding window.
func (h heads) seen(s *Scope, a attentionInputs) (seen *graph.Node) {
	also := func(m *graph.Node) {
		if seen == nil {
			seen = m
		} else {
			seen = ops.LogicalAnd(seen, m)
		}
	}
	if a.mask != nil {
		also(a.mask)
	}
	if m := s.Mask(a.query); m != nil {
		also(ops.ExpandDims(m, -1))
	}
	if m := s.Mask(a.value); m != nil {
		also(ops.ExpandDims(m, -2))
	}
	if a.key != a.value {
		if m := s.Mask(a.key); m != nil {
			also(ops.ExpandDims(m, -2))
		}
	}
	t, u := a.query.Shape[1], a.value.Shape[1]
	if h.causal && !h.whole(a.query) {
		also(causal(s.g, t, u))
	}
	if h.window < 0 {
		graph.Errorf("SlidingWindow is %d; it must not be negative", h.window)
	}
	if h.window > 0 {
		also(ops.Less(ops.Abs(ops.Subtract(times(s.g, 1, t, u), times(s.g, 2, t, u))), s.g.Const(graph.Int32, float64(h.window))))
	}
	return seen
}

// times returns the indices along axis, integers of shape (1, t, u).
func times(g *graph.Graph, axis, t, u int) *graph.Node {
	return g.Apply(graph.Iota{DType: graph.Int32, Axis: axis, Dims: graph.DimsOf([]int{1, t, u})})
}

// causal returns the causal mask, bools (1, t, u): query i attends to keys 0 to i.
func causal(g *graph.Graph, t, u int) *graph.Node {
	return ops.GreaterEqual(times(g, 1, t, u), times(g, 2, t, u))
}

// dense returns a projection, without a bias if noBias is set.
func (h heads) dense(equation, bias string, shape []int) *EinsumDense {
	if h.noBias {
		bias = ""
	}
	return &EinsumDense{Equation: equation, BiasAxes: bias, OutputShape: shape, KernelInitializer: h.kernelInit,
		BiasInitializer: h.biasInit, KernelRegularizer: h.kernelReg, BiasRegularizer: h.biasReg,
		ActivityRegularizer: h.activityReg, KernelConstraint: h.kernelCon, BiasConstraint: h.biasCon}
}

// whole reports whether attention over the time axis of query (batch, time, features) runs as
// one fused operation, which does not return the attention weights.
func (h heads) whole(query *graph.Node) bool { return query.Rank() == 3 && !h.scores }

// attend returns the values weighted by softmax(query·key/√dim) over the visible keys, and the
// attention weights unless attention is fused; the fused operation applies the causal mask
// itself. A query whose keys are all masked attends to all keys equally, as in Keras. It
// attends to none where Keras takes its other path: with dropout, with returned scores, or for
// ranks other than (batch, time, heads, dim).
func (h heads) attend(s *Scope, a attentionInputs, query, key, value, seen *graph.Node) (y, scores *graph.Node) {
	scale := 1 / math.Sqrt(float64(h.queryDim))
	if h.whole(a.query) {
		return h.attendWhole(s, scale, []*graph.Node{query, key, value}, seen), nil
	}
	if group := query.Shape[query.Rank()-2] / key.Shape[key.Rank()-2]; group > 1 {
		key, value = ops.Repeat(key, group, 2), ops.Repeat(value, group, 2)
	}
	scores = ops.Einsum(h.product, ops.Scale(query, scale), key)
	if seen != nil {
		for seen.Rank() < scores.Rank() {
			seen = ops.ExpandDims(seen, -2*len(h.queryAxes)-1)
		}
		scores = ops.Where(seen, scores, ops.Full(scores, masked(scores.DType), scores.Shape...))
	}
	scores = softmax(scores, h.axesOfSoftmax)
	if seen != nil && (h.dropout > 0 || h.scores || query.Rank() != 4) {
		scores = ops.Where(seen, scores, ops.ZerosLike(scores))
	}
	return ops.Einsum(h.combination, drop(s, scores, h.dropout, nil), value), scores
}

func (h heads) attendWhole(s *Scope, scale float64, in []*graph.Node, seen *graph.Node) *graph.Node {
	op := fused.Attention{Scale: scale, Hidden: masked(in[0].DType), Causal: h.causal, Strict: h.dropout > 0, Seen: seen != nil}
	checkRate(h.dropout)
	if s.Training && h.dropout > 0 {
		op.Rate, op.Stream = h.dropout, s.Stream()
	}
	if seen != nil {
		keys := in[1].Shape[1]
		in = append(in, ops.BroadcastTo(ops.ExpandDims(seen, 1), seen.Shape[0], 1, seen.Shape[1], keys))
	}
	return graph.Apply(op, in...)
}

// attentionArgument sets the field of an attention layer that Keras passes as a call argument.
func attentionArgument(name string, raw json.RawMessage, causal, scores *bool) (known bool, err error) {
	at := map[string]*bool{"use_causal_mask": causal, "return_attention_scores": scores}[name]
	if at == nil {
		return false, nil
	}
	if err := json.Unmarshal(raw, at); err != nil {
		return true, fmt.Errorf("%s: %.40s; want true or false", name, raw)
	}
	return true, nil
}
