package cpu

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func trace(t testing.TB, build func(g *graph.Graph) []*graph.Node) *graph.Graph {
	t.Helper()
	g, err := graph.Trace(build)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestResultsDoNotDependOnTheThreads(t *testing.T) {
	var first []*tensor.Tensor
	for _, threads := range []string{"cpu:1", "cpu:2", "cpu:4"} {
		b := newPerceptron(t, threads, 96, 300, 400, 120, 10)
		for step := range uint64(2) {
			b.run(t, step)
		}
		got := b.results(t)
		if first == nil {
			first = got
		}
		for i, x := range got {
			if !slices.Equal(bits(x), bits(first[i])) {
				t.Errorf("%s: result %d differs from one thread's", threads, i)
			}
		}
	}
}

func TestModelsDoNotDependOnTheThreads(t *testing.T) {
	for _, m := range models {
		g, in := training(t, m.in, m.model)
		one, many := newBench(t, open1(t, "cpu:1"), g, in), newBench(t, open1(t, "cpu:2"), g, in)
		one.run(t, 1)
		many.run(t, 1)
		want := one.results(t)
		for i, x := range many.results(t) {
			if !slices.Equal(bits(x), bits(want[i])) {
				t.Errorf("%s: result %d differs", m.name, i)
			}
		}
	}
}

func TestRandomGraphsDoNotDependOnTheThreads(t *testing.T) {
	one, four := open1(t, "cpu:1"), open1(t, "cpu:4")
	for seed := range uint64(100) {
		g, in, err := randomGraph(seed, 20)
		if err != nil {
			continue
		}
		a, b := newBench(t, one, g, in), newBench(t, four, g, in)
		a.run(t, seed)
		b.run(t, seed)
		want := a.results(t)
		for i, x := range b.results(t) {
			if !slices.Equal(bits(x), bits(want[i])) {
				t.Errorf("seed %d: result %d differs", seed, i)
			}
		}
	}
}

// bits is what an array compares equal by, NaN too.
func bits(t *tensor.Tensor) []uint64 {
	var all []uint64
	for _, x := range floats(t) {
		all = append(all, math.Float64bits(x))
	}
	return all
}

func TestEveryLevelTrainsAlike(t *testing.T) {
	best := kernel.Best()
	defer kernel.SetLevel(kernel.SetLevel(best))
	want := newPerceptron(t, "ref", 12, 20, 33, 10)
	for step := range uint64(3) {
		want.run(t, step)
	}
	for level := kernel.Generic; level <= best; level++ {
		kernel.SetLevel(level)
		b := newPerceptron(t, "cpu", 12, 20, 33, 10)
		for step := range uint64(3) {
			b.run(t, step)
		}
		if !same(t, 1, want.results(t), b.results(t)) {
			t.Errorf("at level %v", level)
		}
	}
}

func TestConcurrentRunsOfOneExecutable(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 64, 64)
		y := graph.Apply(graph.Unary{Fn: graph.Tanh}, graph.Apply(graph.MatMul{}, x, x))
		return []*graph.Node{graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 3}, y)}
	})
	dev := open1(t, "cpu")
	exe, err := backend.Compile(dev, g)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			data := make([]float32, 64*64)
			for k := range data {
				data[k] = float32((k+i)%7) / 50
			}
			in, _ := dev.NewBuffer(g.Inputs[0].Type)
			out, _ := dev.NewBuffer(g.Outputs[0].Type)
			in.Lend(tensor.Of(data, 64, 64))
			var want float32
			for k := range 30 {
				if err := exe.Run(context.Background(), backend.Call{In: []backend.Buffer{in}, Out: []backend.Buffer{out}}); err != nil {
					t.Error(err)
					return
				}
				got := read(t, out, g.Outputs[0].Type).Data().([]float32)[0]
				if k == 0 {
					want = got
				}
				if got != want || got == 0 {
					t.Errorf("run %d gives %v, the first one %v", k, got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestDenormalsAreZeroDuringARunAndNotAfter(t *testing.T) {
	tiny := math.Float32frombits(1000)
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 20000)
		return []*graph.Node{graph.Apply(graph.Binary{Fn: graph.Mul}, x, g.Const(graph.Float32, 2, 20000))}
	})
	data := slices.Repeat([]float32{tiny}, 20000)
	b := newBench(t, open1(t, "cpu"), g, []*tensor.Tensor{tensor.Of(data)})
	b.run(t, 0)
	for i, y := range read(t, b.out[0], b.outTypes[0]).Data().([]float32) {
		if y != 0 {
			t.Fatalf("element %d: 2·%v is %v in a run; wants 0", i, tiny, y)
		}
	}
	if y := data[7] * 2; y == 0 {
		t.Error("the caller's thread flushes denormals after the run")
	}
}

