package cpu

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

type node = *graph.Node

func rectified(x node) node {
	zero := ops.ZerosLike(x)
	return ops.Where(ops.LessEqual(x, zero), zero, x)
}

func window(k int) graph.Window {
	return graph.Window{Strides: graph.RepeatDim(2, 1), Low: graph.RepeatDim(2, k/2), High: graph.RepeatDim(2, k/2), Dilation: graph.RepeatDim(2, 1)}
}

// Each row is a model whose plan must have the named instruction; its value and gradients
// are the definition's.
func TestPatternsAreWhatTheyReplace(t *testing.T) {
	in := []graph.Type{f32(6, 5), f32(5, 7), f32(7), f32(2, 4, 4, 5), f32(3, 3, 5, 7), f32(2, 3, 5)}
	mm := func(x []node) node { return ops.MatMul(x[0], x[1]) }
	conv := func(x []node) node { return graph.Apply(graph.Conv{Window: window(3), Groups: 1}, x[3], x[4]) }
	tanh := func(x node) node { return graph.Apply(graph.Unary{Fn: graph.Tanh}, x) }
	for _, row := range []struct {
		name, want string
		build      func(x []node) node
	}{
		{"dense", "bias", func(x []node) node { return ops.Add(mm(x), x[2]) }},
		{"dense relu", "bias relu", func(x []node) node { return rectified(ops.Add(mm(x), x[2])) }},
		{"dense tanh", "bias tanh", func(x []node) node { return tanh(ops.Add(x[2], mm(x))) }},
		{"dense relu without bias", "relu", func(x []node) node { return rectified(mm(x)) }},
		{"dense over time", "bias relu", func(x []node) node { return rectified(ops.Add(ops.MatMul(x[5], x[1]), x[2])) }},
		{"two layers", "mask", func(x []node) node {
			h := rectified(ops.Add(mm(x), x[2]))
			return ops.MatMul(h, graph.Apply(graph.Transpose{Perm: graph.DimsOf([]int{1, 0})}, x[1]))
		}},
		{"product read twice", "", func(x []node) node { y := mm(x); return ops.Add(rectified(ops.Add(y, x[2])), y) }},
		{"bias read twice", "", func(x []node) node { y := ops.Add(mm(x), x[2]); return ops.Multiply(rectified(y), y) }},
		{"conv", "[bias]", func(x []node) node { return ops.Add(conv(x), x[2]) }},
		{"conv relu", "[bias relu]", func(x []node) node { return rectified(ops.Add(conv(x), x[2])) }},
		{"conv tanh read twice", "[bias tanh]", func(x []node) node { y := tanh(ops.Add(conv(x), x[2])); return ops.Multiply(y, y) }},
		{"conv relu pool", "[bias relu]", func(x []node) node { return maxPool(rectified(ops.Add(conv(x), x[2]))) }},
		{"batch norm relu", "", func(x []node) node {
			return rectified(graph.ResultOf(graph.Apply(fused.BatchNorm{Epsilon: .1}, mm(x), x[2], x[2]), 0))
		}},
		{"sum of squares", "dot", func(x []node) node { return ops.Sum(ops.Multiply(x[0], x[0])) }},
		{"rows' products", "dot rows", func(x []node) node { return ops.Sum(ops.Multiply(x[0], tanh(x[0])), -1) }},
		{"residual", "sum", func(x []node) node {
			return ops.Add(x[5], ops.MatMul(tanh(x[5]), graph.Apply(graph.MatMul{TransB: true}, x[1], x[1])))
		}},
		{"gate of channels", "", func(x []node) node {
			gate := ops.Reshape(ops.Sum(x[3], 1, 2), 2, 1, 1, 5)
			return ops.Multiply(x[3], tanh(gate))
		}},
		{"halves", "", func(x []node) node { return ops.Multiply(part(x[0], 0, 3), tanh(part(x[0], 3, 6))) }},
		{"maximum with 0", "relu", func(x []node) node { return ops.Maximum(x[0], ops.ZerosLike(x[0])) }},
	} {
		g := trace(t, func(g *graph.Graph) []node {
			var x []node
			for _, typ := range in {
				x = append(x, g.Input(typ.DType, typ.Shape...))
			}
			y := row.build(x)
			return append([]node{y}, graph.Grad(ops.Sum(ops.Multiply(y, tanh(y))), x...)...)
		})
		r := rand.New(rand.NewPCG(5, 6))
		var data []*tensor.Tensor
		for _, typ := range in {
			data = append(data, randomTensor(r, typ))
		}
		a, b := newBench(t, open1(t, "ref"), g, data), newBench(t, open1(t, "cpu"), g, data)
		a.run(t, 0)
		b.run(t, 0)
		plan := fmt.Sprint(b.exe.(*executable).idle.Load())
		if !same(t, 1, a.results(t), b.results(t)) || !strings.Contains(plan, row.want) {
			t.Errorf("%s: wants %q in the plan\n%s", row.name, row.want, plan)
		}
	}
}

func part(x node, lo, hi int) node {
	s := graph.Slice{Start: graph.RepeatDim(2, 0), Stop: graph.DimsOf(x.Shape), Step: graph.RepeatDim(2, 1)}
	s.Start.At[0], s.Stop.At[0] = lo, hi
	return graph.Apply(s, x)
}

func f32(shape ...int) graph.Type { return graph.Type{DType: graph.Float32, Shape: shape} }

func TestABatchOfNothing(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []node {
		x, w, b := g.Input(graph.Float32, 0, 5), g.Input(graph.Float32, 5, 7), g.Input(graph.Float32, 7)
		h := rectified(ops.Add(ops.MatMul(x, w), b))
		y := graph.ResultOf(graph.Apply(fused.BatchNorm{Epsilon: .1}, h, b, b), 0)
		y = graph.Apply(fused.Softmax{}, graph.Apply(fused.LayerNorm{Epsilon: .1}, rectified(y), b, b))
		return append([]node{y}, graph.Grad(ops.Sum(y), w)...)
	})
	in := []*tensor.Tensor{tensor.New(graph.Float32, 0, 5), tensor.New(graph.Float32, 5, 7), tensor.New(graph.Float32, 7)}
	b := newBench(t, open1(t, "cpu"), g, in)
	b.run(t, 0)
	for i, x := range floats(b.results(t)[1]) {
		if x != 0 {
			t.Fatalf("element %d of the gradient is %v; wants 0", i, x)
		}
	}
}
