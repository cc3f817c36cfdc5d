package backendtest

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// attentionCases returns cases of all variants of attention, or of its gradients.
func attentionCases(grad bool) func(d graph.DType) []testCase {
	return func(d graph.DType) (cases []testCase) {
		for _, s := range []struct{ batch, queries, keys, heads, keyHeads, dim, valueDim int }{
			{1, 1, 1, 1, 1, 1, 1}, {2, 5, 7, 4, 2, 3, 2}, {3, 33, 17, 2, 2, 8, 8}, {1, 40, 40, 4, 4, 4, 4},
		} {
			for _, op := range []fused.Attention{{}, {Causal: true}, {Seen: true}, {Bias: true, Rate: .25, Stream: 3},
				{Seen: true, Bias: true, Causal: true, Strict: true, Rate: .5, Stream: 6}} {
				op.Scale, op.Hidden = .4, -3e4
				in := []operand{of(d, s.batch, s.queries, s.heads, s.dim), of(d, s.batch, s.keys, s.keyHeads, s.dim), of(d, s.batch, s.keys, s.keyHeads, s.valueDim)}
				if op.Seen {
					in = append(in, of(graph.Bool, s.batch, 1, s.queries, s.keys))
				}
				if op.Bias {
					in = append(in, of(d, 1, s.heads, 1, s.keys))
				}
				c := testCase{op: op, in: in, terms: 8 * s.keys * s.dim}
				if grad {
					c.op, c.in = fused.AttentionGrad(op), append(in, of(d, s.batch, s.queries, s.heads, s.valueDim))
					c.terms *= s.heads * s.queries
				}
				cases = append(cases, c)
			}
		}
		return cases
	}
}
