package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
)

// attending is shared by the attention layers without projections.
type attending struct {
	in             []*graph.Node
	dropout        float64
	causal, scores bool
}

// run returns the values weighted by the softmax of the scores (batch, query time, key time).
func (a attending) run(s *Scope, score func(query, key *graph.Node) *graph.Node) []*graph.Node {
	if len(a.in) < 2 || len(a.in) > 3 {
		graph.Errorf("want query, value and perhaps key; %d inputs were given", len(a.in))
	}
	query, value := a.in[0], a.in[1]
	key := a.in[len(a.in)-1]
	for i, x := range a.in {
		if x.Rank() < 3 {
			graph.Errorf("input %d is of shape %v; want rank 3, (batch, time, dim)", i, x.Shape)
		}
	}
	scores := score(query, key)
	if seen := a.seen(s, s.Mask(value), scores.Shape[scores.Rank()-2:]); seen != nil {
		scores = ops.Where(seen, scores, ops.Shift(scores, -far(scores.DType)))
	}
	weights := drop(s, ops.Softmax(scores, -1), a.dropout, nil)
	y := a.shown(s, ops.MatMul(weights, value))
	if a.scores {
		return []*graph.Node{y, weights}
	}
	return []*graph.Node{y}
}

// far is the number subtracted from masked scores, as in Keras: a query whose keys are all
// masked still distinguishes between them.
func far(d graph.DType) float64 {
	if d == graph.Float16 {
		return 65504
	}
	return 1e9
}

// shown returns y with zeros where the query's mask is false.
func (a attending) shown(s *Scope, y *graph.Node) *graph.Node {
	if m := s.Mask(a.in[0]); m != nil {
		return ops.Where(ops.ExpandDims(m, -1), y, ops.ZerosLike(y))
	}
	return y
}

// whole reports whether dot-product attention runs as one fused operation, which does not
// return the attention weights.
func (a attending) whole() bool {
	for _, x := range a.in {
		if x.Rank() != 3 || x.DType != a.in[0].DType || !x.DType.IsFloat() {
			return false
		}
	}
	return !a.scores && (len(a.in) == 2 || len(a.in) == 3)
}

// runWhole is the fused form of run for scores query·keyᵀ; query may be scaled already.
func (a attending) runWhole(s *Scope, query *graph.Node) []*graph.Node {
	value, key := a.in[1], a.in[len(a.in)-1]
	op := fused.Attention{Scale: 1, Hidden: masked(query.DType)}
	checkRate(a.dropout)
	if s.Training && a.dropout > 0 {
		op.Rate, op.Stream = a.dropout, s.Stream()
	}
	head := func(x *graph.Node) *graph.Node { return ops.ExpandDims(x, 2) }
	in := []*graph.Node{head(query), head(key), head(value)}
	if seen := a.seen(s, s.Mask(value), graph.Shape{query.Shape[1], key.Shape[1]}); seen != nil {
		op.Bias = true
		none := s.g.Const(query.DType, 0, seen.Shape...)
		in = append(in, ops.ExpandDims(ops.Where(seen, none, ops.Shift(none, -far(query.DType))), 1))
	}
	return []*graph.Node{a.shown(s, ops.Squeeze(graph.Apply(op, in...), 2))}
}

// seen returns bools that broadcast to scores of shape (…, queries, keys), or nil if every
// query attends to every key.
func (a attending) seen(s *Scope, mask *graph.Node, scores graph.Shape) *graph.Node {
	if mask != nil {
		mask = ops.ExpandDims(mask, -2)
	}
	if !a.causal {
		return mask
	}
	c := causal(s.g, scores[0], scores[1])
	if mask != nil {
		return ops.LogicalAnd(mask, c)
	}
	return c
}
