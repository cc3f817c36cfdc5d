package cpu

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// joiner finds what can be joined.
type joiner struct {
	uses     []int
	users    [][]*graph.Node
	layers   map[*graph.Node]*joint // by fused.LSTM
	grads    map[*graph.Node]*joint // by fused.LSTMGrad
	replaced map[*graph.Node]replacement
}

func newJoiner(g *graph.Graph) *joiner {
	f := &joiner{uses: readers(g), users: make([][]*graph.Node, len(g.Nodes)), layers: map[*graph.Node]*joint{},
		grads: map[*graph.Node]*joint{}, replaced: map[*graph.Node]replacement{}}
	for _, n := range g.Nodes {
		if f.uses[n.ID] == 0 {
			continue
		}
		for _, in := range n.In {
			f.users[in.ID] = append(f.users[in.ID], n)
		}
	}
	for _, n := range g.Nodes {
		if op, ok := n.Op.(fused.LSTM); ok && f.uses[n.ID] > 0 {
			f.find(op, n)
		}
	}
	return f
}

// find notes n if its projection has no other reader, and its gradient, if it has one, no
// other use than the projection's gradient.
func (f *joiner) find(op fused.LSTM, n *graph.Node) {
	z := n.In[0]
	p := projectionOf(z)
	product, ok := plainProduct(p)
	if !ok || product.TransA || product.TransB || f.uses[z.ID] != 1 || f.uses[p.ID] != 1 || p.Rank() != 2 {
		return
	}
	units, features := n.In[2].Shape[1], p.In[1].Shape[0]
	// All steps of a single sample are better projected at once.
	if p.In[1].Rank() != 2 || z.Shape[1] < 2 || z.Shape.Size() == 0 || features == 0 || (units+features+1)*4*units > projectedWeights {
		return
	}
	j := &joint{op: op, bias: product.bias}
	grad, ok := f.gradOf(n)
	if !ok {
		return
	}
	if grad != nil {
		parts, ok := f.gradients(j, grad, p)
		if !ok {
			return
		}
		for m, r := range parts {
			f.replaced[m] = r
		}
		j.grad, f.grads[grad] = grad, j
	}
	f.layers[n] = j
}

// gradOf returns the gradient of n, nil if there is none; it is not ok if anything else reads
// what n keeps for it.
func (f *joiner) gradOf(n *graph.Node) (grad *graph.Node, ok bool) {
	for _, r := range f.users[n.ID] {
		if r.Op.(graph.Result).Index < 3 {
			continue
		}
		for _, u := range f.users[r.ID] {
			if _, back := u.Op.(fused.LSTMGrad); !back || grad != nil && grad != u {
				return nil, false
			}
			grad = u
		}
		if len(f.users[r.ID]) != f.uses[r.ID] {
			return nil, false
		}
	}
	if grad != nil {
		for i, x := range []*graph.Node{n.In[1], n.In[2], n.In[3]} {
			if grad.In[i] != x {
				return nil, false
			}
		}
		for i, result := range []int{0, 3, 4} {
			if x := grad.In[3+i]; x.In[0] != n || x.Op != (graph.Result{Index: result}) {
				return nil, false
			}
		}
	}
	return grad, true
}

// gradients returns what the projection's gradient consists of; it is not ok if there is
// more to it.
func (f *joiner) gradients(j *joint, grad, p *graph.Node) (parts map[*graph.Node]replacement, ok bool) {
	parts = map[*graph.Node]replacement{}
	var reads func(n *graph.Node) bool // whether all that reads n is known
	reads = func(n *graph.Node) bool {
		if len(f.users[n.ID]) != f.uses[n.ID] {
			return false
		}
		parts[n] = replacement{j, none}
		for _, u := range f.users[n.ID] {
			result, known := partOf(u, n, p)
			if !known || result == none && !reads(u) {
				return false
			}
			parts[u] = replacement{j, result}
		}
		return true
	}
	for _, r := range f.users[grad.ID] {
		if r.Op.(graph.Result).Index == 0 && !reads(r) {
			return nil, false
		}
	}
	return parts, true
}

// partOf returns the result of projectedLSTMGrad that u, which reads dz, is, none for dz in
// the shape of the projection p.
func partOf(u, dz, p *graph.Node) (result int, ok bool) {
	switch op := u.Op.(type) {
	case graph.Reshape:
		return none, u.Shape.Equal(p.Shape)
	case graph.Reduce:
		all := true
		for i := range dz.Rank() {
			all = all && op.Has(i) == (i < dz.Rank()-1)
		}
		return 5, all && op.Fn == graph.Add
	}
	op, ok := plainProduct(u)
	switch {
	case !ok || op.bias || !dz.Shape.Equal(p.Shape):
		return 0, false
	case u.In[0] == dz && u.In[1] == p.In[1]:
		return 0, !op.TransA && op.TransB
	case u.In[0] == p.In[0] && u.In[1] == dz:
		return 4, op.TransA && !op.TransB
	}
	return 0, false
}
