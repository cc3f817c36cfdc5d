package models

import "github.com/rhyton/rhyton/layers"

// calls lists the applications of layers that the outputs depend on, inputs included, in
// the order of computation.
func (m *Model) calls() []*layers.Call {
	m.wire()
	var order []*layers.Call
	done := map[*layers.Call]bool{}
	type step struct {
		c    *layers.Call
		next int
	}
	visit := func(root *layers.Value) {
		c, _ := root.Call()
		stack := []step{{c: c}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if done[top.c] {
				stack = stack[:len(stack)-1]
				continue
			}
			if top.next < len(top.c.From) {
				from, _ := top.c.From[top.next].Call()
				top.next++
				if !done[from] {
					stack = append(stack, step{c: from})
				}
				continue
			}
			done[top.c] = true
			order = append(order, top.c)
			stack = stack[:len(stack)-1]
		}
	}
	for _, v := range m.inputs {
		visit(v)
	}
	for _, v := range m.outputs {
		visit(v)
	}
	return order
}

// topLayers lists the layers the model applies itself, each once.
func (m *Model) topLayers() (all []layers.Stateful) {
	seen := map[layers.Stateful]bool{}
	for _, c := range m.calls() {
		if c.Layer != nil && !seen[c.Layer] {
			seen[c.Layer] = true
			all = append(all, c.Layer)
		}
	}
	return all
}
