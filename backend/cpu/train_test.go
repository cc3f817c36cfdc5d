package cpu

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/emit"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/rewrite"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// perceptron is a training step of a multilayer perceptron with relu, softmax
// cross-entropy and Adam over x (batch, sizes[0]) and classes (batch); it returns the loss.
func perceptron(batch int, sizes ...int) (*graph.Graph, error) {
	return perceptronOf(graph.Float32, batch, sizes...)
}

// perceptronOf computes with type d and keeps float32 weights.
func perceptronOf(d graph.DType, batch int, sizes ...int) (*graph.Graph, error) {
	r := rand.New(rand.NewPCG(1, 2))
	return graph.Trace(func(g *graph.Graph) []*graph.Node {
		x, class := g.Input(graph.Float32, batch, sizes[0]), g.Input(graph.Int32, batch)
		var vars []*graph.Variable
		h := ops.Cast(x, d)
		for i, out := range sizes[1:] {
			w, b := weight(r, fmt.Sprint("w", i), sizes[i], out), weight(nil, fmt.Sprint("b", i), out)
			vars = append(vars, w, b)
			h = ops.Add(ops.MatMul(h, ops.Cast(g.Read(w), d)), ops.Cast(g.Read(b), d))
			if i < len(sizes)-2 {
				zero := ops.ZerosLike(h)
				h = ops.Where(ops.LessEqual(h, zero), zero, h)
			}
		}
		loss := ops.Mean(graph.Apply(fused.SoftmaxCrossEntropy{}, ops.Cast(h, graph.Float32), class))
		adamStep(g, loss, vars)
		return []*graph.Node{loss}
	})
}

func weight(r *rand.Rand, path string, shape ...int) *graph.Variable {
	t := tensor.New(graph.Float32, shape...)
	if r != nil {
		scale := math.Sqrt(2 / float64(shape[0]))
		for i := range t.Data().([]float32) {
			t.Data().([]float32)[i] = float32(r.NormFloat64() * scale)
		}
	}
	return &graph.Variable{Path: path, Type: graph.Type{DType: graph.Float32, Shape: shape}, Trainable: true, Initial: t}
}

func adamStep(g *graph.Graph, loss *graph.Node, vars []*graph.Variable) {
	step := weight(nil, "step")
	t := ops.Add(g.Read(step), g.Const(graph.Float32, 1))
	g.Assign(step, t)
	power := func(b float64) *graph.Node {
		return ops.Subtract(g.Const(graph.Float32, 1), graph.Apply(graph.Binary{Fn: graph.Pow}, g.Const(graph.Float32, b), t))
	}
	rate := ops.Multiply(g.Const(graph.Float32, 1e-3), ops.Divide(graph.Apply(graph.Unary{Fn: graph.Sqrt}, power(.999)), power(.9)))
	var at []*graph.Node
	for _, v := range vars {
		at = append(at, g.Read(v))
	}
	for i, d := range graph.Grad(loss, at...) {
		v := vars[i]
		m, s := weight(nil, v.Path+"/m", v.Type.Shape...), weight(nil, v.Path+"/v", v.Type.Shape...)
		n := graph.Apply(fused.Adam{Beta1: .9, Beta2: .999, Epsilon: 1e-7}, at[i], d, g.Read(m), g.Read(s), rate)
		for j, u := range []*graph.Variable{v, m, s} {
			g.Assign(u, graph.ResultOf(n, j))
		}
	}
}

func perceptronInputs(batch, in, classes int) []*tensor.Tensor {
	r := rand.New(rand.NewPCG(3, 4))
	x := randomTensor(r, graph.Type{DType: graph.Float32, Shape: graph.Shape{batch, in}})
	class := tensor.New(graph.Int32, batch)
	for i := range class.Data().([]int32) {
		class.Data().([]int32)[i] = int32(r.IntN(classes))
	}
	return []*tensor.Tensor{x, class}
}

