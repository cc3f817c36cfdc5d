package randgraph

import "github.com/rhyton/rhyton/graph"

// move rearranges a float value.
func (m *maker) move() {
	x := m.float()
	var op graph.Op
	switch r := x.Rank(); m.rng.IntN(7) {
	case 0:
		op = graph.Reshape{To: graph.DimsOf(m.factors(x.Shape.Size()))}
	case 1:
		op = graph.Transpose{Perm: graph.DimsOf(m.rng.Perm(r))}
	case 2:
		op = m.broadcast(x.Shape)
	case 3:
		op = m.slice(x.Shape)
	case 4:
		op = m.pad(x.Shape)
	case 5:
		op = graph.Reverse{Axes: uint32(m.rng.IntN(1 << r))}
	default: // add an axis and repeat along it
		if r < 4 {
			n := apply(graph.Reshape{To: graph.DimsOf(append([]int{1}, x.Shape...))}, x.Node)
			m.add(apply(graph.Broadcast{To: graph.DimsOf(append([]int{1 + m.rng.IntN(3)}, x.Shape...))}, n), x.bound, x.exact)
		}
		return
	}
	m.add(apply(op, x.Node), x.bound+1, x.exact)
}

// factors splits n into at most four factors.
func (m *maker) factors(n int) (s []int) {
	for d := 2; d <= n && len(s) < 3; d++ {
		if n%d == 0 && m.rng.IntN(2) == 0 {
			s = append(s, d)
			n /= d
			d--
		}
	}
	if n > 1 || m.rng.IntN(2) == 0 {
		s = append(s, n)
	}
	return s
}

func (m *maker) broadcast(s graph.Shape) graph.Op {
	to := s.Clone()
	for i, d := range to {
		if d == 1 {
			to[i] += m.rng.IntN(3)
		}
	}
	return graph.Broadcast{To: graph.DimsOf(to)}
}

func (m *maker) slice(s graph.Shape) graph.Op {
	o := graph.Slice{Start: graph.RepeatDim(len(s), 0), Stop: graph.DimsOf(s), Step: graph.RepeatDim(len(s), 1)}
	for i, d := range s {
		if m.rng.IntN(2) == 0 {
			o.Start.At[i] = m.rng.IntN(d)
			o.Stop.At[i] = o.Start.At[i] + 1 + m.rng.IntN(d-o.Start.At[i])
			o.Step.At[i] = 1 + m.rng.IntN(2)
		}
	}
	return o
}

func (m *maker) pad(s graph.Shape) graph.Op {
	o := graph.Pad{Low: graph.RepeatDim(len(s), 0), High: graph.RepeatDim(len(s), 0), Interior: graph.RepeatDim(len(s), 0), Value: float64(m.rng.IntN(2))}
	for i := range s {
		if m.rng.IntN(3) == 0 {
			o.Low.At[i], o.High.At[i], o.Interior.At[i] = m.rng.IntN(2), m.rng.IntN(3), m.rng.IntN(2)
		}
	}
	return o
}

// join concatenates values whose shapes agree except along one axis.
func (m *maker) join() {
	x := m.float()
	if x.Rank() == 0 {
		return
	}
	in := []*graph.Node{x.Node}
	bound, exact := x.bound, x.exact
	for range m.rng.IntN(3) {
		y := m.partner(x)
		in = append(in, y.Node)
		bound, exact = max(bound, y.bound), exact && y.exact
	}
	m.add(apply(graph.Concat{Axis: m.rng.IntN(x.Rank())}, in...), bound, exact)
}
