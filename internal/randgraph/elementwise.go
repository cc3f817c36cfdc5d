package randgraph

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

func (m *maker) unary() {
	x := m.float()
	switch m.rng.IntN(8) {
	case 0:
		m.add(apply(graph.Unary{Fn: graph.Neg}, x.Node), x.bound, x.exact)
	case 1:
		x = m.exactFloat()
		fns := []graph.Fn{graph.Abs, graph.Sign, graph.Floor, graph.Ceil, graph.Round}
		m.add(apply(graph.Unary{Fn: fns[m.rng.IntN(len(fns))]}, x.Node), x.bound+1, true)
	case 2:
		if x.bound < 3 {
			m.add(apply(graph.Unary{Fn: graph.Exp}, x.Node), math.Exp(x.bound), false)
		}
	case 3: // log(x² + 1)
		y := apply(graph.Binary{Fn: graph.Mul}, x.Node, x.Node)
		m.add(apply(graph.Unary{Fn: graph.Log1p}, y), x.bound, false)
	case 4:
		m.add(apply(graph.StopGradient{}, apply(graph.Barrier{}, x.Node, m.float().Node)), x.bound, x.exact)
	case 5:
		m.integers()
	default:
		fns := []graph.Fn{graph.Tanh, graph.Sigmoid, graph.Sin, graph.Cos, graph.Erf, graph.Atan}
		m.add(apply(graph.Unary{Fn: fns[m.rng.IntN(len(fns))]}, x.Node), 2, false)
	}
}

// integers truncates an exact value and computes with the result.
func (m *maker) integers() {
	x := m.exactFloat()
	i := apply(graph.Cast{To: graph.Int32}, x.Node)
	fns := []graph.Fn{graph.Add, graph.Sub, graph.Mul, graph.Max, graph.Min, graph.And, graph.Or, graph.Xor}
	c := m.g.Const(graph.Int32, float64(m.rng.IntN(3)), x.Shape...)
	i = apply(graph.Binary{Fn: fns[m.rng.IntN(len(fns))]}, i, c)
	m.add(i, 200, true)
	if m.rng.IntN(2) == 0 {
		m.add(apply(graph.Cast{To: m.Float}, i), 200, true)
	}
}

func (m *maker) binary() {
	x := m.float()
	y := m.partner(x)
	switch m.rng.IntN(6) {
	case 0, 1:
		m.add(apply(graph.Binary{Fn: graph.Add}, x.Node, y.Node), x.bound+y.bound, false)
	case 2:
		m.add(apply(graph.Binary{Fn: graph.Sub}, y.Node, x.Node), x.bound+y.bound, false)
	case 3:
		m.add(apply(graph.Binary{Fn: graph.Mul}, x.Node, y.Node), x.bound*y.bound, false)
	case 4:
		m.divide(x)
	case 5:
		x = m.exactFloat()
		y = m.pick(func(e entry) bool { return e.exact && e.DType == x.DType && e.Shape.Equal(x.Shape) }).or(x)
		f := []graph.Fn{graph.Max, graph.Min}[m.rng.IntN(2)]
		m.add(apply(graph.Binary{Fn: f}, x.Node, y.Node), max(x.bound, y.bound), true)
	}
}

// divide divides x by a nonzero constant or by 1 + y².
func (m *maker) divide(x entry) {
	if m.rng.IntN(2) == 0 {
		c := []float64{1, 2, 4, 3, -8}[m.rng.IntN(5)]
		m.add(apply(graph.Binary{Fn: graph.Div}, x.Node, m.g.Const(x.DType, c, x.Shape...)), x.bound, false)
		return
	}
	y := m.partner(x)
	d := apply(graph.Binary{Fn: graph.Mul}, y.Node, y.Node)
	d = apply(graph.Binary{Fn: graph.Add}, d, m.g.Const(x.DType, 1, x.Shape...))
	m.add(apply(graph.Binary{Fn: graph.Div}, x.Node, d), x.bound, false)
}

// choose selects elements by a comparison of exact values.
func (m *maker) choose() {
	a := m.exactFloat()
	fns := graph.CompareFns()
	c := apply(graph.Compare{Fn: fns[m.rng.IntN(len(fns))]}, a.Node, m.constant(a.Shape).Node)
	if m.rng.IntN(3) == 0 {
		c = apply(graph.Unary{Fn: graph.Not}, c)
	}
	x := m.pick(func(e entry) bool { return e.DType == m.Float && e.Shape.Equal(a.Shape) }).or(a)
	y := m.partner(x)
	m.add(apply(graph.Select{}, c, x.Node, y.Node), max(x.bound, y.bound), x.exact && y.exact)
}