func TestVariablesSwap(t *testing.T) {
	a, b := weight(nil, "a", 3), weight(nil, "b", 3)
	copy(a.Initial.Data().([]float32), []float32{1, 2, 3})
	copy(b.Initial.Data().([]float32), []float32{4, 5, 6})
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x, y := g.Read(a), g.Read(b)
		g.Assign(a, y)
		g.Assign(b, graph.Apply(graph.Unary{Fn: graph.Neg}, x))
		return []*graph.Node{x, y}
	})
	x := newBench(t, open1(t, "cpu"), g, nil)
	x.run(t, 0)
	got := fmt.Sprint(floats(x.results(t)[0]), floats(x.results(t)[1]), floats(x.results(t)[2]), floats(x.results(t)[3]))
	if want := "[1 2 3] [4 5 6] [4 5 6] [-1 -2 -3]"; got != want {
		t.Errorf("outputs and variables are %s; want %s", got, want)
	}
}

func TestOutputMayBeTheInputsBuffer(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 4)
		r := graph.Apply(graph.Reverse{Axes: 1}, x)
		return []*graph.Node{graph.Apply(graph.Binary{Fn: graph.Sub}, r, x), r}
	})
	b := newBench(t, open1(t, "cpu"), g, []*tensor.Tensor{tensor.Of([]float32{1, 2, 3, 4})})
	b.out[1] = b.in[0]
	b.run(t, 0)
	if got := fmt.Sprint(floats(b.results(t)[0]), floats(b.results(t)[1])); got != "[3 1 -1 -3] [4 3 2 1]" {
		t.Errorf("got %s", got)
	}
}

func TestRunRefusesWrongBuffers(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{graph.Apply(graph.Unary{Fn: graph.Neg}, g.Input(graph.Float32, 4))}
	})
	b := newBench(t, open1(t, "cpu"), g, []*tensor.Tensor{tensor.New(graph.Float32, 4)})
	other, _ := open1(t, "ref").NewBuffer(g.Inputs[0].Type)
	shape, _ := b.dev.NewBuffer(graph.Type{DType: graph.Float32, Shape: graph.Shape{5}})
	closed, _ := b.dev.NewBuffer(g.Inputs[0].Type)
	closed.Close()
	for _, row := range []struct {
		name string
		in   []backend.Buffer
		want string
	}{
		{"none", nil, "0 inputs"},
		{"another device's", []backend.Buffer{other}, "another device"},
		{"another shape", []backend.Buffer{shape}, "wants float32(4,)"},
		{"closed", []backend.Buffer{closed}, "Close"},
	} {
		err := b.exe.Run(context.Background(), backend.Call{In: row.in, Out: b.out})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error %v; wants %q in it", row.name, err, row.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.exe.Run(ctx, backend.Call{In: b.in, Out: b.out}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	b.exe.Close()
	if err := b.exe.Run(context.Background(), backend.Call{In: b.in, Out: b.out}); err == nil {
		t.Error("a closed executable runs")
	}
}

func TestOpenRefusesAConfigurationThatIsNoNumber(t *testing.T) {
	for _, name := range []string{"cpu:many", "cpu:0", "cpu:-1"} {
		if _, err := backend.Open(name); err == nil {
			t.Errorf("%s opens", name)
		}
	}
}
