package cpu

import (
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// Each row is a composite with its gradients against its spelling on the definition.
func TestCompositesAreTheirSpelling(t *testing.T) {
	type node = *graph.Node
	one := func(op graph.Op, x ...node) node { return graph.Apply(op, x...) }
	for _, row := range []struct {
		name  string
		build func(x, v, w node, class node) node
	}{
		{"softmax", func(x, v, w, _ node) node { return one(fused.Softmax{}, x) }},
		{"log_softmax", func(x, v, w, _ node) node { return one(fused.LogSoftmax{}, x) }},
		{"cross_entropy", func(x, v, w, class node) node { return one(fused.SoftmaxCrossEntropy{}, x, class) }},
		{"layer_norm", func(x, v, w, _ node) node { return one(fused.LayerNorm{Epsilon: 1e-3}, x, v, w) }},
		{"batch_norm", func(x, v, w, _ node) node { return graph.ResultOf(one(fused.BatchNorm{Epsilon: 1e-3}, x, v, w), 0) }},
		{"dropout", func(x, v, w, _ node) node { return one(fused.Dropout{Rate: .3, Stream: 5}, x) }},
		{"adam", func(x, v, w, _ node) node {
			r := ops.Mean(v)
			return ops.Concatenate(0, graph.ResultsOf(one(fused.Adam{Beta1: .9, Beta2: .99, Epsilon: 1e-3}, x, x, ops.Square(x), ops.Square(x), r))...)
		}},
	} {
		for _, d := range []graph.DType{graph.Float32, graph.Float64} {
			for _, shape := range []graph.Shape{{7, 5}, {9, 3}, {3, 4, 17}, {1, 1}, {700, 70}} {
				compareDevices(t, row.name, d, shape, row.build)
			}
		}
	}
}

func compareDevices(t *testing.T, name string, d graph.DType, shape graph.Shape, build func(x, v, w, class *graph.Node) *graph.Node) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 9))
	k := shape[len(shape)-1]
	lead := shape[:len(shape)-1]
	types := []graph.Type{{DType: d, Shape: shape}, {DType: d, Shape: graph.Shape{k}}, {DType: d, Shape: graph.Shape{k}}, {DType: graph.Int64, Shape: lead}}
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		var in []*graph.Node
		for _, typ := range types {
			in = append(in, g.Input(typ.DType, typ.Shape...))
		}
		y := build(in[0], in[1], in[2], in[3])
		out := []*graph.Node{y}
		if name != "adam" {
			loss := ops.Sum(ops.Multiply(y, graph.Apply(graph.Unary{Fn: graph.Sin}, y)))
			out = append(out, graph.Grad(loss, in[:3]...)...)
		}
		return out
	})
	var in []*tensor.Tensor
	for _, typ := range types {
		in = append(in, randomTensor(r, typ))
	}
	a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu"), g, in)
	a.run(t, 3)
	b.run(t, 3)
	if !same(t, 0, a.results(t), b.results(t)) {
		t.Errorf("%s of %v %v", name, d, shape)
	}
}

// Each row is a recurrent layer with the gradients of all operands from every step's
// output, or from the last one alone.
func TestRecurrentLayersAreTheirSpelling(t *testing.T) {
	for _, row := range []struct {
		name  string
		op    graph.Op
		gates int
		last  int // result that is the last h
	}{
		{"lstm", fused.LSTM{}, 4, 1}, {"lstm reversed", fused.LSTM{Reverse: true}, 4, 1},
		{"gru", fused.GRU{}, 3, 1}, {"gru reversed", fused.GRU{Reverse: true}, 3, 1},
	} {
		for _, size := range [][3]int{{1, 1, 1}, {5, 3, 4}, {7, 33, 20}, {3, 40, 64}} {
			for _, whole := range []bool{true, false} {
				steps, batch, u := size[0], size[1], size[2]
				types := []graph.Type{f32(steps, batch, row.gates*u), f32(u, row.gates*u), f32(batch, u), f32(batch, u)}
				if row.gates == 3 {
					types = []graph.Type{types[0], types[1], f32(3 * u), types[2]}
				}
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
					x[1] = ops.Scale(x[1], .3)
					y := graph.ResultsOf(graph.Apply(row.op, x...))
					h := y[row.last]
					loss := ops.Sum(ops.Multiply(h, h))
					if whole {
						loss = ops.Add(loss, ops.Sum(ops.Multiply(y[0], graph.Apply(graph.Unary{Fn: graph.Cos}, y[0]))))
						if row.gates == 4 {
							loss = ops.Add(loss, ops.Sum(y[2]))
						}
					}
					return append([]node{y[0], h}, graph.Grad(loss, x...)...)
				})
				a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu:2"), g, in)
				a.run(t, 0)
				b.run(t, 0)
				if !same(t, 1, a.results(t), b.results(t)) {
					t.Errorf("%s of %v, all steps %v", row.name, size, whole)
				}
			}
		}
	}
}
