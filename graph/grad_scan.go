package graph

import "slices"

// Grad runs the derivative of the body in the opposite time direction. Its carries are the
// gradients of the forward carries and the sums of the constants' gradients; its sequences are
// the gradients of the step results and the histories of those forward values that the derivative
// needs.
func (o Scan) Grad(n *Node, dy []*Node) []*Node {
	r := newGraph(n.g)
	rev := Scan{Body: r, Length: o.Length, Reverse: !o.Reverse}
	clone := r.cloneBody(o, n)
	in, ys, dys := o.carryGrads(n, dy, r, clone) // in: of the reverse scan, carries, then sequences
	sums, wrt := o.wrt(n, clone)
	for _, k := range sums {
		x := n.In[k]
		in = append(in, n.g.Const(x.DType, 0, x.Shape...))
		r.Input(x.DType, x.Shape...)
	}
	rev.Carries = len(in)
	for i := o.Carries; i < len(dy); i++ {
		if dy[i] == nil {
			continue
		}
		y := i - len(o.Body.Outputs)
		if y < 0 {
			y = o.Body.Outputs[i].ID
		}
		in = append(in, dy[i])
		ys, dys = append(ys, clone[y]), append(dys, r.Input(dy[i].DType, dy[i].Shape[1:]...))
	}
	mark := len(r.Nodes)
	grads := firstOnly(wrt, VJP(ys, dys, wrt))
	next, results := o.outputs(r, rev.Carries, sums, grads, wrt)
	for _, h := range r.cut(mark, clone, append(append([]*Node{}, next...), results...)) {
		in = append(in, o.past(n, o.Body.Nodes[h]))
	}
	rev.Seqs = len(in) - rev.Carries
	final, stack := rev.finish(n.g, in, next, results)
	return o.assemble(n, final, stack, sums)
}

// carryGrads returns the gradients of the float carries: in the outer graph, with the values
// of the body r that they belong to, and as inputs of r.
func (o Scan) carryGrads(n *Node, dy []*Node, r *Graph, clone []*Node) (in, ys, dys []*Node) {
	for i, y := range o.Body.Outputs[:o.Carries] {
		if !y.DType.IsFloat() {
			continue
		}
		d := dy[i]
		if d == nil {
			d = n.g.Const(y.DType, 0, y.Shape...)
		}
		in = append(in, d)
		ys, dys = append(ys, clone[y.ID]), append(dys, r.Input(y.DType, y.Shape...))
	}
	return in, ys, dys
}

// firstOnly drops the gradients of repeated values: a constant that is given twice has its
// whole gradient at its first place.
func firstOnly(wrt, grads []*Node) []*Node {
	for i, x := range wrt {
		if slices.Index(wrt, x) < i {
			grads[i] = nil
		}
	}
	return grads
}

// past returns the values of node b of the body in all steps: an operand if it is a sequence,
// otherwise its history.
func (o Scan) past(n, b *Node) *Node {
	if s := slices.Index(o.Body.Inputs, b); s >= o.Carries && s < o.Carries+o.Seqs {
		return n.In[s]
	}
	return ResultOf(n, o.History(b))
}

// cloneBody copies the forward body into r; constants become captured nodes of the enclosing
// graph.
func (r *Graph) cloneBody(o Scan, n *Node) []*Node {
	clone := make([]*Node, len(o.Body.Nodes))
	constant := map[*Node]int{}
	for k, c := range o.Body.Inputs[o.Carries+o.Seqs:] {
		constant[c] = o.Carries + o.Seqs + k
	}
	for i, b := range o.Body.Nodes {
		if k, ok := constant[b]; ok {
			clone[i] = r.own(n.In[k])
			continue
		}
		c := &Node{Op: b.Op, Type: b.Type, Results: b.Results, ID: len(r.Nodes), Label: b.Label, g: r, remat: b.remat}
		for _, in := range b.In {
			c.In = append(c.In, clone[in.ID])
		}
		r.Nodes = append(r.Nodes, c)
		clone[i] = c
	}
	return clone
}

