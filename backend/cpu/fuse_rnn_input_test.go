package cpu

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A layerCase is a recurrent layer with the projection of its inputs.
type layerCase struct {
	batch, steps, features, units   int
	reverse, noBias, states, stacks bool // initial states are given; every output counts
	predict, fixed                  bool // no gradient, or none by the inputs
	gru, half                       bool // half: of bfloat16
}

var layerCases = []layerCase{
	{batch: 8, steps: 5, features: 3, units: 4},
	{batch: 2, steps: 4, features: 3, units: 5, states: true},
	{batch: 5, steps: 40, features: 2, units: 3, stacks: true},
	{batch: 32, steps: 20, features: 32, units: 64},
	{batch: 33, steps: 7, features: 17, units: 20, reverse: true, states: true},
	{batch: 35, steps: 20, features: 1, units: 33, stacks: true},
	{batch: 130, steps: 3, features: 9, units: 16, noBias: true, stacks: true, states: true},
	{batch: 16, steps: 1, features: 2, units: 2, reverse: true, stacks: true, noBias: true},
	{batch: 40, steps: 9, features: 5, units: 24, fixed: true, reverse: true},
	{batch: 24, steps: 6, features: 8, units: 15, predict: true},
	{batch: 9, steps: 6, features: 8, units: 16, predict: true, stacks: true, reverse: true, states: true},
	{batch: 8, steps: 30, features: 4, units: 120}, // products that the threads share
	{batch: 16, steps: 4, features: 10, units: 24, half: true, stacks: true},
}

// eachLayer calls f for all of them, as LSTM and as GRU.
func eachLayer(f func(l layerCase)) {
	for _, l := range layerCases {
		f(l)
		l.gru = true
		f(l)
	}
}

// graph is the layer, its outputs first and then gradients, and its inputs.
func (l layerCase) graph(t *testing.T) (*graph.Graph, []*tensor.Tensor) {
	wide := 4 * l.units
	if l.gru {
		wide = 3 * l.units
	}
	types := []graph.Type{f32(l.batch, l.steps, l.features), f32(l.features, wide), f32(l.units, wide),
		f32(wide), f32(l.batch, l.units), f32(l.batch, l.units), f32(wide)}
	r := rand.New(rand.NewPCG(4, 4))
	var in []*tensor.Tensor
	for _, typ := range types {
		in = append(in, randomTensor(r, typ))
	}
	return trace(t, func(g *graph.Graph) []node {
		var x []node
		for _, typ := range types {
			x = append(x, g.Input(typ.DType, typ.Shape...))
		}
		y := slices.Clone(x)
		for i := range y {
			if l.half {
				y[i] = ops.Cast(x[i], graph.BFloat16)
			}
		}
		out, loss := l.outputs(y, wide)
		if l.predict {
			return out
		}
		by := x
		if l.fixed {
			by = x[1:]
		}
		return append(out, graph.Grad(loss, by...)...)
	}), in
}

// outputs are those of the layer of inputs, kernels, bias, first states and, of a GRU, the
// state's bias; loss depends on what counts.
func (l layerCase) outputs(x []node, wide int) (out []node, loss node) {
	k, h, c := ops.Scale(x[2], .3), x[4], x[5]
	if !l.states {
		h, c = ops.ZerosLike(h), ops.ZerosLike(c)
	}
	z := ops.MatMul(ops.Reshape(ops.SwapAxes(x[0], 0, 1), l.batch*l.steps, l.features), x[1])
	if !l.noBias {
		z = ops.Add(z, x[3])
	}
	z = ops.Reshape(z, l.steps, l.batch, wide)
	var y node
	if l.gru {
		y = graph.Apply(fused.GRU{Reverse: l.reverse}, z, k, x[6], h)
		out = []node{graph.ResultOf(y, 1)}
	} else {
		y = graph.Apply(fused.LSTM{Reverse: l.reverse}, z, k, h, c)
		out = []node{graph.ResultOf(y, 1), graph.ResultOf(y, 2)}
	}
	loss = ops.Sum(ops.Multiply(out[0], graph.Apply(graph.Unary{Fn: graph.Cos}, out[0])))
	if l.stacks {
		seq := ops.SwapAxes(graph.ResultOf(y, 0), 0, 1)
		loss = ops.Add(loss, ops.Sum(ops.Multiply(seq, ops.Tanh(seq))))
		if !l.gru {
			loss = ops.Add(loss, ops.Sum(out[1]))
		}
		out = append(out, seq)
	}
	return out, loss
}

