package cpu

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// Operations that exist inside this device alone: patterns of primitives that kernels do
// in one go. None of them is ever differentiated.
type (
	// relu is max(x, 0).
	relu struct{}
	// reluGrad is dy where y is positive, else 0.
	reluGrad struct{}
	// gemm is act(c + a·b + bias), and 0 where mask is not positive. Operands a, b and then
	// those of bias, c (sum) and mask that there are.
	gemm struct {
		graph.MatMul
		bias, mask, sum bool
		act             kernel.Activation
	}
	// convolution is act(x ∗ f + bias). Operands x, f and bias if there is one.
	convolution struct {
		graph.Conv
		bias bool
		act  kernel.Activation
	}
	// dot is the sum of a·b over all axes, or over the last one alone.
	dot struct{ rows bool }
)

func (relu) Infer(in []graph.Type) []graph.Type     { return in[:1] }
func (reluGrad) Infer(in []graph.Type) []graph.Type { return in[:1] }
func (o gemm) Infer(in []graph.Type) []graph.Type   { return o.MatMul.Infer(in[:2]) }
func (relu) String() string                         { return "relu" }
func (reluGrad) String() string                     { return "relu_grad" }

func (o gemm) String() string {
	return fmt.Sprintf("%v[bias=%v sum=%v mask=%v act=%d]", o.MatMul, o.bias, o.sum, o.mask, o.act)
}

func (o convolution) String() string {
	return fmt.Sprintf("%v[bias=%v act=%d]", o.Conv, o.bias, o.act)
}

func (o convolution) Infer(in []graph.Type) []graph.Type { return o.Conv.Infer(in[:2]) }

func (o dot) Infer(in []graph.Type) []graph.Type {
	s := in[0].Shape.Clone()
	for i := range s {
		if !o.rows || i == len(s)-1 {
			s[i] = 1
		}
	}
	return []graph.Type{{DType: in[0].DType, Shape: s}}
}

// matched replaces patterns of g by the operations above.
func matched(g *graph.Graph) *graph.Graph {
	for _, find := range []func(m *matcher, old *graph.Node, in []*graph.Node) *graph.Node{
		(*matcher).rectifier, (*matcher).pieces, (*matcher).bias, (*matcher).sum, (*matcher).activation, (*matcher).mask, (*matcher).products,
	} {
		g = match(g, find)
	}
	return g
}

// match rewrites g and the bodies in it by find.
func match(g *graph.Graph, find func(m *matcher, old *graph.Node, in []*graph.Node) *graph.Node) *graph.Graph {
	m := &matcher{uses: readers(g), relus: map[*graph.Node]*graph.Node{}}
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if s, ok := old.Op.(graph.Scan); ok {
			s.Body = match(s.Body, find)
			return out.Apply(s, in...)
		}
		if old.DType != graph.Float32 || old.Results != nil {
			return nil
		}
		return find(m, old, in)
	})
}

// readers counts the readers of each node that anything depends on, outputs and updates
// among them. Where it is 0 the node is dead.
func readers(g *graph.Graph) []int {
	uses := make([]int, len(g.Nodes))
	for _, n := range g.Outputs {
		uses[n.ID]++
	}
	for _, u := range g.Updates {
		uses[u.Node.ID]++
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		if uses[i] > 0 {
			for _, in := range g.Nodes[i].In {
				uses[in.ID]++
			}
		}
	}
	return uses
}

// matcher knows the graph that is rewritten.
type matcher struct {
	uses  []int
	relus map[*graph.Node]*graph.Node // of new nodes
}

// alone reports whether operand i of old, or what that is another shape of, has no other
// reader.
func (m *matcher) alone(old *graph.Node, i int) bool {
	n := old.In[i]
	if _, ok := n.Op.(graph.Reshape); ok && m.uses[n.ID] == 1 {
		n = n.In[0]
	}
	return m.uses[n.ID] == 1
}

func isConst(n *graph.Node, x float64) bool {
	c, ok := n.Op.(graph.Const)
	return ok && c.Value == x
}

// rectifier finds relu, a select between 0 and x by x ≤ 0, and the select of its gradient.
func (m *matcher) rectifier(old *graph.Node, in []*graph.Node) *graph.Node {
	if b, ok := old.Op.(graph.Binary); ok && b.Fn == graph.Max && isConst(in[1], 0) {
		return m.relu(in[0])
	}
	if _, ok := old.Op.(graph.Select); !ok {
		return nil
	}
	c, ok := in[0].Op.(graph.Compare)
	if !ok || in[0].In[0].DType != graph.Float32 || !isConst(in[0].In[1], 0) {
		return nil
	}
	x, yes, no := in[0].In[0], in[1], in[2]
	switch c.Fn {
	case graph.Greater:
	case graph.LessEqual:
		yes, no = no, yes
	default:
		return nil
	}
	switch {
	case !isConst(no, 0):
		return nil
	case yes == x:
		return m.relu(x)
	case m.relus[x] != nil:
		return graph.Apply(reluGrad{}, yes, m.relus[x])
	}
	return graph.Apply(reluGrad{}, yes, x)
}

