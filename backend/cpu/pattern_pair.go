package cpu

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// Sizes of pairs of layers. Below so many multiply-adds one thread does all of a layer
// anyway; above, the parts that several threads have of each layer are large enough for them
// to meet after it. The hidden units are as many as a chunk's tiles and one block of k take.
const (
	pairLeast, pairMost           = 300_000, 3_000_000
	pairUnitsLeast, pairUnitsMost = 64, 512
	pairColumns                   = 16 // of the second layer, at least
)

// paired joins layers of a perceptron two by two, and their gradients.
func paired(g *graph.Graph) *graph.Graph {
	f := newPairer(g)
	return graph.Rewrite(g, func(_ *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if p := f.layers[old]; p != nil {
			return p.forward(in)
		}
		if r, ok := f.grads[old]; ok {
			return r.pair.backward(old, in, r.result)
		}
		return nil
	})
}

// pairing is two layers with their gradients, in the old graph and the new one.
type pairing struct {
	op         layerPair
	dh         *graph.Node // the gradient by the hidden values, of the old graph
	tuple, way *graph.Node // forward and back, of the new graph
}

// pairPart is a result of a pair's way back, or none.
type pairPart struct {
	pair   *pairing
	result int
}

// forward applies the pair to the operands of its second layer.
func (p *pairing) forward(in []*graph.Node) *graph.Node {
	p.tuple = graph.Apply(p.op, slices.Concat(in[0].In, in[1:])...)
	return graph.ResultOf(p.tuple, 0)
}

// backward returns what stands for old, a node of the way back whose operands are in.
func (p *pairing) backward(old *graph.Node, in []*graph.Node, result int) *graph.Node {
	if p.way == nil { // old reads the gradient by the second layer's result
		dy := in[1]
		if old == p.dh {
			dy = in[0]
		}
		t := p.tuple
		p.way = graph.Apply(layerPairGrad{p.op}, t.In[0], t.In[1], t.In[p.op.second()], graph.ResultOf(t, 1), dy)
	}
	if result == none {
		return p.way // which only what is replaced too reads
	}
	r := reshaped(graph.ResultOf(p.way, result), old.Shape)
	if op, ok := old.Op.(gemm); ok && op.mask {
		return graph.Apply(reluGrad{}, r, in[2])
	}
	return r
}

// pairer finds layers that can be joined.
type pairer struct {
	uses   []int
	users  [][]*graph.Node
	layers map[*graph.Node]*pairing // by the second layer
	grads  map[*graph.Node]pairPart
}

func newPairer(g *graph.Graph) *pairer {
	f := &pairer{uses: readers(g), layers: map[*graph.Node]*pairing{}, grads: map[*graph.Node]pairPart{}}
	f.users = usersOf(g, f.uses)
	for _, n := range g.Nodes {
		if f.uses[n.ID] > 0 {
			f.find(n)
		}
	}
	return f
}

// find notes n if it is the second layer of a pair.
func (f *pairer) find(n *graph.Node) {
	second, ok := denseLayer(n)
	if !ok {
		return
	}
	h := n.In[0]
	first, ok := denseLayer(h)
	if !ok || first.act != kernel.ReluAct || first.precision != second.precision || f.layers[h] != nil || !pairSized(h, n) {
		return
	}
	p := &pairing{op: layerPair{bias1: first.bias, bias2: second.bias, act: second.act, precision: second.precision}}
	if parts := f.wayBack(p, h, n); parts != nil {
		f.layers[n] = p
		for m, result := range parts {
			f.grads[m] = pairPart{p, result}
		}
	}
}

// denseLayer returns n as act(x·w + b) of a matrix x.
func denseLayer(n *graph.Node) (op gemm, ok bool) {
	op, ok = productOp(n)
	return op, ok && n.Rank() == 2 && n.DType == graph.Float32 && op == gemm{bias: op.bias, act: op.act, precision: op.precision}
}

// pairSized reports whether h and n, which reads it, have the size for a pair.
func pairSized(h, n *graph.Node) bool {
	units := h.Shape[1]
	work := h.Shape.Size() * (h.In[1].Shape[0] + n.Shape[1])
	return work >= pairLeast && work <= pairMost && units >= pairUnitsLeast && units <= pairUnitsMost && n.Shape[1] >= pairColumns
}

// wayBack returns the nodes of the gradients by h and n's weights with their results, nil if
// there are none or more is read than they give.
func (f *pairer) wayBack(p *pairing, h, n *graph.Node) map[*graph.Node]int {
	parts := map[*graph.Node]int{}
	var dy *graph.Node
	for _, u := range f.users[h.ID] {
		if u == n {
			continue
		}
		op, _ := productOp(u)
		var d *graph.Node
		switch {
		case op == p.byWeight() && u.In[0] == h:
			d, parts[u] = u.In[1], pairDW2
		case op == p.byInput(true) && u.In[1] == n.In[1] && u.In[2] == h:
			d, parts[u], p.dh = u.In[0], none, u
		}
		if d == nil || d == h || dy != nil && d != dy || u.ID < n.ID {
			return nil
		}
		dy = d
	}
	if len(parts) != 2 || p.dh == nil || len(f.users[h.ID]) != f.uses[h.ID] || len(f.users[p.dh.ID]) != f.uses[p.dh.ID] {
		return nil
	}
	for _, u := range f.users[p.dh.ID] {
		result, ok := p.partOf(u, h)
		if !ok {
			return nil
		}
		parts[u] = result
		p.op.dx = p.op.dx || result == pairDX
	}
	return parts
}

// byWeight is the product that is a gradient by weights of the pair.
func (p *pairing) byWeight() gemm {
	return gemm{MatMul: graph.MatMul{TransA: true}, precision: p.op.precision}
}

// byInput is the product that is a gradient by what a layer of the pair reads, masked if that is
// a relu.
func (p *pairing) byInput(mask bool) gemm {
	return gemm{MatMul: graph.MatMul{TransB: true}, precision: p.op.precision, mask: mask}
}

// partOf returns the result that u, which reads the gradient by the hidden values h, is.
func (p *pairing) partOf(u, h *graph.Node) (result int, ok bool) {
	if r, sum := u.Op.(graph.Reduce); sum {
		return pairDB1, r.Fn == graph.Add && r.Has(0) && !r.Has(1)
	}
	op, _ := productOp(u)
	switch {
	case op == p.byWeight() && u.In[0] == h.In[0] && u.In[1] == p.dh:
		return pairDW1, true
	case op == p.byInput(op.mask) && u.In[0] == p.dh && u.In[1] == h.In[1]:
		return pairDX, true
	}
	return 0, false
}
