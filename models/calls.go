package models

import (
	"slices"

	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/layers"
)

// calls lists the applications of layers that the outputs depend on, inputs included, in
// Keras' order: by their distance from the outputs, the farthest first, and in the order in
// which a walk from the outputs meets their layers. Weights are saved in this order.
func (m *Model) calls() []*layers.Call {
	m.wire()
	post, index := m.walk()
	depth := map[*layers.Call]int{}
	deepest := map[any]int{} // of each layer
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

// walk visits the calls from the outputs back, depth first. It returns them in the order in
// which they are left, and when each layer was first met.
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

// A walker is a walk under way.
type walker struct {
	post    []*layers.Call
	index   map[any]int // of each layer, in the order of their first call
	entered map[*layers.Call]bool
	stack   []step // explicit: models may be thousands of layers deep
}

// A step is a call that was entered, and which of its inputs comes next.
type step struct {
	call *layers.Call
	next int
}

// enter puts a call on the stack unless the walk has been there.
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

// visit walks what root depends on.
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
		if v != nil { // else reported when the model is traced
			w.enter(v)
		}
	}
}

// topLayers lists the layers the model applies itself, each once.
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

// OutputNames lists the names of the model's outputs: those of the layers that give them.
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