func newPerceptron(t testing.TB, device string, batch int, sizes ...int) *bench {
	t.Helper()
	return newPerceptronOf(t, graph.Float32, device, batch, sizes...)
}

func newPerceptronOf(t testing.TB, d graph.DType, device string, batch int, sizes ...int) *bench {
	t.Helper()
	g, err := perceptronOf(d, batch, sizes...)
	if err != nil {
		t.Fatal(err)
	}
	return newBench(t, open1(t, device), g, perceptronInputs(batch, sizes[0], sizes[len(sizes)-1]))
}

func TestTrainingStepIsWhatTheDefinitionGives(t *testing.T) {
	for _, sizes := range [][]int{{2, 32, 2}, {20, 33, 17, 10}} {
		a, b := newPerceptron(t, "ref", 12, sizes...), newPerceptron(t, "cpu", 12, sizes...)
		for step := range uint64(5) {
			a.run(t, step)
			b.run(t, step)
			if !same(t, 1, a.results(t), b.results(t)) {
				t.Fatalf("step %d of %v:\n%v\n%v", step, sizes, b.exe.(*executable).g, b.exe.(*executable).idle.Load())
			}
		}
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	for name, b := range map[string]*bench{
		"tiny": newPerceptron(t, "cpu", 32, 2, 32, 2),
		"mlp":  newPerceptron(t, "cpu", 64, 100, 200, 10),
	} {
		ctx := context.Background()
		run := func() {
			if err := b.exe.Run(ctx, backend.Call{Seed: 1, Vars: b.vars, In: b.in, Out: b.out}); err != nil {
				t.Fatal(err)
			}
		}
		run()
		if n := testing.AllocsPerRun(50, run); n != 0 {
			t.Errorf("%s: %v allocations a step; wants none", name, n)
		}
	}
}

func TestRandomGraphsAllocateNothing(t *testing.T) {
	dev := open1(t, "cpu")
	for seed := range uint64(80) {
		g, in, err := randomGraph(seed, 25)
		if err != nil {
			continue
		}
		b := newBench(t, dev, g, in)
		b.run(t, 0)
		if n := testing.AllocsPerRun(5, func() { b.run(t, 0) }); n != 0 {
			t.Fatalf("seed %d: %v allocations a run\n%v", seed, n, b.exe.(*executable).idle.Load())
		}
	}
}

func benchmarkStep(b *testing.B, d graph.DType, device string, batch int, sizes ...int) {
	x := newPerceptronOf(b, d, device, batch, sizes...)
	ctx := context.Background()
	for range 10 {
		x.run(b, 1)
	}
	for b.Loop() {
		x.exe.Run(ctx, backend.Call{Seed: 1, Vars: x.vars, In: x.in, Out: x.out})
	}
}

func BenchmarkTinyStep(b *testing.B) { benchmarkStep(b, graph.Float32, "cpu", 32, 2, 32, 2) }
func BenchmarkMNISTStep(b *testing.B) {
	benchmarkStep(b, graph.Float32, "cpu", 128, 784, 512, 256, 10)
}
func BenchmarkMNISTStep1Thread(b *testing.B) {
	benchmarkStep(b, graph.Float32, "cpu:1", 128, 784, 512, 256, 10)
}
func BenchmarkMNISTStepBFloat16(b *testing.B) {
	benchmarkStep(b, graph.BFloat16, "cpu", 128, 784, 512, 256, 10)
}
func BenchmarkMNISTStepBFloat161Thread(b *testing.B) {
	benchmarkStep(b, graph.BFloat16, "cpu:1", 128, 784, 512, 256, 10)
}

func BenchmarkCompile(b *testing.B) {
	g, err := perceptron(128, 784, 512, 256, 10)
	if err != nil {
		b.Fatal(err)
	}
	g = rewrite.Apply(graph.Prepare(g, native.Native), rewrite.Options{DenseUpdates: true}, nil)
	for b.Loop() {
		if _, err := emit.Compile(g, kernel.Single, emit.EarlySize); err != nil {
			b.Fatal(err)
		}
	}
}
