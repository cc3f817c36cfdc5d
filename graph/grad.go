package graph

import "slices"

// Grad returns dy/dx for each x as new nodes of the same graph, so gradients can be
// differentiated again. y must have one element. If y does not depend on an x, its gradient is
// zeros.
func Grad(y *Node, xs ...*Node) []*Node {
	if y.Shape.Size() != 1 {
		Errorf("gradient of a value of shape %v; want a scalar, such as a sum or a mean", y.Shape)
	}
	for _, x := range xs {
		if !x.DType.IsFloat() {
			Errorf("gradient with respect to a value of type %v; only floats have gradients", x.Type)
		}
	}
	out := VJP([]*Node{y}, []*Node{y.g.Const(y.DType, 1, y.Shape...)}, xs)
	for i, x := range xs {
		if out[i] == nil {
			out[i] = x.g.Const(x.DType, 0, x.Shape...)
		}
	}
	return out
}

// VJP returns the vector-Jacobian product Σ dys·d(ys)/d(x) for each x, or nil if no y depends on
// x. A nil in dys excludes that y.
func VJP(ys, dys, xs []*Node) []*Node { return vjp(ys, dys, xs, false) }

// vjp is VJP; if partial, the xs are treated as independent: no gradient flows from one x through
// another.
func vjp(ys, dys, xs []*Node, partial bool) []*Node {
	var g *Graph
	for _, y := range ys {
		if g == nil || y.g.within(g) {
			g = y.g
		}
	}
	own := make([]*Node, len(xs))
	for i, x := range xs {
		own[i] = x
		if g != nil && g != x.g && g.within(x.g) {
			own[i] = g.own(x)
		}
	}
	t := &tape{dys: map[*Node][]*Node{}, copies: map[*region]map[*Node]*Node{}}
	t.order, t.on = active(ys, own, partial)
	for i, y := range ys {
		if dys[i] != nil {
			t.add(y, dys[i])
		}
	}
	for i := len(t.order) - 1; i >= 0; i-- {
		if n := t.order[i]; !partial || !slices.Contains(own, n) {
			t.back(n)
		}
	}
	out := make([]*Node, len(xs))
	for i, x := range own {
		if d := t.dys[x]; d != nil {
			out[i] = d[0]
		}
	}
	return out
}

// active returns the nodes through which ys depend on xs, in topological order and as a set.
func active(ys, xs []*Node, partial bool) (order []*Node, on map[*Node]bool) {
	leaf := map[*Node]bool{}
	for _, x := range xs {
		leaf[x] = true
	}
	seen := map[*Node]bool{}
	var all []*Node
	stack := slices.Clone(ys)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		all = append(all, n)
		if !partial || !leaf[n] {
			stack = append(stack, n.In...)
		}
	}
	slices.SortFunc(all, func(a, b *Node) int { return a.ID - b.ID })
	on = map[*Node]bool{}
	for _, n := range all {
		_, stop := n.Op.(StopGradient)
		live := leaf[n] || !stop && slices.ContainsFunc(n.In, func(i *Node) bool { return on[i] })
		if live {
			on[n] = true
			order = append(order, n)
		}
	}
	return order, on
}

// A tape holds the gradients found so far, one for each result of a node.
type tape struct {
	order []*Node
	on    map[*Node]bool // the nodes of order
	dys   map[*Node][]*Node

	copies map[*region]map[*Node]*Node // of recomputed nodes
}

func (t *tape) add(n, dy *Node) { t.addResult(n, 0, dy) }

func (t *tape) addResult(n *Node, i int, dy *Node) {
	if !t.on[n] || !n.DType.IsFloat() && n.Results == nil {
		return
	}
	d := t.dys[n]
	if d == nil {
		d = make([]*Node, max(len(n.Results), 1))
		t.dys[n] = d
	}
	if d[i] != nil {
		dy = Apply(Binary{Add}, d[i], dy)
	}
	d[i] = dy
}

// back propagates the gradient of n to its operands.
func (t *tape) back(n *Node) {
	dy := t.dys[n]
	if dy == nil || len(n.In) == 0 {
		return
	}
	if r, ok := n.Op.(Result); ok {
		t.addResult(n.In[0], r.Index, dy[0])
		return
	}
	for k, dx := range gradients(t.again(n, dy), dy) {
		if dx == nil {
			continue
		}
		if in := n.In[k]; !dx.Type.Equal(in.Type) {
			Errorf("gradient of %v with respect to operand %d is %v; want %v", n.Op, k, dx.Type, in.Type)
		}
		t.add(n.In[k], dx)
	}
}

func gradients(n *Node, dy []*Node) []*Node {
	switch op := n.Op.(type) {
	case Differentiable:
		return op.Grad(n, dy)
	case Composite:
		return GradByDecomposition(op, n, dy)
	}
	Errorf("%v has no gradient", n.Op)
	return nil
}

// GradByDecomposition returns the gradients of n's operands through op's decomposition, for
// composites whose Grad handles only some cases.
func GradByDecomposition(op Composite, n *Node, dy []*Node) []*Node {
	dx := vjp(op.Lower(n.In), dy, n.In, true)
	for i, in := range n.In {
		if slices.Index(n.In, in) < i { // an operand passed twice has its whole gradient at the first position
			dx[i] = nil
		}
	}
	return dx
}
