package models

import (
	"slices"

	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/layers"
)

// calls lists the layer calls that the outputs depend on, including inputs, in Keras' order: by
// decreasing distance from the outputs, then in the order in which a traversal from the outputs
// first meets their layers. Weights are saved in this order.
func (m *Model) calls() []*layers.Call {
	m.wire()
	post, index := m.walk()
	depth := map[*layers.Call]int{}
	deepest := map[any]int{} // for each layer
	for _, c := range slices.Backward(post) {
		d := max(depth[c], deepest[saving.LayerOf(c)])
		depth[c], deepest[saving.LayerOf(c)] = d, d
		for _, v := range c.From {
			if v == nil {
				continue
			}
			from, _ := v.Call()
			depth[from] = max(depth[from], d+1)
		}
	}
	slices.SortStableFunc(post, func(a, b *layers.Call) int {
		if depth[a] != depth[b] {
			return depth[b] - depth[a]
		}
		return index[saving.LayerOf(a)] - index[saving.LayerOf(b)]
	})
	return post
}

// walk visits the calls depth-first, starting from the outputs. It returns them in post-order,
// with the index at which each layer was first met.
func (m *Model) walk() (post []*layers.Call, index map[any]int) {
	w := &walker{index: map[any]int{}, entered: map[*layers.Call]bool{}}
	for _, v := range m.outputs {
		if v != nil {
			w.visit(v)
		}
	}
	for _, v := range m.inputs {
		w.visit(v)
	}
	return w.post, w.index
}

// A walker is the state of a traversal.
type walker struct {
	post    []*layers.Call
	index   map[any]int // of each layer, by first call
	entered map[*layers.Call]bool
	stack   []step // explicit: models may be thousands of layers deep
}

// A step is a call on the stack and the index of its next input.
type step struct {
	call *layers.Call
	next int
}

// enter pushes a call onto the stack unless it was visited before.
func (w *walker) enter(v *layers.Value) {
	c, _ := v.Call()
	if w.entered[c] {
		return
	}
	w.entered[c] = true
	if _, met := w.index[saving.LayerOf(c)]; !met {
		w.index[saving.LayerOf(c)] = len(w.index)
	}
	w.stack = append(w.stack, step{call: c})
}

// visit visits the calls that root depends on.
func (w *walker) visit(root *layers.Value) {
	w.enter(root)
	for len(w.stack) > 0 {
		top := &w.stack[len(w.stack)-1]
		if top.next == len(top.call.From) {
			w.post = append(w.post, top.call)
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		v := top.call.From[top.next]
		top.next++
		if v != nil { // a nil value is reported when the model is traced
			w.enter(v)
		}
	}
}

// topLayers lists the layers that the model itself applies, each once.
func (m *Model) topLayers() (all []layers.Module) {
	seen := map[layers.Module]bool{}
	for _, c := range m.calls() {
		if c.Layer != nil && !seen[c.Layer] {
			seen[c.Layer] = true
			all = append(all, c.Layer)
		}
	}
	return all
}

// InputNames lists the names of the model's inputs, in order.
func (m *Model) InputNames() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ensureBuilt() != nil {
		return nil
	}
	return m.inputNames()
}

func (m *Model) inputNames() []string {
	names := make([]string, len(m.inputs))
	for i, v := range m.inputs {
		c, _ := v.Call()
		names[i] = inputName(m, c)
	}
	return names
}

// OutputNames lists the names of the model's outputs: the names of the layers that produce them.
func (m *Model) OutputNames() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ensureBuilt() != nil {
		return nil
	}
	return m.outputNames()
}

func (m *Model) outputNames() []string {
	names := make([]string, len(m.outputs))
	for i, v := range m.outputs {
		names[i] = outputName(v, i)
	}
	return names
}