func TestLayersWithTheirProjectionsAreTheirSpelling(t *testing.T) {
	eachLayer(func(l layerCase) {
		if l.half && kernel.Short.Fast() {
			return // and so left as it is
		}
		g, in := l.graph(t)
		a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu:2"), g, in)
		a.run(t, 0)
		b.run(t, 0)
		plan := fmt.Sprint(b.exe.(*executable).idle.Load())
		seed := uint64(1)
		if l.half {
			seed = 0 // for the bounds of half floats
		}
		if !same(t, seed, a.results(t), b.results(t)) || !strings.Contains(plan, "projected_") || strings.Contains(plan, "gemm") {
			t.Errorf("%+v: wants a projected layer and no other product in the plan\n%s", l, plan)
		}
		first := b.results(t)
		b.run(t, 0)
		sameNumbers(t, fmt.Sprintf("%+v run again", l), first, b.results(t))
	})
}

func TestLayersWithTheirProjectionsGiveTheSameBitsForAnyNumberOfThreads(t *testing.T) {
	eachLayer(func(l layerCase) {
		g, in := l.graph(t)
		var first []*tensor.Tensor
		for _, threads := range []int{1, 2, 3, 7} {
			b := newBench(t, open1(t, fmt.Sprintf("cpu:%d", threads)), g, in)
			b.run(t, 0)
			if first == nil {
				first = b.results(t)
			}
			sameNumbers(t, fmt.Sprintf("%+v with %d threads", l, threads), first, b.results(t))
		}
	})
}

func sameNumbers(t *testing.T, name string, want, got []*tensor.Tensor) {
	t.Helper()
	for i := range want {
		if !slices.Equal(floats(want[i]), floats(got[i])) {
			t.Errorf("%s: result %d has other bits", name, i)
		}
	}
}

// What reads a projection, a gate or a gate's gradient otherwise keeps a layer as it is.
func TestProjectionsThatOthersReadAreNotJoined(t *testing.T) {
	for name, more := range map[string]func(z node, y []node) node{
		"projection": func(z node, _ []node) node { return ops.Sum(z) },
		"gates":      func(_ node, y []node) node { return ops.Sum(y[3]) },
		"gradient":   func(z node, y []node) node { return ops.Sum(ops.Square(graph.Grad(ops.Sum(y[0]), z)[0])) },
	} {
		types := []graph.Type{f32(10*9, 3), f32(3, 16), f32(4, 16), f32(9, 4)}
		r := rand.New(rand.NewPCG(4, 4))
		var in []*tensor.Tensor
		for _, typ := range types {
			in = append(in, randomTensor(r, typ))
		}
		g := trace(t, func(g *graph.Graph) []node {
			var x []node
			for _, typ := range types {
				x = append(x, g.Input(typ.DType, typ.Shape...))
			}
			z := ops.Reshape(ops.MatMul(x[0], x[1]), 10, 9, 16)
			y := graph.ResultsOf(graph.Apply(fused.LSTM{}, z, x[2], x[3], x[3]))
			return append([]node{more(z, y)}, graph.Grad(ops.Sum(ops.Square(y[0])), x[:2]...)...)
		})
		a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu:2"), g, in)
		a.run(t, 0)
		b.run(t, 0)
		if plan := fmt.Sprint(b.exe.(*executable).idle.Load()); !same(t, 1, a.results(t), b.results(t)) || strings.Contains(plan, "projected") {
			t.Errorf("%s: wants the layer alone\n%s", name, plan)
		}
	}
}
