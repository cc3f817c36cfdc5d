// Package models builds models from layers, and trains, evaluates, runs, saves and loads them.
package models

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/layers"
)

// A Model is a function from inputs to outputs, made of layers. It is also a layer: another model
// can call it, and then shares its weights.
//
// A model is defined by [Sequential] or [New], compiled by [Model.Compile] and trained by
// [Model.Fit]. Predict and Evaluate are safe for concurrent use; methods that change the model
// wait for running predictions and evaluations, and the other way around.
type Model struct {
	layers.Base
	Name string // "": the class in snake case, sequential or functional

	inputs, outputs []*layers.Value
	sequence        []layers.Layer // for a Sequential model
	at              []string       // file:line of each layer

	mu       sync.RWMutex
	values   *runtime.Lock // guards the weights not created by another model; nil before they exist
	stage    *hostStage    // the part that runs on the host
	learners []learner     // layers that may need to be adapted
	built    bool
	blank    bool            // the weights are about to be loaded
	order    []layers.Module // every layer called, in the order of the first call
	vars     []*graph.Variable
	trace    *graph.Graph                   // of the build: inference on a batch of two
	results  map[*layers.Call][]*graph.Node // the results of each call in trace
	compiled *compiled                      // nil before Compile
	loadable [sha256.Size]byte              // of the configuration that Save last found to load
}

// Sequential returns a model that applies a stack of layers to input:
//
//	models.Sequential(layers.Input(4), &layers.Dense{Units: 3})
func Sequential(input *layers.Value, ls ...layers.Layer) *Model {
	m := &Model{}
	if input != nil {
		m.inputs = []*layers.Value{input}
	}
	for _, l := range ls {
		m.sequence = append(m.sequence, l)
		m.at = append(m.at, caller(2))
	}
	return m
}

// Add appends a layer to a Sequential model.
func (m *Model) Add(l layers.Layer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sequence = append(m.sequence, l)
	m.at = append(m.at, caller(2))
	m.compiled.drop(nil)
	m.outputs, m.stage, m.built, m.compiled = nil, nil, false, nil
}

// New returns the model that computes out from in, each a single value or a slice of values:
//
//	models.New(x, y)
//	models.New([]*layers.Value{a, b}, y)
func New[In, Out *layers.Value | []*layers.Value](in In, out Out) *Model {
	return &Model{inputs: list(in), outputs: list(out)}
}

func list(v any) []*layers.Value {
	if one, ok := v.(*layers.Value); ok {
		return []*layers.Value{one}
	}
	return append([]*layers.Value{}, v.([]*layers.Value)...)
}

// ClassName returns Keras' class of the model: Sequential or Functional.
func (m *Model) ClassName() string {
	if m.sequence != nil || m.outputs == nil {
		return "Sequential"
	}
	return "Functional"
}

// title returns the model's name.
func (m *Model) title() string {
	switch {
	case m.Name != "":
		return m.Name
	case m.Path() != "":
		return m.Path()
	}
	return config.Snake(m.ClassName())
}

// wire creates the values of a Sequential model, once.
func (m *Model) wire() {
	if m.outputs != nil {
		return
	}
	if len(m.inputs) == 0 || m.inputs[0] == nil {
		graph.Errorf("the model has no input: begin it with layers.Input")
	}
	v := m.inputs[0]
	if len(m.sequence) == 0 {
		graph.Errorf("the model has no layers")
	}
	for i, l := range m.sequence {
		v = access.ApplyAt(m.at[i], l, v)
	}
	m.outputs = []*layers.Value{v}
}

// CallAll returns the model's outputs for in within a trace, either of another model or of a
// custom step.
func (m *Model) CallAll(s *layers.Scope, in []*graph.Node) []*graph.Node {
	out, _ := m.evaluate(s, in)
	return out
}

// evaluate returns the outputs for in and the results of every call.
func (m *Model) evaluate(s *layers.Scope, in []*graph.Node) ([]*graph.Node, layers.Known) {
	m.wire()
	host := m.host()
	if len(in) != len(host.feeds) {
		graph.Errorf("the model has %d inputs, %d were given", len(host.feeds), len(in))
	}
	known := layers.Known{}
	for i, f := range host.feeds {
		if err := fits(&f.spec, in[i].Shape); err != nil {
			graph.Errorf("input %d: %v", i, err)
		}
		c, _ := f.value.Call()
		known[c] = []*graph.Node{in[i]}
	}
	for _, c := range host.calls {
		s.Enter(c.Layer)
	}
	for _, c := range m.calls() {
		if !host.off[c] {
			c.Eval(s, known)
		}
	}
	out := make([]*graph.Node, len(m.outputs))
	for i, v := range m.outputs {
		if v == nil {
			graph.Errorf("output %d of the model is nil", i)
		}
		out[i] = v.Eval(s, known)
	}
	return out, known
}

// Call returns the model's first output for its single input.
func (m *Model) Call(s *layers.Scope, x *graph.Node) *graph.Node {
	return m.CallAll(s, []*graph.Node{x})[0]
}

// fits returns an error that describes how shape, including its batch axis, differs from what the
// input expects.
func fits(in *layers.InputSpec, shape graph.Shape) error {
	ok := len(shape) == len(in.Shape)+1
	for i := 0; ok && i < len(in.Shape); i++ {
		ok = in.Shape[i] == shape[i+1] || in.Shape[i] < 0
	}
	if ok {
		return nil
	}
	text := batchShape(in.Shape)
	switch {
	case in.Shape.Equal(shape):
		return fmt.Errorf("want %s, got %v: that is one sample; make it a batch by Reshape(1%s)", text, shape, strings.TrimPrefix(strings.TrimSuffix(text, ")"), "(batch"))
	case len(shape) == len(in.Shape):
		return fmt.Errorf("want %s, got %v: a batch axis is missing; one sample is a batch of 1", text, shape)
	default:
		return fmt.Errorf("want %s, got %v", text, shape)
	}
}

// batchShape formats a sample's shape with a batch axis in front: (batch, 28, 28).
func batchShape(s graph.Shape) string {
	text := "(batch"
	for _, d := range s {
		if d < 0 {
			text += ", ?"
		} else {
			text += fmt.Sprintf(", %d", d)
		}
	}
	return text + ")"
}
