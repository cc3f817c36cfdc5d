// Package randgraph generates random graphs for comparing devices and rewriting passes. Values stay
// moderate, and discontinuous operations (comparisons, rounding, argmax and sorting) are applied
// only to values that are bit-identical on every device, so that results agree within rounding
// errors.
package randgraph

import (
	"math/rand/v2"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Options configures a random graph.
type Options struct {
	Seed  uint64
	Ops   int         // number of operations; 0 means 12
	Float graph.DType // floating-point type; 0 means float32
	Grad  bool        // add the gradient of a sum of all values as an output
	Scan  bool        // include loops
	Remat bool        // recompute some values for the gradient
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

// An entry is a value in the pool: its elements are at most bound in magnitude; exact values are
// bit-identical on every device.
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

// outputs returns the unused values and, if requested, the gradient of their sum.
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

// input adds an input to the graph, with an array for it.
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

// number returns a nonzero multiple of 1/1024 in [-2, 2), so that sums and halves are exact.
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

// add adds n to the pool, after tanh if its bound is too large.
func (m *maker) add(n *graph.Node, bound float64, exact bool) {
	if n.DType == m.Float && bound > maxBound {
		n, bound, exact = apply(graph.Unary{Fn: graph.Tanh}, n), 1, false
	}
	if n.Shape.Size() <= maxSize {
		m.pool = append(m.pool, entry{n, bound, exact})
	}
}

// pick returns a value for which ok is true; ok must accept the inputs.
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

// partner returns a float value with the shape of e: another one in the pool, a constant, or e.
func (m *maker) partner(e entry) entry {
	switch m.rng.IntN(3) {
	case 0:
		return m.constant(e.Shape)
	case 1:
		return e
	}
	return m.pick(func(f entry) bool { return f.DType == e.DType && f.Shape.Equal(e.Shape) }).or(e)
}

// or returns e, or f if e does not have the shape of f.
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
