package backendtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// running tests cancellation, misuse and concurrency of Run.
func (s *suite) running(t *testing.T) {
	t.Run("cancelled before it starts", s.cancelled)
	t.Run("misuse", s.runMisuse)
	t.Run("concurrent", s.concurrent)
	t.Run("an output may be an input", s.passing)
	t.Run("steps", s.steps)
	t.Run("rows", s.rows)
	t.Run("rows, cancelled", s.rowsCancelled)
	t.Run("rows, misuse", s.rowsMisuse)
}

func (s *suite) cancelled(t *testing.T) {
	dev, err := open(s.dev, state(t))
	must(t, err)
	defer dev.close()
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := dev.run(ctx, 1, tensor.Of([]float32{1, 1, 1})); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v; want that of the context", err)
	}
	for i, v := range dev.g.Variables {
		want := v.Initial
		if want == nil {
			want = tensor.New(v.Type.DType, v.Type.Shape...)
		}
		holds(t, "variable "+v.Path, dev.vars[i], want)
	}
}

func (s *suite) runMisuse(t *testing.T) {
	dev, err := open(s.dev, state(t))
	must(t, err)
	defer dev.close()
	other, err := s.dev.NewBuffer(graph.Type{DType: graph.Float32, Shape: graph.Shape{4}})
	must(t, err)
	defer other.Close()
	wrong := []backend.Buffer{other}
	for name, run := range map[string]func() error{
		"no input":     func() error { return dev.exe.Run(background, backend.Call{Seed: 1, Vars: dev.vars, Out: dev.out}) },
		"no variables": func() error { return dev.exe.Run(background, backend.Call{Seed: 1, In: dev.in, Out: dev.out}) },
		"an output less": func() error {
			return dev.exe.Run(background, backend.Call{Seed: 1, Vars: dev.vars, In: dev.in, Out: dev.out[1:]})
		},
		"a wrong input": func() error {
			return dev.exe.Run(background, backend.Call{Seed: 1, Vars: dev.vars, In: wrong, Out: dev.out})
		},
		"a wrong output": func() error {
			return dev.exe.Run(background, backend.Call{Seed: 1, Vars: dev.vars, In: dev.in, Out: append(wrong, dev.out[1:]...)})
		},
		"a wrong variable": func() error {
			return dev.exe.Run(background, backend.Call{Seed: 1, Vars: append(wrong, dev.vars[1:]...), In: dev.in, Out: dev.out})
		},
		"a nil input": func() error {
			return dev.exe.Run(background, backend.Call{Seed: 1, Vars: dev.vars, In: []backend.Buffer{nil}, Out: dev.out})
		},
	} {
		refuses(t, "Run with "+name, run)
	}
	for i, v := range dev.g.Variables {
		if v.Initial != nil {
			holds(t, "variable "+v.Path, dev.vars[i], v.Initial)
		}
	}
}

// concurrent runs one executable in several goroutines with separate buffers.
func (s *suite) concurrent(t *testing.T) {
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 37, 19)
		u := g.Apply(graph.Random{DType: graph.Float32, Dims: graph.DimsOf([]int{37, 19})})
		y := apply(graph.MatMul{TransB: true}, tanh(mul(x, u)), x)
		return append(graph.Grad(sum(y), x), y)
	})
	must(t, err)
	oracle, err := open(s.oracle, g)
	must(t, err)
	x := of(graph.Float32, 37, 19).second()
	want, err := oracle.run(background, 7, x)
	must(t, err)
	first, err := open(s.dev, g)
	if errors.Is(err, backend.ErrUnsupported) {
		t.Skipf("the device does not take the graph: %v", err)
	}
	must(t, err)
	defer first.close()
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() { runsLike(t, first, x, want) })
	}
	wait.Wait()
}

func runsLike(t *testing.T, first *session, x *tensor.Tensor, want []*tensor.Tensor) {
	mine, err := first.beside()
	if err != nil {
		t.Error(err)
		return
	}
	defer mine.close()
	for range 8 {
		got, err := mine.run(background, 7, x)
		if err != nil {
			t.Error(err)
			return
		}
		for i := range want {
			if err := differ(got[i], want[i], 100, false); err != nil {
				t.Errorf("output %d: %v", i, err)
			}
		}
	}
}

// passing tests a graph that returns inputs and variables, and one value twice.
func (s *suite) passing(t *testing.T) {
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float32, Shape: graph.Shape{2}}, Initial: tensor.Of([]float32{8, 9})}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 2)
		y := add(x, x)
		g.Assign(v, x)
		return []*graph.Node{x, g.Read(v), y, y, g.Const(graph.Float32, 3, 2)}
	})
	must(t, err)
	dev, err := open(s.dev, g)
	must(t, err)
	defer dev.close()
	got, err := dev.run(background, 1, tensor.Of([]float32{1, 2}))
	must(t, err)
	for i, want := range [][]float32{{1, 2}, {1, 2}, {2, 4}, {2, 4}, {3, 3}} {
		if err := differBy(got[i], tensor.Of(want), 0, 0); err != nil {
			t.Errorf("output %d: %v", i, err)
		}
	}
	holds(t, "variable", dev.vars[0], tensor.Of([]float32{1, 2}))
}
