package jit

import (
	"fmt"
	"runtime"
	"sync"
	"weak"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A Variable is an array that lives on from call to call, such as a weight. Inside a
// function Read gives its value and Update changes it; between calls Value, Assign,
// AssignAdd and AssignSub do.
type Variable struct {
	v    *graph.Variable
	home *machine       // where buf is; nil before the first use
	buf  backend.Buffer // the value
	err  error          // of NewVariable
}

// stateMu guards the values of all variables.
var stateMu sync.Mutex

// owners finds the Variable of a graph's variable, weakly: it keeps neither alive.
var owners sync.Map // weak.Pointer[graph.Variable] → weak.Pointer[Variable]

func owner(v *graph.Variable) *Variable {
	w, ok := owners.Load(weak.Make(v))
	if !ok {
		return nil
	}
	return w.(weak.Pointer[Variable]).Value()
}

// NewVariable returns a variable of t's type that starts with t's value. What is wrong
// with t is reported when the variable is used.
func NewVariable(t *tensor.Tensor) *Variable {
	w := &Variable{err: t.Err()}
	if w.err == nil && t.DType() == tensor.String {
		w.err = fmt.Errorf("jit: variable: strings live on the host only")
	}
	w.v = &graph.Variable{
		Path: "variable", Trainable: true, Initial: clone(t),
		Type: graph.Type{DType: t.DType(), Shape: t.Shape().Clone()},
	}
	key := weak.Make(w.v)
	owners.Store(key, weak.Make(w))
	runtime.AddCleanup(w, func(key weak.Pointer[graph.Variable]) { owners.Delete(key) }, key)
	return w
}

// Read returns the variable's value in a function that is being traced: the one before
// the call, or as last updated in it. g is the Graph of any of the function's nodes.
func (w *Variable) Read(g *graph.Graph) *graph.Node {
	if w.err != nil {
		graph.Errorf("%v", w.err)
	}
	return g.Read(w.v)
}

// Update gives the variable the value n, of the same type, at the end of the call of the
// function that is being traced.
func (w *Variable) Update(n *graph.Node) {
	if w.err != nil {
		graph.Errorf("%v", w.err)
	}
	n.Graph().Assign(w.v, n)
}

// Value returns a copy of the variable's value.
func (w *Variable) Value() (*tensor.Tensor, error) {
	stateMu.Lock()
	defer stateMu.Unlock()
	return w.value()
}

func (w *Variable) value() (*tensor.Tensor, error) {
	if w.err != nil {
		return nil, w.err
	}
	if w.home == nil {
		return clone(w.v.Initial), nil
	}
	t := tensor.New(w.v.Type.DType, w.v.Type.Shape...)
	return t, w.buf.Read(t)
}

// Assign gives the variable the value of t, which has its type.
func (w *Variable) Assign(t *tensor.Tensor) error {
	if err := w.check("assign", t); err != nil {
		return err
	}
	stateMu.Lock()
	defer stateMu.Unlock()
	if w.home == nil {
		w.v.Initial = clone(t)
		return nil
	}
	return w.buf.Write(t)
}

// AssignAdd adds t, which has the variable's type, to its value.
func (w *Variable) AssignAdd(t *tensor.Tensor) error { return w.combine("assign_add", graph.Add, t) }

// AssignSub subtracts t, which has the variable's type, from its value.
func (w *Variable) AssignSub(t *tensor.Tensor) error { return w.combine("assign_sub", graph.Sub, t) }

func (w *Variable) combine(who string, fn graph.Fn, t *tensor.Tensor) error {
	if err := w.check(who, t); err != nil {
		return err
	}
	device := ""
	if stateMu.Lock(); w.home != nil {
		device = w.home.name
	}
	stateMu.Unlock()
	f := Func(func(x *graph.Node) *graph.Node {
		w.Update(graph.Apply(graph.Binary{Fn: fn}, w.Read(x.Graph()), x))
		return x
	}).On(device)
	if _, err := f.Call(t); err != nil {
		return err
	}
	return f.Close()
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

// buffer returns the value's memory on m, moving it there if it is elsewhere.
func (w *Variable) buffer(m *machine) (backend.Buffer, error) {
	if w.home == m {
		return w.buf, nil
	}
	t, err := w.value()
	if err != nil {
		return nil, err
	}
	b, err := m.NewBuffer(w.v.Type)
	if err != nil {
		return nil, err
	}
	if err := b.Write(t); err != nil {
		return nil, err
	}
	if w.home != nil {
		if err := w.buf.Close(); err != nil {
			return nil, err
		}
	}
	w.home, w.buf = m, b
	return b, nil
}

// clone returns a copy of t.
func clone(t *tensor.Tensor) *tensor.Tensor {
	c := tensor.New(t.DType(), t.Shape()...)
	switch d := c.Data().(type) {
	case []bool:
		copy(d, t.Data().([]bool))
	case []uint8:
		copy(d, t.Data().([]uint8))
	case []int32:
		copy(d, t.Data().([]int32))
	case []int64:
		copy(d, t.Data().([]int64))
	case []uint16:
		copy(d, t.Data().([]uint16))
	case []float32:
		copy(d, t.Data().([]float32))
	case []float64:
		copy(d, t.Data().([]float64))
	}
	return c
}
