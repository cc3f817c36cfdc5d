package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/uses"
	"github.com/rhyton/rhyton/graph"
)

// An mlpFuser finds layers that can be joined.
type mlpFuser struct {
	uses   []int
	users  [][]*graph.Node
	layers map[*graph.Node]*mlpMatch // by the second layer
	grads  map[*graph.Node]mlpPart
}

func newMLPFuser(g *graph.Graph) *mlpFuser {
	f := &mlpFuser{uses: uses.Readers(g), layers: map[*graph.Node]*mlpMatch{}, grads: map[*graph.Node]mlpPart{}}
	f.users = uses.Users(g, f.uses)
	for _, n := range g.Nodes {
		if f.uses[n.ID] > 0 {
			f.find(n)
		}
	}
	return f
}

// find notes n if it is the second of two layers to be joined.
func (f *mlpFuser) find(n *graph.Node) {
	second, ok := denseLayer(n)
	if !ok {
		return
	}
	h := n.In[0]
	first, ok := denseLayer(h)
	if !ok || first.Act != kernel.ReluAct || first.Precision != second.Precision || f.layers[h] != nil || !mlpSized(h, n) {
		return
	}
	p := &mlpMatch{op: native.MLP{Bias1: first.Bias, Bias2: second.Bias, Act: second.Act, Precision: second.Precision}}
	if parts := f.backwardNodes(p, h, n); parts != nil {
		f.layers[n] = p
		for m, result := range parts {
			f.grads[m] = mlpPart{p, result}
		}
	}
}

// denseLayer returns n as act(x·w + b) of a matrix x.
func denseLayer(n *graph.Node) (op native.Gemm, ok bool) {
	op, ok = native.GemmOf(n)
	return op, ok && n.Rank() == 2 && n.DType == graph.Float32 && op == native.Gemm{Bias: op.Bias, Act: op.Act, Precision: op.Precision}
}

// mlpSized reports whether h and n, which reads it, have the size to be joined.
func mlpSized(h, n *graph.Node) bool {
	units := h.Shape[1]
	work := h.Shape.Size() * (h.In[1].Shape[0] + n.Shape[1])
	return work >= mlpLeast && work <= mlpMost && units >= mlpUnitsLeast && units <= mlpUnitsMost && n.Shape[1] >= mlpColumns
}

// backwardNodes returns the nodes of the gradients by h and n's weights with their results, nil
// if there are none or more is read than they give.
func (f *mlpFuser) backwardNodes(p *mlpMatch, h, n *graph.Node) map[*graph.Node]int {
	parts := map[*graph.Node]int{}
	var dy *graph.Node
	for _, u := range f.users[h.ID] {
		if u == n {
			continue
		}
		d, result, ok := p.hiddenGrad(u, h, n)
		if !ok || d == h || dy != nil && d != dy || u.ID < n.ID {
			return nil
		}
		if parts[u] = result; result == none {
			p.dh = u
		}
		dy = d
	}
	if len(parts) != 2 || p.dh == nil || f.leaves(h) || f.leaves(p.dh) {
		return nil
	}
	for _, u := range f.users[p.dh.ID] {
		result, ok := p.partOf(u, h)
		if !ok {
			return nil
		}
		parts[u] = result
		p.op.DX = p.op.DX || result == native.MLPGradX
	}
	return parts
}

// leaves reports whether n is an output or an update of the graph.
func (f *mlpFuser) leaves(n *graph.Node) bool { return len(f.users[n.ID]) != f.uses[n.ID] }

// hiddenGrad returns the gradient dy by n's result that u reads beside the hidden values h, and
// whether u is the gradient by n's weights or, none, that by h.
func (p *mlpMatch) hiddenGrad(u, h, n *graph.Node) (dy *graph.Node, result int, ok bool) {
	op, _ := native.GemmOf(u)
	switch {
	case op == p.byWeight() && u.In[0] == h:
		return u.In[1], native.MLPGradW2, true
	case op == p.byInput(true) && u.In[1] == n.In[1] && u.In[2] == h:
		return u.In[0], none, true
	}
	return nil, 0, false
}

// byWeight is the product that is a gradient by weights of either layer.
func (p *mlpMatch) byWeight() native.Gemm {
	return native.Gemm{MatMul: graph.MatMul{TransA: true}, Precision: p.op.Precision}
}

// byInput is the product that is a gradient by what either layer reads, masked if that is
// a relu.
func (p *mlpMatch) byInput(mask bool) native.Gemm {
	return native.Gemm{MatMul: graph.MatMul{TransB: true}, Precision: p.op.Precision, Mask: mask}
}

// partOf returns the result that u, which reads the gradient by the hidden values h, is.
func (p *mlpMatch) partOf(u, h *graph.Node) (result int, ok bool) {
	if r, sum := u.Op.(graph.Reduce); sum {
		return native.MLPGradB1, r.Fn == graph.Add && r.Has(0) && !r.Has(1)
	}
	op, _ := native.GemmOf(u)
	switch {
	case op == p.byWeight() && u.In[0] == h.In[0] && u.In[1] == p.dh:
		return native.MLPGradW1, true
	case op == p.byInput(op.Mask) && u.In[0] == p.dh && u.In[1] == h.In[1]:
		return native.MLPGradX, true
	}
	return 0, false
}
