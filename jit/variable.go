package jit

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// A Variable is an array that keeps its value between calls, such as a weight. Inside a function,
// Read returns its value and Update changes it; between calls, use Value, Assign, AssignAdd and
// AssignSub.
//
// A layer or a [models.Step] may read it too: all see the same value.
//
// [models.Step]: https://pkg.go.dev/github.com/rhyton/rhyton/models#Step
type Variable struct {
	v   *graph.Variable
	err error // of NewVariable
}

// NewVariable returns a variable with the type and initial value of t. An invalid t is reported
// when the variable is used.
func NewVariable(t *tensor.Tensor) *Variable {
	w := &Variable{err: t.Err()}
	if w.err == nil && t.DType() == tensor.String {
		w.err = fmt.Errorf("jit: variable: strings exist only on the host")
	}
	w.v = &graph.Variable{
		Path: "variable", Trainable: true, Initial: t.Clone(),
		Type: graph.Type{DType: t.DType(), Shape: t.Shape().Clone()},
	}
	return w
}

// Graph returns the graph variable, for example for Minimize of a models.Step, which then trains
// it.
func (w *Variable) Graph() *graph.Variable { return w.v }

// Read returns the variable's value in a function being traced: the value before the call, or the
// last update in it. g is the Graph of any of the function's nodes.
func (w *Variable) Read(g *graph.Graph) *graph.Node {
	if w.err != nil {
		graph.Errorf("%v", w.err)
	}
	return g.Read(w.v)
}

// Update sets the variable to n, which must have its type, at the end of each call of the
// function being traced.
func (w *Variable) Update(n *graph.Node) {
	if w.err != nil {
		graph.Errorf("%v", w.err)
	}
	n.Graph().Assign(w.v, n)
}

// Value returns a copy of the variable's value.
func (w *Variable) Value() (*tensor.Tensor, error) {
	if w.err != nil {
		return nil, w.err
	}
	return runtime.Value(w.v)
}

// Assign sets the variable to t, which must have its type.
func (w *Variable) Assign(t *tensor.Tensor) error {
	if err := w.check("assign", t); err != nil {
		return err
	}
	return runtime.SetValue(w.v, t)
}

// Close moves the value to the host and releases the variable's memory on its device. The variable
// can still be used. A variable that becomes unreachable without Close is closed by the garbage
// collector.
func (w *Variable) Close() error { return runtime.Leave(w.v) }

// AssignAdd adds t, which must have the variable's type.
func (w *Variable) AssignAdd(t *tensor.Tensor) error { return w.combine("assign_add", graph.Add, t) }

// AssignSub subtracts t, which must have the variable's type.
func (w *Variable) AssignSub(t *tensor.Tensor) error { return w.combine("assign_sub", graph.Sub, t) }

func (w *Variable) combine(who string, fn graph.Fn, t *tensor.Tensor) error {
	if err := w.check(who, t); err != nil {
		return err
	}
	device := defaultDevice
	if d := runtime.DeviceOf(w.v); d != nil {
		device = d.Name
	}
	f := Func(func(x *graph.Node) *graph.Node {
		w.Update(graph.Apply(graph.Binary{Fn: fn}, w.Read(x.Graph()), x))
		return x
	}).On(device)
	_, err := f.Call(t)
	return errors.Join(err, f.Close())
}

func (w *Variable) check(who string, t *tensor.Tensor) error {
	if w.err != nil {
		return w.err
	}
	if err := t.Err(); err != nil {
		return fmt.Errorf("jit: %s: %w", who, err)
	}
	if got := (graph.Type{DType: t.DType(), Shape: t.Shape()}); !got.Equal(w.v.Type) {
		return fmt.Errorf("jit: %s: the variable is %v, the value is %v", who, w.v.Type, got)
	}
	return nil
}
