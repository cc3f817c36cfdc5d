package cpu

import (
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A prediction lays its weights out once; whoever changes them, it must see that.
func TestPredictionsSeeChangedWeights(t *testing.T) {
	filter, dense := weight(rand.New(rand.NewPCG(1, 2)), "filter", 3, 3, 2, 8), weight(rand.New(rand.NewPCG(3, 4)), "dense", 10, 8*36)
	predict := func(g *graph.Graph) node {
		y := graph.Apply(graph.Conv{Window: window(3), Groups: 1}, g.Input(graph.Float32, 60, 6, 6, 2), g.Read(filter))
		return graph.Apply(graph.MatMul{TransB: true}, ops.Reshape(y, 60, 8*36), g.Read(dense))
	}
	x := randomTensor(rand.New(rand.NewPCG(5, 6)), f32(60, 6, 6, 2))
	g := trace(t, func(g *graph.Graph) []node { return []node{predict(g)} })
	step := trace(t, func(g *graph.Graph) []node {
		y := predict(g)
		for i, d := range graph.Grad(ops.Sum(ops.Multiply(y, y)), g.Read(filter), g.Read(dense)) {
			v := []*graph.Variable{filter, dense}[i]
			g.Assign(v, ops.Subtract(g.Read(v), ops.Multiply(d, ops.Scalar(d, 1e-4))))
		}
		return []node{y}
	})
	dev := open1(t, "cpu")
	b, train := newBench(t, dev, g, []*tensor.Tensor{x}), newBench(t, dev, step, []*tensor.Tensor{x})
	for i, v := range train.variables { // the two programs share their variables
		for j, w := range b.variables {
			if v == w {
				train.vars[i] = b.vars[j]
			}
		}
	}
	check := func(what string) {
		t.Helper()
		fresh := newBench(t, dev, g, []*tensor.Tensor{x})
		fresh.vars = b.vars
		b.run(t, 0)
		fresh.run(t, 0)
		if got, want := b.results(t)[:1], fresh.results(t)[:1]; !same(t, 1, want, got) {
			t.Errorf("after %s the prediction is that of the old weights", what)
		}
	}
	check("the first run")
	for i, typ := range []graph.Type{b.variables[0].Type, b.variables[1].Type} {
		if err := b.vars[i].Write(randomTensor(rand.New(rand.NewPCG(7, uint64(i))), typ)); err != nil {
			t.Fatal(err)
		}
		check("Write of " + b.variables[i].Path)
	}
	train.run(t, 0)
	check("a step of training")
	lent := randomTensor(rand.New(rand.NewPCG(9, 9)), b.variables[0].Type)
	if err := b.vars[0].Lend(lent); err != nil {
		t.Fatal(err)
	}
	check("Lend")
}
