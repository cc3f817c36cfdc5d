package graph

import "slices"

// batched moves matrix products out of loops if no step depends on the one before: instead of one
// small product per step there is one large product over all steps. In the body of a scan these
// are
//
//   - a step of a sequence times a constant, such as the projection of a layer's input;
//   - a step result that is a value times a constant, such as the gradient of that input;
//   - a carry that only sums products aᵀ·b of every step, such as the gradient of a weight.
func batched(g *Graph) *Graph {
	results := map[*Node][]*Node{}
	return Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
		switch op := old.Op.(type) {
		case Result:
			if r := results[old.In[0]]; r != nil {
				return r[op.Index]
			}
		case Scan:
			if r := batch(out, op, in); r != nil {
				results[old] = r
				return r[0]
			}
		}
		return nil
	})
}

// A batching rewrites one scan, whose body is a copy to be changed.
type batching struct {
	Scan
	g     *Graph // around
	in    []*Node
	uses  map[*Node]int                               // in the body, as an operand or output
	seqs  map[*Node]*Node                             // nodes of the body whose values in all steps are available
	added []*Node                                     // inputs of the body that are new sequences
	steps []*Node                                     // nodes that become step results
	done  map[int]func(stack func(*Node) *Node) *Node // how to compute results of the old scan that the new one doesn't have
}

// batch returns the results of op with its products moved out, or nil if there are none.
// Histories are not included: this pass runs after they are exposed.
func batch(g *Graph, op Scan, in []*Node) []*Node {
	b := &batching{Scan: op, g: g, in: in, uses: map[*Node]int{}, seqs: map[*Node]*Node{}, done: map[int]func(func(*Node) *Node) *Node{}}
	b.Body = Rewrite(op.Body, func(*Graph, *Node, []*Node) *Node { return nil })
	for _, n := range b.Body.Nodes {
		for _, i := range n.In {
			b.uses[i]++
		}
	}
	for _, n := range b.Body.Outputs {
		b.uses[n]++
	}
	for k := range op.Seqs {
		b.seqs[b.Body.Inputs[op.Carries+k]] = in[op.Carries+k]
	}
	b.projections()
	b.stepResults()
	b.sums()
	if len(b.added) == 0 && len(b.done) == 0 {
		return nil
	}
	return b.finish()
}

// constant returns the operand that node n of the body equals in every step, or nil.
func (b *batching) constant(n *Node) *Node {
	if k := slices.Index(b.Body.Inputs, n); k >= b.Carries+b.Seqs {
		return b.in[k]
	}
	return nil
}

// product returns n's operation if it multiplies two matrices, the first one transposed if trans
// is set.
func product(n *Node, trans bool) (MatMul, bool) {
	m, ok := n.Op.(MatMul)
	return m, ok && m.TransA == trans && n.Rank() == 2
}

// rows joins the time and the batch axis of x (time, batch, k).
func rows(x *Node) *Node {
	return Apply(Reshape{Dims{Rank: 2, At: [MaxRank]int{x.Shape[0] * x.Shape[1], x.Shape[2]}}}, x)
}

// times multiplies each step of x by w.
func (b *batching) times(m MatMul, x, w *Node, to Shape) *Node {
	y := Apply(m, rows(x), w)
	return Apply(Reshape{DimsOf(stacked(b.Length, Type{y.DType, to}).Shape)}, y)
}

// projections turns a step of a sequence times a constant into a new sequence.
func (b *batching) projections() {
	for _, n := range b.Body.Nodes {
		m, ok := product(n, false)
		if !ok || b.seqs[n.In[0]] == nil || b.constant(n.In[1]) == nil {
			continue
		}
		y := b.times(m, b.seqs[n.In[0]], b.constant(n.In[1]), n.Shape)
		b.uses[n.In[0]]--
		b.uses[n.In[1]]--
		n.Op, n.In = Input{DType: n.DType, Dims: DimsOf(n.Shape)}, nil
		b.seqs[n] = y
		b.added = append(b.added, n)
	}
}

