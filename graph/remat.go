package graph

import "slices"

// A region is nodes that a gradient computes again from what enters them, instead of
// keeping what they gave until then (Chen et al. 2016).
type region struct{ first int } // the ID of its first node; pointers to nothing would be one

// Remat makes a region of the nodes from g.Nodes[first] on: a gradient traced after that
// computes those it needs again. Regions in them become a part of the new one. The numbers
// are the same bits, random ones too; memory is spared and time is paid.
func (g *Graph) Remat(first int) {
	r := &region{first}
	for _, n := range g.Nodes[first:] {
		if n.repeatable() {
			n.remat = r
		}
	}
}

// repeatable reports whether n is computed: not a value at hand, nor a part of such.
func (n *Node) repeatable() bool {
	switch n.Op.(type) {
	case Random:
		return true
	case Result:
		return n.In[0].remat != nil
	}
	return len(n.In) > 0
}

// Barrier is its first operand as a value of its own, after the second is known: no pass
// sees through it, so that what is computed from it is computed again.
type Barrier struct{}

func (Barrier) Infer(in []Type) []Type { return in[:1] }

// Grad hands the gradient on.
func (Barrier) Grad(_ *Node, dy []*Node) []*Node { return []*Node{dy[0], nil} }

func (Barrier) String() string { return "barrier" }

// RemoveBarriers returns g without barriers, for a device that computes in the order of the nodes
// and makes no two of them one.
func RemoveBarriers(g *Graph) *Graph {
	return deep(func(g *Graph) *Graph {
		return Rewrite(g, func(_ *Graph, old *Node, in []*Node) *Node {
			if _, ok := old.Op.(Barrier); ok {
				return in[0]
			}
			return nil
		})
	})(g)
}

// again returns n as the gradient computes it again once dy is known. What enters the
// region is kept; what is computed in it is made anew, once for each tape.
func (t *tape) again(n *Node, dy []*Node) *Node {
	if n.remat == nil {
		return n
	}
	after := dy[slices.IndexFunc(dy, func(d *Node) bool { return d != nil })]
	copies := t.copies[n.remat]
	if copies == nil {
		copies = map[*Node]*Node{}
		t.copies[n.remat] = copies
	}
	for _, m := range n.cone(copies) {
		in := make([]*Node, len(m.In))
		for k, x := range m.In {
			if copies[x] == nil {
				copies[x] = x.kept(after)
			}
			in[k] = copies[x]
		}
		c := m.g.keep(m, in)
		if r, ok := m.Op.(Random); ok {
			r.Again = true
			c.Op = r
		}
		copies[m] = c
	}
	return copies[n]
}

// cone lists the nodes of n's region that n is made of, without those that have copies.
func (n *Node) cone(copies map[*Node]*Node) (cone []*Node) {
	seen := map[*Node]bool{}
	for stack := []*Node{n}; len(stack) > 0; {
		m := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if m.remat != n.remat || copies[m] != nil || seen[m] {
			continue
		}
		seen[m] = true
		cone = append(cone, m)
		stack = append(stack, m.In...)
	}
	slices.SortFunc(cone, func(a, b *Node) int { return a.ID - b.ID })
	return cone
}

// kept returns x as it enters what is computed again. Variables and constants are at hand.
func (x *Node) kept(after *Node) *Node {
	switch x.Op.(type) {
	case Read, Const, Literal, Iota:
		return x
	}
	return Apply(Barrier{}, x, after)
}
