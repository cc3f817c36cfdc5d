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
	// those of bias, c (sum) and mask that there are. Operands of float32 are rounded to
	// precision.
	gemm struct {
		graph.MatMul
		bias, mask, sum bool
		act             kernel.Activation
		precision       kernel.Precision
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
	return fmt.Sprintf("%v[bias=%v sum=%v mask=%v act=%d precision=%d]", o.MatMul, o.bias, o.sum, o.mask, o.act, o.precision)
}

// bare reports whether o is the product alone.
func (o gemm) bare() bool { return o == gemm{MatMul: o.MatMul, precision: o.precision} }

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

// matched replaces patterns of g by the operations above; single says that products of
// float32 round nothing.
func matched(g *graph.Graph, single bool) *graph.Graph {
	type find = func(m *matcher, old *graph.Node, in []*graph.Node) *graph.Node
	all := func(finds ...find) {
		for _, f := range finds {
			g = match(g, f)
		}
	}
	all((*matcher).repeated, (*matcher).rectifier, (*matcher).pieces, (*matcher).bias)
	if single {
		g = projected(g)
	}
	all((*matcher).sum, (*matcher).activation, (*matcher).mask, (*matcher).products,
		(*matcher).maskedPool, (*matcher).pooledSum, (*matcher).pooledConv, (*matcher).indices)
	if single {
		g = paired(g)
	}
	return g
}

// match rewrites g and the bodies in it by find.
func match(g *graph.Graph, find func(m *matcher, old *graph.Node, in []*graph.Node) *graph.Node) *graph.Graph {
	m := &matcher{uses: readers(g), relus: map[*graph.Node]*graph.Node{}, pools: map[poolKey]*graph.Node{}, convPools: map[*graph.Node]*graph.Node{}, places: map[placeKey]*graph.Node{}}
	m.findConvPools(g)
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		for _, n := range in {
			m.pooled(n)
		}
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

// usersOf are the readers of each node among the nodes, of which uses says which are alive.
func usersOf(g *graph.Graph, uses []int) [][]*graph.Node {
	users := make([][]*graph.Node, len(g.Nodes))
	for _, n := range g.Nodes {
		if uses[n.ID] == 0 {
			continue
		}
		for _, in := range n.In {
			users[in.ID] = append(users[in.ID], n)
		}
	}
	return users
}

// matcher knows the graph that is rewritten.
type matcher struct {
	uses      []int
	relus     map[*graph.Node]*graph.Node // of new nodes
	pools     map[poolKey]*graph.Node     // likewise
	places    map[placeKey]*graph.Node    // likewise
	convPools map[*graph.Node]*graph.Node // of old convolutions the pooling, of that the new tuple
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

func isBinary(n *graph.Node, fn graph.Fn) bool {
	b, ok := n.Op.(graph.Binary)
	return ok && b.Fn == fn
}

// rectifier finds relu, a select between 0 and x by x ≤ 0, and the select of its gradient.
func (m *matcher) rectifier(old *graph.Node, in []*graph.Node) *graph.Node {
	if isBinary(old, graph.Max) && isConst(in[1], 0) {
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
	case c.Fn == graph.LessEqual: // of NaN it is yes, which reluGrad makes 0
		return nil
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
	if !isBinary(old, graph.Add) {
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
		op := asGemm(p.Op)
		if row := rowOf(in[1-i]); row != nil && old.Shape[old.Rank()-1] == p.Shape[p.Rank()-1] {
			op.bias = true
			y := graph.Apply(op, p.In[0], p.In[1], row)
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
	op, ok := n.Op.(gemm)
	if _, plain := n.Op.(graph.MatMul); (plain || ok && op.bare()) && n.DType == graph.Float32 && n.Shape.Size() > 0 && n.In[0].Shape.Size() > 0 {
		return n
	}
	return nil
}

// productOp is the matrix product that n is, with its epilogue.
func productOp(n *graph.Node) (op gemm, ok bool) {
	switch o := n.Op.(type) {
	case graph.MatMul:
		return gemm{MatMul: o}, true
	case gemm:
		return o, true
	}
	return op, false
}

// asGemm is a product that may get an epilogue.
func asGemm(op graph.Op) gemm {
	if g, ok := op.(gemm); ok {
		return g
	}
	return gemm{MatMul: op.(graph.MatMul)}
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
	if !isBinary(old, graph.Add) {
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
		p, op = q, asGemm(q.Op)
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
