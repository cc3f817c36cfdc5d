package backendtest

import (
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// state returns a graph over three variables: a and b are swapped, n counts, and c is only read.
func state(t *testing.T) *graph.Graph {
	t.Helper()
	vector := graph.Type{DType: graph.Float32, Shape: graph.Shape{3}}
	a := &graph.Variable{Path: "a", Type: vector, Initial: tensor.Of([]float32{1, 2, 3})}
	b := &graph.Variable{Path: "b", Type: vector, Initial: tensor.Of([]float32{4, 5, 6})}
	c := &graph.Variable{Path: "c", Type: vector}
	n := &graph.Variable{Path: "n", Type: graph.Type{DType: graph.Int64}, Initial: tensor.Scalar[int64](1 << 60)}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 3)
		va, vb := g.Read(a), g.Read(b)
		g.Assign(a, vb)
		g.Assign(b, add(va, x))
		g.Assign(n, add(g.Read(n), g.Const(graph.Int64, 1)))
		return []*graph.Node{va, g.Read(a), g.Read(c), g.Read(n)}
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// variables tests that all variables are updated at the end of a run from their values at its start.
func (s *suite) variables(t *testing.T) {
	g := state(t)
	dev, err := open(s.dev, g)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.close()
	oracle, err := open(s.oracle, g)
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.Of([]float32{.5, -1, 8})
	for step := range 4 {
		got, err := dev.run(background, uint64(step), x)
		if err != nil {
			t.Fatal(err)
		}
		want, err := oracle.run(background, uint64(step), x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if err := differBy(got[i], want[i], 0, 0); err != nil {
				t.Errorf("step %d, output %d: %v", step, i, err)
			}
		}
		s.sameVariables(t, step, dev, oracle)
	}
}

func (s *suite) sameVariables(t *testing.T, step int, dev, oracle *session) {
	t.Helper()
	for i, v := range dev.g.Variables {
		got, err := dev.variable(i)
		if err != nil {
			t.Fatal(err)
		}
		want, err := oracle.variable(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := differBy(got, want, 0, 0); err != nil {
			t.Errorf("step %d, variable %s: %v", step, v.Path, err)
		}
	}
}
