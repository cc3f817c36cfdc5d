package cpu

import (
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A builder writes down models for benchmarks.
type builder struct {
	g    *graph.Graph
	r    *rand.Rand
	vars []*graph.Variable
}

func (b *builder) weight(shape ...int) node {
	v := weight(b.r, "w", shape...)
	b.vars = append(b.vars, v)
	return b.g.Read(v)
}

func (b *builder) dense(x node, units int) node {
	return ops.Add(ops.MatMul(x, b.weight(x.Shape[x.Rank()-1], units)), b.weight(units))
}

func (b *builder) conv(x node, filters int) node {
	w := window(3)
	y := graph.Apply(graph.Conv{Window: w, Groups: 1}, x, b.weight(3, 3, x.Shape[3], filters))
	return rectified(ops.Add(y, b.weight(filters)))
}

func maxPool(x node) node {
	return graph.Apply(graph.Pool{Fn: graph.Max, Size: graph.RepeatDim(2, 2), Window: graph.Window{Strides: graph.RepeatDim(2, 2),
		Low: graph.RepeatDim(2, 0), High: graph.RepeatDim(2, 0), Dilation: graph.RepeatDim(2, 1)}}, x)
}

// training returns a step of a classifier of 10 classes.
func training(t testing.TB, in graph.Type, model func(b *builder, x node) node) (*graph.Graph, []*tensor.Tensor) {
	t.Helper()
	g := trace(t, func(g *graph.Graph) []node {
		b := &builder{g: g, r: rand.New(rand.NewPCG(1, 1))}
		x, class := g.Input(in.DType, in.Shape...), g.Input(graph.Int32, in.Shape[0])
		y := model(b, x)
		y = b.dense(ops.Reshape(y, in.Shape[0], -1), 10)
		loss := ops.Mean(graph.Apply(fused.SoftmaxCrossEntropy{}, y, class))
		adamStep(g, loss, b.vars)
		return []node{loss}
	})
	class := tensor.New(graph.Int32, in.Shape[0])
	return g, []*tensor.Tensor{randomTensor(rand.New(rand.NewPCG(2, 2)), in), class}
}

func convNet(b *builder, x node) node { return maxPool(b.conv(maxPool(b.conv(x, 32)), 64)) }

// lstm is Keras' LSTM of the given units, spelled.
func lstm(units int) func(b *builder, x node) node {
	return func(b *builder, x node) node {
		perm := graph.Transpose{Perm: graph.DimsOf([]int{1, 0, 2})}
		z := graph.Apply(perm, b.dense(x, 4*units))
		u := b.weight(units, 4*units)
		zero := b.g.Const(graph.Float32, 0, x.Shape[0], units)
		final, _ := graph.Loop{Init: []node{zero, zero}, Seqs: []node{z}}.Run(func(carry, in []node) (next, results []node) {
			z := ops.Add(in[0], ops.MatMul(carry[0], u))
			gate := func(i int) node {
				s := graph.Slice{Start: graph.DimsOf([]int{0, i * units}), Stop: graph.DimsOf([]int{z.Shape[0], (i + 1) * units}), Step: graph.RepeatDim(2, 1)}
				return graph.Apply(s, z)
			}
			sigmoid := func(x node) node { return graph.Apply(graph.Unary{Fn: graph.Sigmoid}, x) }
			tanh := func(x node) node { return graph.Apply(graph.Unary{Fn: graph.Tanh}, x) }
			c := ops.Add(ops.Multiply(sigmoid(gate(1)), carry[1]), ops.Multiply(sigmoid(gate(0)), tanh(gate(2))))
			return []node{ops.Multiply(sigmoid(gate(3)), tanh(c)), c}, nil
		})
		return final[0]
	}
}

// fusedLSTM is the same layer as one operation.
func fusedLSTM(units int) func(b *builder, x node) node {
	return func(b *builder, x node) node {
		z := graph.Apply(graph.Transpose{Perm: graph.DimsOf([]int{1, 0, 2})}, b.dense(x, 4*units))
		zero := b.g.Const(graph.Float32, 0, x.Shape[0], units)
		return graph.ResultOf(graph.Apply(fused.LSTM{}, z, b.weight(units, 4*units), zero, zero), 1)
	}
}

// encoder is one block of a transformer.
func encoder(heads, size int) func(b *builder, x node) node {
	return func(b *builder, x node) node {
		batch, time, d := x.Shape[0], x.Shape[1], x.Shape[2]
		norm := func(x node) node { return graph.Apply(fused.LayerNorm{Epsilon: 1e-6}, x, b.weight(d), b.weight(d)) }
		split := func(x node) node {
			return graph.Apply(graph.Transpose{Perm: graph.DimsOf([]int{0, 2, 1, 3})}, ops.Reshape(x, batch, time, heads, size))
		}
		h := norm(x)
		q, k, v := split(b.dense(h, heads*size)), split(b.dense(h, heads*size)), split(b.dense(h, heads*size))
		scores := graph.Apply(graph.MatMul{TransB: true}, ops.Multiply(q, ops.Scalar(q, .125)), k)
		a := graph.Apply(graph.MatMul{}, graph.Apply(fused.Softmax{}, scores), v)
		a = ops.Reshape(graph.Apply(graph.Transpose{Perm: graph.DimsOf([]int{0, 2, 1, 3})}, a), batch, time, heads*size)
		x = ops.Add(x, b.dense(a, d))
		return ops.Add(x, b.dense(rectified(b.dense(norm(x), 4*d)), d))
	}
}

var models = []struct {
	name  string
	in    graph.Type
	small graph.Type
	model func(b *builder, x node) node
}{
	{"conv", f32(128, 28, 28, 1), f32(3, 8, 8, 1), convNet},
	{"lstm", f32(32, 40, 64), f32(3, 5, 6), fusedLSTM(128)},
	{"lstm spelled", f32(32, 40, 64), f32(3, 5, 6), lstm(128)},
	{"encoder", f32(16, 64, 128), f32(2, 5, 128), encoder(4, 32)},
}

func TestModelsTrainAsTheDefinitionDoes(t *testing.T) {
	for _, m := range models {
		g, in := training(t, m.small, m.model)
		a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu"), g, in)
		a.run(t, 0)
		b.run(t, 0)
		if want, got := a.results(t)[0], b.results(t)[0]; !same(t, 1, []*tensor.Tensor{want}, []*tensor.Tensor{got}) {
			t.Errorf("%s: loss %v, wants %v", m.name, floats(got), floats(want))
		}
		a.run(t, 0)
		b.run(t, 0)
		if want, got := floats(a.results(t)[0])[0], floats(b.results(t)[0])[0]; !near(graph.BFloat16, want, got, 0) {
			t.Errorf("%s: loss after a step is %v; wants %v", m.name, got, want)
		}
		if n := testing.AllocsPerRun(5, func() { b.run(t, 0) }); n != 0 {
			t.Errorf("%s: %v allocations a step", m.name, n)
		}
	}
}

func BenchmarkModels(b *testing.B) {
	for _, m := range models {
		b.Run(m.name, func(b *testing.B) {
			g, in := training(b, m.in, m.model)
			x := newBench(b, open1(b, "cpu"), g, in)
			for b.Loop() {
				x.run(b, 0)
			}
		})
	}
}