func (m *matcher) relu(x *graph.Node) *graph.Node {
	if m.relus[x] == nil {
		m.relus[x] = graph.Apply(relu{}, x)
	}
	return m.relus[x]
}

// bias finds the sum of a product and a vector repeated over its rows.
func (m *matcher) bias(old *graph.Node, in []*graph.Node) *graph.Node {
	if b, ok := old.Op.(graph.Binary); !ok || b.Fn != graph.Add {
		return nil
	}
	for i := range in {
		if !m.alone(old, i) {
			continue
		}
		if conv, ok := convolved(in[i]); ok {
			if row := rowOf(in[1-i]); row != nil {
				return graph.Apply(convolution{Conv: conv, bias: true}, in[i].In[0], in[i].In[1], row)
			}
			continue
		}
		p := product1(in[i])
		if p == nil {
			continue
		}
		op := p.Op.(graph.MatMul)
		if row := rowOf(in[1-i]); row != nil && old.Shape[old.Rank()-1] == p.Shape[p.Rank()-1] {
			y := graph.Apply(gemm{MatMul: op, bias: true}, p.In[0], p.In[1], row)
			return reshaped(y, old.Shape)
		}
	}
	return nil
}

// convolved returns the convolution that n is, unless it is of nothing.
func convolved(n *graph.Node) (op graph.Conv, ok bool) {
	if op, ok = n.Op.(graph.Conv); ok {
		ok = n.Shape.Size() > 0 && n.In[0].Shape.Size() > 0 && n.In[1].Shape.Size() > 0
	}
	return op, ok
}

// product1 returns the matrix product that n is, by another shape perhaps.
func product1(n *graph.Node) *graph.Node {
	if _, ok := n.Op.(graph.Reshape); ok && n.Rank() > 0 && n.Shape.Size() > 0 && n.In[0].Rank() > 0 {
		if n.Shape[n.Rank()-1] != n.In[0].Shape[n.In[0].Rank()-1] {
			return nil
		}
		n = n.In[0]
	}
	if _, ok := n.Op.(graph.MatMul); ok && n.DType == graph.Float32 && n.Shape.Size() > 0 && n.In[0].Shape.Size() > 0 {
		return n
	}
	return nil
}

func reshaped(n *graph.Node, s graph.Shape) *graph.Node {
	if n.Shape.Equal(s) {
		return n
	}
	return graph.Apply(graph.Reshape{To: graph.DimsOf(s)}, n)
}

// rowOf returns the vector that n repeats over all its rows.
func rowOf(n *graph.Node) *graph.Node {
	if _, ok := n.Op.(graph.Broadcast); !ok || n.Rank() == 0 {
		return nil
	}
	x := n.In[0]
	k := n.Shape[n.Rank()-1]
	if x.Shape.Size() != k || x.Shape[x.Rank()-1] != k {
		return nil
	}
	if _, ok := x.Op.(graph.Reshape); ok && x.In[0].Rank() == 1 {
		return x.In[0]
	}
	return reshaped(x, graph.Shape{k})
}

// sum finds what a product is added to.
func (m *matcher) sum(old *graph.Node, in []*graph.Node) *graph.Node {
	if b, ok := old.Op.(graph.Binary); !ok || b.Fn != graph.Add {
		return nil
	}
	for i := range in {
		if !repeated(in[1-i]) {
			if n := m.extend(old, in[i], i, func(op *gemm) []*graph.Node { op.sum = true; return []*graph.Node{in[1-i]} }); n != nil {
				return n
			}
		}
	}
	return nil
}

// activations are the functions a product may end in.
var activations = map[graph.Fn]kernel.Activation{graph.Tanh: kernel.TanhAct, graph.Sigmoid: kernel.SigmoidAct, graph.Exp: kernel.ExpAct}

func (m *matcher) activation(old *graph.Node, in []*graph.Node) *graph.Node {
	act := kernel.ReluAct
	switch op := old.Op.(type) {
	case relu:
	case graph.Unary:
		if act = activations[op.Fn]; act == kernel.Identity {
			return nil
		}
	default:
		return nil
	}
	if op, ok := in[0].Op.(convolution); ok && m.alone(old, 0) && op.act == kernel.Identity {
		op.act = act
		return graph.Apply(op, in[0].In...)
	}
	if op, ok := convolved(in[0]); ok && m.alone(old, 0) {
		return graph.Apply(convolution{Conv: op, act: act}, in[0].In...)
	}
	return m.extend(old, in[0], 0, func(op *gemm) []*graph.Node { op.act = act; return nil })
}

