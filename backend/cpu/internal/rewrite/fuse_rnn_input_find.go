package rewrite

import (
	"maps"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/uses"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// projectedWeights is the most elements of the two kernels together: every step reads them, so
// a core's cache must hold them.
const projectedWeights = 1 << 18

// An rnnFuser finds what can be joined.
type rnnFuser struct {
	uses     []int
	users    [][]*graph.Node
	layers   map[*graph.Node]*rnnMatch
	grads    map[*graph.Node]*rnnMatch
	replaced map[*graph.Node]replacement
}

func newRNNFuser(g *graph.Graph) *rnnFuser {
	f := &rnnFuser{uses: uses.Readers(g), layers: map[*graph.Node]*rnnMatch{},
		grads: map[*graph.Node]*rnnMatch{}, replaced: map[*graph.Node]replacement{}}
	f.users = uses.Users(g, f.uses)
	for _, n := range g.Nodes {
		if f.uses[n.ID] == 0 {
			continue
		}
		switch op := n.Op.(type) {
		case fused.LSTM:
			f.find(n, op.Reverse, lstmOperands)
		case fused.GRU:
			f.find(n, op.Reverse, gruOperands)
		}
	}
	return f
}

// gradOperands says where a gradient has an operand or a result of its layer.
type gradOperands struct {
	operands [][2]int // of the layer and of the gradient
	results  [][2]int
	kept     int // the first result that is there for the gradient alone
	op       func(op graph.Op) bool
}

var (
	lstmOperands = gradOperands{operands: [][2]int{{1, 0}, {2, 1}, {3, 2}}, results: [][2]int{{0, 3}, {3, 4}, {4, 5}}, kept: 3,
		op: func(op graph.Op) bool { _, ok := op.(fused.LSTMGrad); return ok }}
	gruOperands = gradOperands{operands: [][2]int{{1, 0}, {3, 1}}, results: [][2]int{{0, 2}, {2, 3}, {3, 4}}, kept: 2,
		op: func(op graph.Op) bool { _, ok := op.(fused.GRUGrad); return ok }}
)

// find notes n if its projection has no other reader, and its gradient, if it has one, no
// other use than the projection's gradient.
func (f *rnnFuser) find(n *graph.Node, reverse bool, at gradOperands) {
	z := n.In[0]
	p := projectionOf(z)
	product, ok := plainProduct(p)
	if !ok || !isProjection(p, product) || f.uses[z.ID] != 1 || f.uses[p.ID] != 1 || !projectionPays(n, p, product.Precision) {
		return
	}
	grad, ok := f.gradOf(n, at)
	if !ok {
		return
	}
	j := &rnnMatch{layer: n.Op, how: native.InputProjection{Reverse: reverse, Bias: product.Bias, Keep: grad != nil}}
	if grad != nil {
		parts, ok := f.gradients(j, grad, p)
		if !ok {
			return
		}
		maps.Copy(f.replaced, parts)
		f.grads[grad] = j
	}
	f.layers[n] = j
}

// isProjection reports whether p multiplies two matrices as they lie.
func isProjection(p *graph.Node, op native.Gemm) bool {
	return !op.TransA && !op.TransB && p.Rank() == 2 && p.In[1].Rank() == 2
}

// projectionPays reports whether the projection p of the layer n is done better step by step.
func projectionPays(n, p *graph.Node, precision kernel.Precision) bool {
	z := n.In[0].Shape
	units, features := n.In[len(n.In)-1].Shape[1], p.In[1].Shape[0]
	switch {
	case z.Size() == 0 || features == 0:
		return false
	case z[1] < 2: // all steps of a single sample are better projected at once
		return false
	case (units+features+1)*z[2] > projectedWeights:
		return false
	case precision == kernel.Single:
		return true
	}
	// With bfloat16 it may be faster than in float32 by more than the way over memory costs.
	return !precision.Fast() && 2*features <= units
}

// gradOf returns the gradient of n, nil if there is none; it is not ok if anything else reads
// what n keeps for it.
func (f *rnnFuser) gradOf(n *graph.Node, at gradOperands) (grad *graph.Node, ok bool) {
	for _, r := range f.users[n.ID] {
		if r.Op.(graph.Result).Index < at.kept {
			continue
		}
		for _, u := range f.users[r.ID] {
			if !at.op(u.Op) || grad != nil && grad != u {
				return nil, false
			}
			grad = u
		}
		if len(f.users[r.ID]) != f.uses[r.ID] {
			return nil, false
		}
	}
	return grad, grad == nil || at.match(n, grad)
}

// match reports whether grad has the operands and the results of n where it should.
func (at gradOperands) match(n, grad *graph.Node) bool {
	for _, k := range at.operands {
		if grad.In[k[1]] != n.In[k[0]] {
			return false
		}
	}
	for _, k := range at.results {
		if x := grad.In[k[1]]; x.Op != (graph.Result{Index: k[0]}) || x.In[0] != n {
			return false
		}
	}
	return true
}

// gradients returns what the projection's gradient consists of; it is not ok if there is
// more to it.
func (f *rnnFuser) gradients(j *rnnMatch, grad, p *graph.Node) (parts map[*graph.Node]replacement, ok bool) {
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

// partOf returns the result of the gradient that u, which reads dz, is, none for dz in
// the shape of the projection p.
func partOf(u, dz, p *graph.Node) (result int, ok bool) {
	switch op := u.Op.(type) {
	case graph.Reshape:
		return none, u.Shape.Equal(p.Shape)
	case graph.Reduce:
		return native.ProjectedGradB, op.Fn == graph.Add && op.Axes == 1<<(dz.Rank()-1)-1
	}
	op, ok := plainProduct(u)
	switch {
	case !ok || op.Bias || !dz.Shape.Equal(p.Shape):
		return 0, false
	case u.In[0] == dz && u.In[1] == p.In[1]:
		return native.ProjectedGradX, !op.TransA && op.TransB
	case u.In[0] == p.In[0] && u.In[1] == dz:
		return native.ProjectedGradW, op.TransA && !op.TransB
	}
	return 0, false
}
