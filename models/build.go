package models

import (
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
)

// unknownExtent stands for an extent that varies from batch to batch while weights are made.
const unknownExtent = 32

// maxValueBytes is where a value of two samples is taken for a mistake in a shape.
const maxValueBytes = 64 << 30

// build makes the weights by tracing the model once, on a batch of two.
func (m *Model) build(policy layers.Policy, seed uint64) error {
	if m.built {
		return nil
	}
	trace, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := m.scope(g, false, policy, seed)
		s.Blank = m.blank
		out, known := m.evaluate(s, m.traceInputs(g))
		m.order, m.vars, m.results = s.Layers(), s.Variables(), known
		return out
	})
	if err != nil {
		return err
	}
	m.trace = trace
	for _, n := range trace.Nodes {
		if bytes := n.Shape.Size() * n.DType.Size(); bytes > maxValueBytes {
			return fmt.Errorf("layer %q: a value %v of two samples takes %d GB: check the layer's sizes", n.Label, n.Type, bytes>>30)
		}
	}
	m.built = true
	return m.checkInputsUsed()
}

func (m *Model) scope(g *graph.Graph, training bool, policy layers.Policy, seed uint64) *layers.Scope {
	s := layers.NewScope(g, training)
	s.Policy, s.Seed = policy, seed
	if m.Frozen {
		s.Freeze()
	}
	return s
}

// traceInputs adds the model's inputs to g with a batch of two.
func (m *Model) traceInputs(g *graph.Graph) []*graph.Node {
	m.wire()
	in := make([]*graph.Node, len(m.inputs))
	for i, v := range m.inputs {
		if v == nil || v.Input() == nil {
			graph.Errorf("input %d of the model is no layers.Input", i)
		}
		spec := v.Input()
		shape := graph.Shape{2}
		for _, d := range spec.Shape {
			switch {
			case d == -1:
				d = unknownExtent
			case d < 1:
				graph.Errorf("the input made at %s has extent %d in %v; it must be positive, or -1 if it varies", v.Site(), d, spec.Shape)
			}
			shape = append(shape, d)
		}
		in[i] = g.Input(spec.DType, shape...)
	}
	return in
}

// checkInputsUsed reports an input that no output depends on.
func (m *Model) checkInputsUsed() error {
	used := map[*layers.Call]bool{}
	var stack []*layers.Call
	push := func(v *layers.Value) {
		if c, _ := v.Call(); !used[c] {
			used[c] = true
			stack = append(stack, c)
		}
	}
	for _, v := range m.outputs {
		push(v)
	}
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, v := range c.From {
			push(v)
		}
	}
	for i, v := range m.inputs {
		if c, _ := v.Call(); !used[c] {
			return fmt.Errorf("input %d (made at %s) reaches no output", i, v.Site())
		}
	}
	return nil
}

// caller returns the file:line skip frames up.
func caller(skip int) string {
	_, file, line, ok := runtime.Caller(skip)
	if !ok {
		return "?"
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}
