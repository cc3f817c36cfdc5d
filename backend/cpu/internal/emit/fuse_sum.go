package emit

import (
	"github.com/rhyton/rhyton/graph"
)

// fuseSums gives units the sums of their values over one run of axes: a value that nothing
// else reads is never in memory.
func (s *scope) fuseSums() {
	s.sums = map[*graph.Node]*unit{}
	for _, n := range s.g.Nodes {
		b, ok := s.summed(n)
		if !ok {
			continue
		}
		u := s.units[unwrapped(n.In[0]).ID]
		if len(u.sums) > 0 {
			if other, _ := s.summed(u.sums[0]); other != b {
				continue
			}
		}
		u.sums = append(u.sums, n)
		s.sums[n] = u
	}
}

// sumInner is the least elements of a row of sums whose columns are added up by vectors.
const sumInner = 16

// summed returns what n sums, if it is a sum that a vector program takes.
func (s *scope) summed(n *graph.Node) (b block, ok bool) {
	op, ok := n.Op.(graph.Reduce)
	if !ok || op.Fn != graph.Add || s.uses[n.ID] == 0 || n.DType != graph.Float32 {
		return b, false
	}
	x := unwrapped(n.In[0])
	bs := blocks(op, x.Shape)
	if s.units[x.ID] == nil || len(bs) != 1 {
		return b, false
	}
	b = bs[0]
	return b, b.inner == 1 || b.inner >= sumInner
}

// sumsOf adds the sums of the unit to its program.
func (b *vector) sumsOf() {
	for _, n := range b.u.sums {
		size, _ := b.s.summed(n)
		v := b.s.c.Temp(n.Type)
		b.s.set(n, v)
		z := &b.prog.Sums
		z.Of = append(z.Of, b.at[unwrapped(n.In[0])])
		z.Outer, z.K, z.Inner = size.outer, size.k, size.inner
		b.totals, b.sums = append(b.totals, v), append(b.sums, b.s.c.Ref(v))
	}
	b.prog.Sums.Out = make([][]float32, len(b.sums))
}
