package randgraph

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func (m *maker) reduce() {
	x := m.float()
	op := graph.Reduce{Fn: graph.Add, Axes: uint32(m.rng.IntN(1 << x.Rank()))}
	switch n := float64(x.Shape.Size()); m.rng.IntN(4) {
	case 0:
		x = m.exactFloat()
		op = graph.Reduce{Fn: []graph.Fn{graph.Max, graph.Min}[m.rng.IntN(2)], Axes: uint32(m.rng.IntN(1 << x.Rank()))}
		m.add(apply(op, x.Node), x.bound, true)
	case 1: // a product of numbers of magnitude at most 1
		op.Fn = graph.Mul
		m.add(apply(op, apply(graph.Unary{Fn: graph.Tanh}, x.Node)), 1, false)
	default:
		m.add(apply(op, x.Node), x.bound*n, false)
	}
}

func (m *maker) cumulate() {
	x := m.float()
	if x.Rank() == 0 {
		return
	}
	op := graph.Cumulate{Fn: graph.Add, Axis: m.rng.IntN(x.Rank()), Reverse: m.rng.IntN(2) == 0}
	bound, exact := x.bound*float64(x.Shape[op.Axis]), false
	if x.exact && m.rng.IntN(2) == 0 {
		op.Fn = []graph.Fn{graph.Max, graph.Min}[m.rng.IntN(2)]
		bound, exact = x.bound, true
	}
	m.add(apply(op, x.Node), bound, exact)
}

// extreme computes argmax, argmin or argsort indices of an exact value.
func (m *maker) extreme() {
	x := m.exactFloat()
	if x.Rank() == 0 {
		return
	}
	axis := m.rng.IntN(x.Rank())
	var op graph.Op = graph.ArgReduce{Fn: []graph.Fn{graph.Max, graph.Min}[m.rng.IntN(2)], Axis: axis}
	if m.rng.IntN(2) == 0 {
		op = graph.ArgSort{Axis: axis, Descending: m.rng.IntN(2) == 0}
	}
	m.add(apply(op, x.Node), 8, true)
}

func (m *maker) matmul() {
	a := m.pick(func(e entry) bool { return e.DType == m.Float && e.Rank() >= 2 })
	if a.Rank() < 2 || a.DType != m.Float {
		return
	}
	// A matrix times its own transpose, written in one of four ways.
	op := graph.MatMul{TransA: m.rng.IntN(2) == 0}
	op.TransB = !op.TransA
	b := a.Node
	if m.rng.IntN(2) == 0 {
		perm := graph.RepeatDim(a.Rank(), 0)
		for i := range a.Rank() {
			perm.At[i] = i
		}
		perm.At[a.Rank()-1], perm.At[a.Rank()-2] = a.Rank()-2, a.Rank()-1
		b, op.TransB = apply(graph.Transpose{Perm: perm}, b), !op.TransB
	}
	m.add(apply(op, a.Node, b), a.bound*a.bound*8, false)
}

// rows gathers or scatters by indices, some of which are out of range.
func (m *maker) rows() {
	x := m.float()
	if x.Rank() == 0 {
		return
	}
	idx := make([]int32, 1+m.rng.IntN(4))
	for i := range idx {
		idx[i] = int32(m.rng.IntN(x.Shape[0]+2) - 1)
	}
	i := m.g.Literal(tensor.Of(idx))
	up := apply(graph.Gather{}, x.Node, i)
	if m.rng.IntN(2) == 0 {
		m.add(up, x.bound, x.exact)
		return
	}
	switch m.rng.IntN(2) {
	case 0:
		m.add(apply(graph.Scatter{Fn: graph.Add}, x.Node, i, up), 5*x.bound, false)
	default:
		m.add(apply(graph.Scatter{Fn: graph.Set}, x.Node, i, up), x.bound, x.exact)
	}
}

// window pools a value or convolves it with a constant.
func (m *maker) window() {
	x := m.exactFloat()
	r := x.Rank() - 2
	if r < 1 {
		return
	}
	w := graph.Window{Strides: graph.RepeatDim(r, 1+m.rng.IntN(2)), Low: graph.RepeatDim(r, m.rng.IntN(2)), High: graph.RepeatDim(r, 1), Dilation: graph.RepeatDim(r, 1)}
	if m.rng.IntN(2) == 0 {
		fn := []graph.Fn{graph.Max, graph.Add}[m.rng.IntN(2)]
		p := graph.Pool{Window: w, Fn: fn, Size: graph.RepeatDim(r, 2)}
		m.add(apply(p, x.Node), x.bound*8, fn == graph.Max)
		return
	}
	c := x.Shape[r+1]
	f := m.constant(append(graph.RepeatDim(r, 2).Shape(), c, 2))
	m.add(apply(graph.Conv{Window: w, Groups: 1}, x.Node, f.Node), x.bound*f.bound*float64(8*c), false)
}

// scan carries a state over the first axis.
func (m *maker) scan() {
	x := m.float()
	if x.Rank() == 0 {
		return
	}
	c := m.constant(x.Shape[1:])
	k := m.partner(c)
	loop := graph.Loop{Init: []*graph.Node{c.Node}, Seqs: []*graph.Node{x.Node}, Reverse: m.rng.IntN(2) == 0}
	final, stack := loop.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		h := apply(graph.Unary{Fn: graph.Tanh}, apply(graph.Binary{Fn: graph.Add}, apply(graph.Binary{Fn: graph.Mul}, c[0], k.Node), s[0]))
		return []*graph.Node{h}, []*graph.Node{apply(graph.Binary{Fn: graph.Sub}, h, c[0])}
	})
	m.add(final[0], 1, false)
	m.add(stack[0], 2, false)
}
