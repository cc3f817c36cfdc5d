package graph_test

import (
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/tensor"
)

type (
	// softsign is x / (1 + |x|).
	softsign struct{}
	// recurrence runs a ← softsign(h·w + x), h ← a·tanh(a·x) over time, with x (time, k),
	// h and w (k).
	recurrence struct{}
	// recurrenceGrad is its gradient from x, h, w and dy; its decomposition reads histories.
	recurrenceGrad struct{}
)

func (softsign) Infer(in []graph.Type) []graph.Type { return in[:1] }
func (softsign) Lower(in []*graph.Node) []*graph.Node {
	return []*graph.Node{binary(graph.Div, in[0], add(like(in[0], 1), unary(graph.Abs, in[0])))}
}

func (recurrence) Infer(in []graph.Type) []graph.Type { return []graph.Type{in[1], in[0]} }
func (recurrence) Lower(in []*graph.Node) []*graph.Node {
	final, stack := graph.Loop{Init: in[1:2], Seqs: in[:1]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		a := graph.Apply(softsign{}, add(mul(c[0], in[2]), s[0]))
		h := mul(a, tanh(mul(a, s[0])))
		return []*graph.Node{h}, []*graph.Node{mul(h, h)}
	})
	return append(final, stack...)
}

func (recurrenceGrad) Infer(in []graph.Type) []graph.Type { return in[:3] }
func (recurrenceGrad) Lower(in []*graph.Node) []*graph.Node {
	return graph.VJP(recurrence{}.Lower(in)[:1], in[3:4], in[:3])
}

func TestCompositesAreDifferentiatedThroughTheirDecomposition(t *testing.T) {
	gradcheck.Case{Name: "recurrence", Shapes: [][]int{{3, 2}, {2}, {2}}, F: func(x []*graph.Node) *graph.Node {
		return join(graph.ResultsOf(graph.Apply(recurrence{}, x...))...)
	}}.Check(t)
}

func TestHistoriesInsideADecompositionAreExposed(t *testing.T) {
	in := []*tensor.Tensor{tensor.Of([]float64{1, 2, 3, -4, .5, 6}, 3, 2), tensor.Of([]float64{.1, .2}), tensor.Of([]float64{.9, -.8})}
	dy := func(g *graph.Graph) *graph.Node { return g.Const(graph.Float64, 1, 2) }
	inputs := func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{g.Input(graph.Float64, 3, 2), g.Input(graph.Float64, 2), g.Input(graph.Float64, 2)}
	}
	whole := trace(t, func(g *graph.Graph) []*graph.Node {
		return graph.ResultsOf(graph.Apply(recurrenceGrad{}, append(inputs(g), dy(g))...))
	})
	direct := trace(t, func(g *graph.Graph) []*graph.Node {
		x := inputs(g)
		return graph.Grad(sum(graph.ResultOf(graph.Apply(recurrence{}, x...), 0)), x...)
	})
	want := graphtest.Prepared(t, direct).Run(in...)
	for i, got := range graphtest.Prepared(t, whole).Run(in...) {
		if d := gradcheck.Distance(floats(got), floats(want[i])); !(d < 1e-12) {
			t.Errorf("gradient %d is %v; want %v", i, floats(got), floats(want[i]))
		}
	}
}

// Composites that a device implements stay whole; all others are lowered.
func TestNativeCompositesStayWhole(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		return graph.ResultsOf(graph.Apply(recurrence{}, g.Input(graph.Float32, 3, 2), g.Input(graph.Float32, 2), g.Input(graph.Float32, 2)))
	})
	count := func(g *graph.Graph) (signs, recurrences int) {
		for _, n := range g.Nodes {
			switch op := n.Op.(type) {
			case graph.Scan:
				for _, m := range op.Body.Nodes {
					if _, ok := m.Op.(softsign); ok {
						signs++
					}
				}
			case recurrence:
				recurrences++
			}
		}
		return signs, recurrences
	}
	for _, row := range []struct {
		native             func(graph.Op) bool
		signs, recurrences int
	}{
		{nil, 0, 0},
		{func(op graph.Op) bool { return op == softsign{} }, 1, 0},
		{func(op graph.Op) bool { return op == recurrence{} }, 0, 1},
	} {
		if s, r := count(graph.Prepare(g, row.native)); s != row.signs || r != row.recurrences {
			t.Errorf("%d softsigns and %d recurrences; want %d and %d", s, r, row.signs, row.recurrences)
		}
	}
}
