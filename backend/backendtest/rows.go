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

// counting returns a graph over two inputs of rows that draws random numbers and has a variable that
// every run updates nonlinearly.
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

// openRows returns a session of counting, and another session of the same executable.
func (s *suite) openRows(t *testing.T) (dev, want *session) {
	t.Helper()
	dev, err := open(s.dev, counting(t))
	must(t, err)
	t.Cleanup(dev.close)
	want, err = dev.beside()
	must(t, err)
	t.Cleanup(want.close)
	return dev, want
}

// rowsOf returns a call of the given number of steps over the rows of x.
func (s *session) rowsOf(x []*tensor.Tensor, steps int) backend.Call {
	return backend.Call{Seed: 7, Vars: s.vars, In: s.in, Out: s.out, Rows: x, Steps: steps}
}

func rowInputs() []*tensor.Tensor {
	return []*tensor.Tensor{of(graph.Float32, 3*rowSteps, 2).second(), of(graph.Int32, 3*rowSteps, 2).second()}
}

// rows tests that a run of n steps over rows equals n runs.
func (s *suite) rows(t *testing.T) {
	dev, want := s.openRows(t)
	x := rowInputs()
	must(t, dev.exe.Run(background, dev.rowsOf(x, rowSteps)))
	for i := range rowSteps {
		_, err := want.run(background, 7, x[0].Rows(3*i, 3*i+3), x[1].Rows(3*i, 3*i+3))
		must(t, err)
	}
	s.sameResults(t, dev, want)
}

// steps tests that without rows every step has the same inputs.
func (s *suite) steps(t *testing.T) {
	dev, want := s.openRows(t)
	x := []*tensor.Tensor{of(graph.Float32, 3, 2).second(), of(graph.Int32, 3, 2).second()}
	for i := range x {
		must(t, dev.in[i].Write(x[i]))
	}
	must(t, dev.exe.Run(background, dev.rowsOf(nil, rowSteps)))
	for range rowSteps {
		_, err := want.run(background, 7, x...)
		must(t, err)
	}
	s.sameResults(t, dev, want)
}

func (s *suite) sameResults(t *testing.T, dev, want *session) {
	t.Helper()
	outputs, err := read(want.out, want.g.Outputs)
	must(t, err)
	for i, o := range outputs {
		holds(t, "an output", dev.out[i], o)
	}
	s.sameVariables(t, rowSteps, dev, want)
}

// endsAfter is a context that ends after it has been checked a given number of times.
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
	dev, want := s.openRows(t)
	x, left := rowInputs(), 4
	err := dev.exe.Run(endsAfter{background, &left}, dev.rowsOf(x, rowSteps))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v; want that of the context", err)
	}
	done := 0 // only whole steps, and not all of them
	for ; done < rowSteps; done++ {
		if got, err := dev.variable(0); err == nil && differBy(got, must1(want.variable(0)), 0, 0) == nil {
			break
		}
		_, err := want.run(background, 7, x[0].Rows(3*done, 3*done+3), x[1].Rows(3*done, 3*done+3))
		must(t, err)
	}
	if done == 0 || done == rowSteps {
		t.Errorf("the variable is not that of 1 to %d steps", rowSteps-1)
	}
}

func must1(x *tensor.Tensor, _ error) *tensor.Tensor { return x }

func (s *suite) rowsMisuse(t *testing.T) {
	dev, _ := s.openRows(t)
	x := rowInputs()
	for name, change := range map[string]func(c *backend.Call){
		"no input":         func(c *backend.Call) { c.Rows = []*tensor.Tensor{} },
		"a nil input":      func(c *backend.Call) { c.Rows = []*tensor.Tensor{x[0], nil} },
		"swapped inputs":   func(c *backend.Call) { c.Rows = []*tensor.Tensor{x[1], x[0]} },
		"a broken array":   func(c *backend.Call) { c.Rows = []*tensor.Tensor{x[0], tensor.Of([]int32{1}, 2)} },
		"too many steps":   func(c *backend.Call) { c.Steps++ },
		"too few steps":    func(c *backend.Call) { c.Steps-- },
		"one step":         func(c *backend.Call) { c.Steps = 0 },
		"negative steps":   func(c *backend.Call) { c.Steps = -rowSteps },
		"no input buffers": func(c *backend.Call) { c.In = nil },
		"no variables":     func(c *backend.Call) { c.Vars = nil },
		"an output less":   func(c *backend.Call) { c.Out = dev.out[1:] },
		"a wrong output":   func(c *backend.Call) { c.Out = []backend.Buffer{dev.out[1], dev.vars[0], dev.out[2]} },
		"a wrong variable": func(c *backend.Call) { c.Vars = dev.out[:1] },
	} {
		c := dev.rowsOf(x, rowSteps)
		change(&c)
		refuses(t, "a run over rows with "+name, func() error { return dev.exe.Run(background, c) })
	}
	holds(t, "the variable", dev.vars[0], dev.g.Variables[0].Initial)
}