// mask finds the gradient of a relu of which a product is the source.
func (m *matcher) mask(old *graph.Node, in []*graph.Node) *graph.Node {
	if _, ok := old.Op.(reluGrad); !ok {
		return nil
	}
	return m.extend(old, in[0], 0, func(op *gemm) []*graph.Node { op.mask = true; return in[1:] })
}

// extend returns old as the product it comes from with more to it.
func (m *matcher) extend(old, n *graph.Node, i int, more func(op *gemm) []*graph.Node) *graph.Node {
	if !m.alone(old, i) {
		return nil
	}
	p := n
	if _, ok := n.Op.(graph.Reshape); ok {
		p = n.In[0]
	}
	op, ok := p.Op.(gemm)
	if !ok {
		q := product1(n)
		if q == nil {
			return nil
		}
		p, op = q, gemm{MatMul: q.Op.(graph.MatMul)}
	}
	if op.act != kernel.Identity || op.mask {
		return nil
	}
	sum := op.sum
	extra := more(&op)
	if sum && op.sum && len(extra) > 0 && !op.mask {
		return nil // summed twice
	}
	for j, x := range extra {
		extra[j] = reshaped(x, p.Shape)
	}
	return reshaped(graph.Apply(op, slices.Concat(p.In, extra)...), old.Shape)
}

// products finds the sum of products over all axes or the last one.
func (m *matcher) products(old *graph.Node, in []*graph.Node) *graph.Node {
	op, ok := old.Op.(graph.Reduce)
	if !ok || op.Fn != graph.Add || m.uses[old.In[0].ID] != 1 || in[0].Shape.Size() == 0 {
		return nil
	}
	b, ok := in[0].Op.(graph.Binary)
	if !ok || b.Fn != graph.Mul || repeated(in[0].In[0]) || repeated(in[0].In[1]) {
		return nil
	}
	all, last := true, true
	for i, d := range in[0].Shape {
		all = all && (op.Has(i) || d == 1)
		last = last && op.Has(i) == (i == len(in[0].Shape)-1)
	}
	switch {
	case all:
		return reshaped(graph.Apply(dot{}, in[0].In...), old.Shape)
	case last:
		return graph.Apply(dot{rows: true}, in[0].In...)
	}
	return nil
}

// repeated reports whether n is fewer numbers than elements.
func repeated(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.Const, graph.Broadcast:
		return true
	}
	return false
}

// pieces finds a sum of values padded with zeros that lie side by side, the gradient of
// slices, and joins them.
func (m *matcher) pieces(old *graph.Node, in []*graph.Node) *graph.Node {
	if b, ok := old.Op.(graph.Binary); !ok || b.Fn != graph.Add {
		return nil
	}
	pads := m.padded(old, in, nil)
	if len(pads) < 2 {
		return nil
	}
	axis := -1
	for i, d := range pads[0].In[0].Shape {
		if d != old.Shape[i] {
			if axis >= 0 {
				return nil
			}
			axis = i
		}
	}
	if axis < 0 {
		return nil
	}
	low := func(n *graph.Node) int { return n.Op.(graph.Pad).Low.At[axis] }
	slices.SortFunc(pads, func(a, b *graph.Node) int { return low(a) - low(b) })
	at := 0
	var parts []*graph.Node
	for _, n := range pads {
		x := n.In[0]
		rest := x.Shape.Clone()
		rest[axis] = old.Shape[axis]
		if low(n) != at || !rest.Equal(old.Shape) {
			return nil
		}
		at += x.Shape[axis]
		parts = append(parts, x)
	}
	if at != old.Shape[axis] {
		return nil
	}
	return graph.Apply(graph.Concat{Axis: axis}, parts...)
}

// padded collects the zero-padded terms of a sum; nil if there are others.
func (m *matcher) padded(old *graph.Node, in []*graph.Node, all []*graph.Node) []*graph.Node {
	for i, n := range in {
		if m.uses[old.In[i].ID] != 1 {
			return nil
		}
		switch op := n.Op.(type) {
		case graph.Pad:
			if op.Value != 0 || op.Interior != graph.Fill(op.Interior.Rank, 0) {
				return nil
			}
			all = append(all, n)
		case graph.Binary:
			if op.Fn != graph.Add {
				return nil
			}
			if all = m.padded(old.In[i], n.In, all); all == nil {
				return nil
			}
		default:
			return nil
		}
	}
	return all
}
