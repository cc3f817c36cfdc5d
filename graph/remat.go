package graph

import "slices"

// A region is a range of nodes that the gradient recomputes from their inputs instead of keeping
// their values (Chen et al. 2016).
type region struct{ first int } // the ID of its first node; pointers to nothing would be one

// Remat makes the nodes from g.Nodes[first] on a region: gradients traced later recompute the
// values they need from it. Regions inside become part of the new one. Results are bit-identical,
// including random numbers; it trades time for memory.
func (g *Graph) Remat(first int) {
	r := &region{first}
	for _, n := range g.Nodes[first:] {
		if n.repeatable() {
			n.remat = r
		}
	}
}

// repeatable reports whether n can be recomputed: it is not a given value or part of one.
func (n *Node) repeatable() bool {
	switch n.Op.(type) {
	case Random:
		return true
	case Result:
		return n.In[0].remat != nil
	}
	return len(n.In) > 0
}

// Barrier returns its first operand as a separate value once the second is known. Passes don't
// look through it, so values computed from it are recomputed.
type Barrier struct{}

func (Barrier) Infer(in []Type) []Type { return in[:1] }

// Grad passes the gradient through.
func (Barrier) Grad(_ *Node, dy []*Node) []*Node { return []*Node{dy[0], nil} }

func (Barrier) String() string { return "barrier" }

// RemoveBarriers returns g without barriers, for a device that computes nodes in order and does
// not merge them.
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

// again returns n as recomputed by the gradient once dy is known. Inputs of the region are kept;
// its nodes are recomputed once per tape.
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

// cone returns the nodes of n's region that n depends on, without those that have copies.
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

// kept returns x as an input of the recomputation. Variables and constants are used directly.
func (x *Node) kept(after *Node) *Node {
	switch x.Op.(type) {
	case Read, Const, Literal, Iota:
		return x
	}
	return Apply(Barrier{}, x, after)
}
