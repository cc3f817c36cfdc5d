package randgraph

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// recurrent runs a layer with matrix products over the first axis of a value of rank 3.
func (m *maker) recurrent() {
	x := m.pick(func(e entry) bool { return e.DType == m.Float && e.Rank() == 3 })
	if x.Rank() != 3 || x.DType != m.Float {
		return
	}
	w, u, v := m.matrix(x.Shape[2], 2), m.matrix(2, 2), m.matrix(2, 3)
	loop := graph.Loop{Init: []*graph.Node{m.constant(graph.Shape{x.Shape[1], 2}).Node}, Seqs: []*graph.Node{x.Node}, Reverse: m.rng.IntN(2) == 0}
	final, stack := loop.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		p := apply(graph.MatMul{}, s[0], w)
		h := apply(graph.Unary{Fn: graph.Tanh}, apply(graph.Binary{Fn: graph.Add}, apply(graph.MatMul{}, c[0], u), p))
		return []*graph.Node{h}, []*graph.Node{p, apply(graph.MatMul{}, h, v), h}
	})
	m.add(final[0], 1, false)
	m.add(stack[m.rng.IntN(3)], x.bound*8, false)
	m.add(stack[1], 4, false)
}

// matrix returns an input or a constant, with equal probability.
func (m *maker) matrix(rows, columns int) *graph.Node {
	if m.rng.IntN(2) == 0 {
		return m.input(rows, columns)
	}
	x := tensor.New(m.Float, rows, columns)
	m.fill(x)
	return m.g.Literal(x)
}
