// Package randgraph makes random graphs to compare devices and rewriting passes with. A
// graph's values stay moderate, and what jumps (comparisons, rounding, indices of extremes)
// is applied to values every device has bit for bit, so that results may be compared
// within a rounding error.
package randgraph

import (
	"math/rand/v2"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Options say what a random graph is like.
type Options struct {
	Seed  uint64
	Ops   int         // how many operations; 0 means 12
	Float graph.DType // of the floating-point values; 0 means float32
	Grad  bool        // the gradient of a sum of everything is an output too
	Scan  bool        // loops too
	Remat bool        // the gradient computes some of it again
}

// Make returns a random graph and arrays for its inputs.
func Make(o Options) (*graph.Graph, []*tensor.Tensor, error) {
	if o.Ops == 0 {
		o.Ops = 12
	}
	if o.Float == 0 {
		o.Float = graph.Float32
	}
	m := &maker{Options: o, rng: rand.New(rand.NewPCG(o.Seed, 1))}
	g, err := graph.Trace(m.build)
	return g, m.inputs, err
}

// A maker grows a graph from a pool of values.
type maker struct {
	Options
	rng    *rand.Rand
	g      *graph.Graph
	pool   []entry
	inputs []*tensor.Tensor
	floats []*graph.Node // inputs
}

// An entry is a value of the pool: its elements are at most bound in magnitude; exact ones
// are the same bits on every device.
type entry struct {
	*graph.Node
	bound float64
	exact bool
}

const (
	maxBound = 50  // larger values are squashed
	maxSize  = 240 // elements of a value
)

func (m *maker) build(g *graph.Graph) []*graph.Node {
	m.g = g
	for range 2 + m.rng.IntN(2) {
		m.addInput()
	}
	for i := range m.Ops {
		first := len(g.Nodes)
		m.grow()
		if m.Remat && i%3 > 0 {
			g.Remat(first)
		}
	}
	return m.outputs()
}

// outputs are the values nobody uses and, if asked for, the gradient of their sum.
func (m *maker) outputs() []*graph.Node {
	used := map[*graph.Node]bool{}
	for _, n := range m.g.Nodes {
		for _, in := range n.In {
			used[in] = true
		}
	}
	var out []*graph.Node
	total := m.g.Const(m.Float, 0)
	for _, e := range m.pool {
		if used[e.Node] {
			continue
		}
		out = append(out, e.Node)
		if e.DType == m.Float {
			total = apply(graph.Binary{Fn: graph.Add}, total, sum(e.Node))
		}
	}
	if m.Grad {
		out = append(out, graph.Grad(total, m.floats...)...)
	}
	return out
}

func apply(op graph.Op, in ...*graph.Node) *graph.Node { return graph.Apply(op, in...) }

func sum(x *graph.Node) *graph.Node {
	return apply(graph.Reshape{}, apply(graph.Reduce{Fn: graph.Add, Axes: 1<<x.Rank() - 1}, x))
}

func (m *maker) addInput() { m.add(m.input(m.shape()...), 2, true) }

// input adds an input of the graph, with an array for it.
func (m *maker) input(shape ...int) *graph.Node {
	x := tensor.New(m.Float, shape...)
	m.fill(x)
	m.inputs = append(m.inputs, x)
	n := m.g.Input(m.Float, shape...)
	m.floats = append(m.floats, n)
	return n
}

func (m *maker) fill(x *tensor.Tensor) {
	switch d := x.Data().(type) {
	case []float32:
		for i := range d {
			d[i] = float32(m.number())
		}
	case []float64:
		for i := range d {
			d[i] = m.number()
		}
	}
}

// number is in [-2, 2), a multiple of 1/1024 so that sums and halves are exact, and not 0.
func (m *maker) number() float64 {
	return (float64(m.rng.IntN(4096)-2048) + .5) / 1024
}

func (m *maker) shape() graph.Shape {
	s := make(graph.Shape, m.rng.IntN(4))
	for i := range s {
		s[i] = 1 + m.rng.IntN(4)
	}
	return s
}

// add puts n into the pool; what grew too large by way of tanh.
func (m *maker) add(n *graph.Node, bound float64, exact bool) {
	if n.DType == m.Float && bound > maxBound {
		n, bound, exact = apply(graph.Unary{Fn: graph.Tanh}, n), 1, false
	}
	if n.Shape.Size() <= maxSize {
		m.pool = append(m.pool, entry{n, bound, exact})
	}
}

// pick returns a value that ok holds for, which the inputs are.
func (m *maker) pick(ok func(e entry) bool) entry {
	for range 20 {
		if e := m.pool[m.rng.IntN(len(m.pool))]; ok(e) {
			return e
		}
	}
	for _, e := range m.pool {
		if ok(e) {
			return e
		}
	}
	return m.pool[0]
}

func (m *maker) float() entry { return m.pick(func(e entry) bool { return e.DType == m.Float }) }

func (m *maker) exactFloat() entry {
	return m.pick(func(e entry) bool { return e.DType == m.Float && e.exact })
}

// partner returns a float value shaped as e: another of the pool, a constant, or itself.
func (m *maker) partner(e entry) entry {
	switch m.rng.IntN(3) {
	case 0:
		return m.constant(e.Shape)
	case 1:
		return e
	}
	return m.pick(func(f entry) bool { return f.DType == e.DType && f.Shape.Equal(e.Shape) }).or(e)
}

// or returns f where e is not shaped as it.
func (e entry) or(f entry) entry {
	if e.DType == f.DType && e.Shape.Equal(f.Shape) {
		return e
	}
	return f
}

func (m *maker) constant(s graph.Shape) entry {
	numbers := []float64{0, 1, -1, 2, .5, .25, 3, .1}
	v := numbers[m.rng.IntN(len(numbers))]
	return entry{m.g.Const(m.Float, v, s...), max(v, -v), true}
}

// grow adds one random operation.
func (m *maker) grow() {
	grows := []func(){m.unary, m.unary, m.binary, m.binary, m.binary, m.choose, m.move, m.move, m.move, m.join,
		m.reduce, m.reduce, m.cumulate, m.extreme, m.matmul, m.rows, m.window}
	if m.Scan {
		grows = append(grows, m.scan, m.scan, m.recurrent)
	}
	grows[m.rng.IntN(len(grows))]()
}
