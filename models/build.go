package models

import (
	"fmt"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"sync"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// unknownExtents are tried in turn for extents that vary between batches while the weights are
// created: a model is valid if it builds with one of them.
var unknownExtents = []int{32, 128, 1024, 16384, 131072}

// maxValueBytes is the size above which a value of two samples is taken for a shape error.
const maxValueBytes = 64 << 30

// building is held while a model is built: the first trace of a layer sets its defaults and
// creates its weights, and several models may share the layer.
var building sync.Mutex

// build creates the weights by tracing the model on a batch of two.
func (m *Model) build(policy layers.Policy, seed uint64) error {
	if m.built {
		return nil
	}
	building.Lock()
	defer building.Unlock()
	var err error
	for _, extent := range unknownExtents {
		tried := m.buildWith(extent, policy, seed)
		if tried == nil {
			err = nil
			break
		}
		if err == nil { // report the error for the usual extent, which is the clearest
			err = tried
		}
		if !m.varies() {
			break
		}
	}
	if err != nil {
		return err
	}
	m.learners = nil
	for _, l := range m.order {
		if l, ok := l.(learner); ok {
			m.learners = append(m.learners, l)
		}
	}
	if m.values == nil {
		m.values = &runtime.Lock{}
	}
	runtime.Guard(m.values, m.vars...)
	m.built = true
	return nil
}

// buildWith is build with the given extent for axes that vary.
func (m *Model) buildWith(extent int, policy layers.Policy, seed uint64) error {
	trace, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		m.checkValues()
		s := m.scope(g, false, policy, seed, nil)
		s.Blank = m.blank
		out, known := m.evaluate(s, m.traceInputs(g, extent))
		m.order, m.vars, m.results = s.Layers(), s.Variables(), known
		return out
	})
	if err != nil {
		return err
	}
	for _, n := range trace.Nodes {
		if bytes := int64(n.Shape.Size()) * int64(n.DType.Size()); bytes > maxValueBytes {
			return fmt.Errorf("layer %q: a value %v of two samples takes %d GB: check the layer's sizes", n.Label, n.Type, bytes>>30)
		}
	}
	m.trace = trace
	return nil
}

// varies reports whether an input has a varying axis other than the batch axis.
func (m *Model) varies() bool {
	return slices.ContainsFunc(m.inputs, func(v *layers.Value) bool {
		return v != nil && v.Input() != nil && slices.Contains(v.Input().Shape, -1)
	})
}

func (m *Model) scope(g *graph.Graph, training bool, policy layers.Policy, seed uint64, frozen freezing) *layers.Scope {
	s := layers.NewScope(g)
	s.Training = training
	s.Policy, s.Seed, s.Frozen = policy, seed, frozen.of
	if frozen.of(m) {
		s.Freeze()
	}
	return s
}

// traceInputs adds the model's inputs to g with a batch of two, and with the given extent for axes
// that vary.
func (m *Model) traceInputs(g *graph.Graph, extent int) []*graph.Node {
	host := m.host()
	in := make([]*graph.Node, len(host.feeds))
	for i, f := range host.feeds {
		spec, v := f.spec, f.value
		if spec.DType == tensor.String {
			graph.Errorf("the input made at %s is text, which stays on the host: apply StringLookup, TextVectorization, Hashing or HashedCrossing to it first", v.Site())
		}
		shape := graph.Shape{2}
		for _, d := range spec.Shape {
			switch {
			case d == -1:
				d = extent
			case d < 1:
				graph.Errorf("the input made at %s has extent %d in %v; it must be positive, or -1 if it varies", v.Site(), d, spec.Shape)
			}
			shape = append(shape, d)
		}
		in[i] = g.Input(spec.DType, shape...)
	}
	return in
}

// checkValues reports a nil value or an input that is not connected to any output.
func (m *Model) checkValues() {
	m.wire()
	used := map[*layers.Call]bool{}
	var stack []*layers.Call
	push := func(v *layers.Value) {
		if c, _ := v.Call(); !used[c] {
			used[c] = true
			stack = append(stack, c)
		}
	}
	for i, v := range m.outputs {
		if v == nil {
			graph.Errorf("output %d of the model is nil", i)
		}
		push(v)
	}
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for i, v := range c.From {
			if v == nil {
				graph.Errorf("layer %s: input %d is nil", c.Describe(), i)
			}
			push(v)
		}
	}
	for i, v := range m.inputs {
		if v == nil {
			graph.Errorf("input %d of the model is nil", i)
		}
		if c, _ := v.Call(); !used[c] {
			graph.Errorf("input %d (made at %s) reaches no output", i, v.Site())
		}
	}
}

// caller returns the file:line of the caller skip frames up.
func caller(skip int) string {
	_, file, line, ok := goruntime.Caller(skip)
	if !ok {
		return "?"
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}