// wrt lists the body's float inputs as nodes of the clone, and which operands are float constants.
func (o Scan) wrt(n *Node, clone []*Node) (sums []int, wrt []*Node) {
	for k, b := range o.Body.Inputs {
		if !b.DType.IsFloat() {
			continue
		}
		wrt = append(wrt, clone[b.ID])
		if k >= o.Carries+o.Seqs {
			sums = append(sums, k)
		}
	}
	return sums, wrt
}

// outputs divides the gradients of the float inputs into the reverse body's next carries
// (gradients of carries, accumulated sums) and step results (gradients of sequences).
func (o Scan) outputs(r *Graph, carries int, sums []int, grads, wrt []*Node) (next, results []*Node) {
	acc := r.Inputs[carries-len(sums) : carries]
	i := 0
	for k, b := range o.Body.Inputs {
		if !b.DType.IsFloat() {
			continue
		}
		d := grads[i]
		constant := k >= o.Carries+o.Seqs
		if d == nil && !constant {
			d = r.Const(b.DType, 0, b.Shape...)
		}
		switch {
		case k < o.Carries:
			next = append(next, d)
		case !constant:
			results = append(results, d)
		case d == nil:
			next = append(next, acc[0])
			acc = acc[1:]
		default:
			next = append(next, Apply(Binary{Add}, acc[0], d))
			acc = acc[1:]
		}
		i++
	}
	return next, results
}

// cut turns each cloned forward node that the derivative (nodes from mark on) reads into an
// input, drops the rest of the clone, and returns the forward IDs of those inputs. Nodes that are
// cheap to recompute are kept instead.
func (r *Graph) cut(mark int, clone, outputs []*Node) (histories []int) {
	forward := map[*Node]int{}
	for i, c := range clone {
		forward[c] = i
	}
	for _, n := range r.captured { // constants stay
		delete(forward, r.capture[n])
	}
	need := make(map[*Node]bool)
	stack := append([]*Node{}, outputs...)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if need[n] {
			continue
		}
		need[n] = true
		if i, ok := forward[n]; ok && n.ID < mark && !cheap(n) {
			histories = append(histories, i)
			n.Op, n.In = Input{Index: len(r.Inputs), DType: n.DType, Dims: DimsOf(n.Shape)}, nil
			r.Inputs = append(r.Inputs, n)
			continue
		}
		stack = append(stack, n.In...)
	}
	r.prune(need)
	return histories
}

// cheap reports whether n is cheaper to recompute than to store for every step.
func cheap(n *Node) bool {
	switch n.Op.(type) {
	case Const, Literal, Iota, Broadcast, Reshape, Transpose:
		return true
	}
	return n.Results != nil // a tuple has no history of its own
}

// prune keeps the needed nodes and all inputs but captured ones, and renumbers them.
func (r *Graph) prune(need map[*Node]bool) {
	for _, n := range r.Inputs {
		need[n] = true
	}
	r.captured = slices.DeleteFunc(r.captured, func(n *Node) bool {
		c := r.capture[n]
		if !need[c] {
			delete(r.capture, n)
		}
		return !need[c]
	})
	kept := r.Nodes[:0]
	for _, n := range r.Nodes {
		if need[n] {
			n.ID = len(kept)
			kept = append(kept, n)
		}
	}
	r.Nodes = kept
}

// assemble orders the reverse scan's results as the forward scan's operands.
func (o Scan) assemble(n *Node, final, stack []*Node, sums []int) []*Node {
	out := make([]*Node, len(n.In))
	for k := range n.In {
		if !n.In[k].DType.IsFloat() {
			continue
		}
		switch {
		case k < o.Carries:
			out[k], final = final[0], final[1:]
		case k < o.Carries+o.Seqs:
			out[k], stack = stack[0], stack[1:]
		}
	}
	for i, k := range sums {
		out[k] = final[i]
	}
	return out
}