// stepResults returns the first operand of a product instead of the product, and omits values
// that are available.
func (b *batching) stepResults() {
	for i, n := range b.Body.Outputs[b.Carries:] {
		if y := b.seqs[n]; y != nil {
			b.done[b.Carries+i] = func(func(*Node) *Node) *Node { return y }
			continue
		}
		m, ok := product(n, false)
		if !ok || b.uses[n] != 1 || b.constant(n.In[1]) == nil {
			continue
		}
		x, w := n.In[0], b.constant(n.In[1])
		b.keep(x)
		b.done[b.Carries+i] = func(stack func(*Node) *Node) *Node { return b.times(m, stack(x), w, n.Shape) }
	}
}

// keep makes n a step result, unless its values are available.
func (b *batching) keep(n *Node) {
	if b.seqs[n] == nil && !slices.Contains(b.steps, n) {
		b.steps = append(b.steps, n)
	}
}

// sums removes carries that only add products in every step.
func (b *batching) sums() {
	for k, n := range b.Body.Outputs[:b.Carries] {
		carry := b.Body.Inputs[k]
		add, ok := n.Op.(Binary)
		if !ok || add.Fn != Add || b.uses[n] != 1 || b.uses[carry] != 1 || !slices.Contains(n.In, carry) {
			continue
		}
		sum := n.In[0]
		if sum == carry {
			sum = n.In[1]
		}
		terms, ok := b.terms(sum)
		if !ok {
			continue
		}
		for _, t := range terms {
			b.keep(t.In[0])
			b.keep(t.In[1])
		}
		init := b.in[k]
		b.done[k] = func(stack func(*Node) *Node) *Node {
			total := init
			for _, t := range terms {
				total = bin(Add, total, Apply(t.Op, rows(stack(t.In[0])), rows(stack(t.In[1]))))
			}
			return total
		}
	}
}

// terms returns the products aᵀ·b that n is the sum of, if it is such a sum.
func (b *batching) terms(n *Node) ([]*Node, bool) {
	if b.uses[n] != 1 {
		return nil, false
	}
	if m, ok := product(n, true); ok {
		return []*Node{n}, !m.TransB
	}
	if o, ok := n.Op.(Binary); !ok || o.Fn != Add {
		return nil, false
	}
	first, ok := b.terms(n.In[0])
	second, also := b.terms(n.In[1])
	return append(first, second...), ok && also
}

// finish applies the new scan and finds each result of the old one.
func (b *batching) finish() []*Node {
	to := Scan{Length: b.Length, Reverse: b.Reverse}
	var inputs, outputs, in []*Node
	place := map[int]int{} // of the old results
	for k := range b.Carries {
		if b.done[k] == nil {
			place[k] = len(outputs)
			inputs, outputs, in = append(inputs, b.Body.Inputs[k]), append(outputs, b.Body.Outputs[k]), append(in, b.in[k])
		}
	}
	to.Carries = len(inputs)
	for k := range b.Seqs {
		inputs, in = append(inputs, b.Body.Inputs[b.Carries+k]), append(in, b.in[b.Carries+k])
	}
	for _, n := range b.added {
		inputs, in = append(inputs, n), append(in, b.seqs[n])
	}
	to.Seqs = len(inputs) - to.Carries
	inputs, in = append(inputs, b.Body.Inputs[b.Carries+b.Seqs:]...), append(in, b.in[b.Carries+b.Seqs:]...)
	for i := b.Carries; i < len(b.Body.Outputs); i++ {
		if b.done[i] == nil {
			place[i] = len(outputs)
			outputs = append(outputs, b.Body.Outputs[i])
		}
	}
	old := len(b.Body.Outputs)
	first := len(outputs)
	b.Body.Inputs, b.Body.Outputs = inputs, append(outputs, b.steps...)
	var scan *Node
	if len(b.Body.Outputs) > 0 {
		to.Body = renumbered(dead(b.Body))
		scan = b.g.Apply(to, in...)
	}
	return b.collect(scan, old, first, place)
}

func (b *batching) collect(scan *Node, count, first int, place map[int]int) []*Node {
	stack := func(n *Node) *Node {
		if s := b.seqs[n]; s != nil {
			return s
		}
		return ResultOf(scan, first+slices.Index(b.steps, n))
	}
	results := make([]*Node, count)
	for i := range results {
		if f := b.done[i]; f != nil {
			results[i] = f(stack)
		} else {
			results[i] = ResultOf(scan, place[i])
		}
	}
	return results
}
