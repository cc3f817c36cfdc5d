package backendtest

import (
	"context"
	"errors"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

const rowSteps = 5

// counting is a graph over two inputs of rows, one random number each, with a variable that
// every run changes by what is not linear in it.
func counting(t *testing.T) *graph.Graph {
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float32, Shape: graph.Shape{1, 2}}, Initial: tensor.Of([]float32{0.5, -0.25}, 1, 2)}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x, k := g.Input(graph.Float32, 3, 2), g.Input(graph.Int32, 3, 2)
		u := g.Apply(graph.Random{DType: graph.Float32, Dims: graph.DimsOf([]int{3, 2})})
		y := mul(add(x, u), g.Apply(graph.Cast{To: graph.Float32}, k))
		top := g.Apply(graph.Reduce{Fn: graph.Max, Axes: 1}, y)
		g.Assign(v, tanh(add(g.Read(v), top)))
		return []*graph.Node{y, x, g.Read(v)}
	})
	must(t, err)
	return g
}

// openRows returns a session whose executable is a RowsRunner, or skips the test.
func (s *suite) openRows(t *testing.T) (*session, backend.RowsRunner) {
	dev, err := open(s.dev, counting(t))
	must(t, err)
	r, ok := dev.exe.(backend.RowsRunner)
	if !ok {
		dev.close()
		t.Skip("the device has no RunRows")
	}
	return dev, r
}

func rowInputs() []*tensor.Tensor {
	return []*tensor.Tensor{of(graph.Float32, 3*rowSteps, 2).second(), of(graph.Int32, 3*rowSteps, 2).second()}
}

// rows: RunRows is so many calls of Run.
func (s *suite) rows(t *testing.T) {
	dev, r := s.openRows(t)
	defer dev.close()
	want, err := dev.beside()
	must(t, err)
	defer want.release()
	x := rowInputs()
	must(t, r.RunRows(background, 7, dev.vars, x, dev.out, rowSteps))
	for i := range rowSteps {
		_, err := want.run(background, 7, x[0].Rows(3*i, 3*i+3), x[1].Rows(3*i, 3*i+3))
		must(t, err)
	}
	outputs, err := read(want.out, want.g.Outputs)
	must(t, err)
	for i, o := range outputs {
		holds(t, "an output", dev.out[i], o)
	}
	s.sameVariables(t, rowSteps, dev, want)
}

// endsAfter is a context that ends when it was asked that many times.
type endsAfter struct {
	context.Context
	left *int
}

func (c endsAfter) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

func (s *suite) rowsCancelled(t *testing.T) {
	dev, r := s.openRows(t)
	defer dev.close()
	want, err := dev.beside()
	must(t, err)
	defer want.release()
	x, left := rowInputs(), 2
	if err := r.RunRows(endsAfter{background, &left}, 7, dev.vars, x, dev.out, rowSteps); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v; want that of the context", err)
	}
	must(t, r.RunRows(background, 7, want.vars, []*tensor.Tensor{x[0].Rows(0, 6), x[1].Rows(0, 6)}, want.out, 2))
	s.sameVariables(t, 2, dev, want)
}

func (s *suite) rowsMisuse(t *testing.T) {
	dev, r := s.openRows(t)
	defer dev.close()
	x := rowInputs()
	for name, run := range map[string]func() error{
		"no input": func() error { return r.RunRows(background, 7, dev.vars, nil, dev.out, rowSteps) },
		"a nil input": func() error {
			return r.RunRows(background, 7, dev.vars, []*tensor.Tensor{x[0], nil}, dev.out, rowSteps)
		},
		"swapped inputs": func() error {
			return r.RunRows(background, 7, dev.vars, []*tensor.Tensor{x[1], x[0]}, dev.out, rowSteps)
		},
		"too many steps": func() error { return r.RunRows(background, 7, dev.vars, x, dev.out, rowSteps+1) },
		"too few steps":  func() error { return r.RunRows(background, 7, dev.vars, x, dev.out, rowSteps-1) },
		"no steps": func() error {
			return r.RunRows(background, 7, dev.vars, []*tensor.Tensor{x[0].Rows(0, 0), x[1].Rows(0, 0)}, dev.out, 0)
		},
		"negative steps": func() error { return r.RunRows(background, 7, dev.vars, x, dev.out, -rowSteps) },
		"no variables":   func() error { return r.RunRows(background, 7, nil, x, dev.out, rowSteps) },
		"a broken array": func() error {
			return r.RunRows(background, 7, dev.vars, []*tensor.Tensor{x[0], tensor.Of([]int32{1}, 2)}, dev.out, rowSteps)
		},
		"an output less": func() error { return r.RunRows(background, 7, dev.vars, x, dev.out[1:], rowSteps) },
		"a wrong output": func() error {
			return r.RunRows(background, 7, dev.vars, x, []backend.Buffer{dev.out[1], dev.vars[0], dev.out[2]}, rowSteps)
		},
		"a wrong variable": func() error { return r.RunRows(background, 7, dev.out[:1], x, dev.out, rowSteps) },
	} {
		refuses(t, "RunRows with "+name, run)
	}
	holds(t, "the variable", dev.vars[0], dev.g.Variables[0].Initial)
}
