package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/uses"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// sparsifyUpdates updates only the rows of a weight that a step reads, such as the vectors of an
// embedding, where the graph reads it by gathers alone: its gradient is rows then.
//
//	%1 = gather %0 ids             → %1 = gather %0 ids
//	%3 = scatter_add zeros ids %2    %4 = sparse_adam %0 m v rate ids %2
//	%4 = fused.Adam %0 %3 m v rate
//
// and of plain descent
//
//	%4 = mul %3 rate  → %4 = mul %2 -rate
//	%5 = sub %0 %4      %5 = scatter_add %0 ids %4
//
// What a row misses of Adam's decay it makes up for when it is next read, see
// storage.AdamTable. It pays where twice the rows of a batch cost less than all rows.
func sparsifyUpdates(g *graph.Graph) *graph.Graph {
	f := &sparsifier{g: g, uses: uses.Readers(g), gathers: map[*graph.Node]int{}}
	for _, n := range g.Nodes {
		if _, ok := n.Op.(graph.Gather); ok && f.uses[n.ID] > 0 {
			f.gathers[n.In[0]]++
		}
	}
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if n := f.sgd(old, in); n != nil {
			return n
		}
		return f.adam(out, old, in)
	})
}

// A sparsifier knows how the graph reads its nodes.
type sparsifier struct {
	g       *graph.Graph
	uses    []int
	gathers map[*graph.Node]int // that read a node
}

// adam finds a step of Adam of such a weight.
func (f *sparsifier) adam(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
	op, ok := old.Op.(fused.Adam)
	if !ok || !f.fits(op, old) {
		return nil
	}
	terms := f.terms(old.In[1], in[1], nil)
	if terms == nil || !worthIt(old.Shape, terms) {
		return nil
	}
	return out.Apply(native.SparseAdam{Adam: op}, append([]*graph.Node{in[0], in[2], in[3], in[4]}, terms...)...)
}

// fits reports whether Adam's operands and results are three variables that nothing else
// changes, that nothing else reads but gathers of w, and whether rows without a gradient
// come to a rest.
func (f *sparsifier) fits(op fused.Adam, n *graph.Node) bool {
	if op.Beta1*op.Beta1 > op.Beta2 || op.Beta2 >= 1 || op.Epsilon <= 0 || n.DType != graph.Float32 || n.Rank() == 0 {
		return false
	}
	for i, at := range []int{0, 2, 3} {
		x := n.In[at]
		r, ok := x.Op.(graph.Read)
		uses := 1
		if i == 0 {
			uses += f.gathers[x]
		}
		if !ok || f.uses[x.ID] != uses || !f.becomes(r.Var, n, i) {
			return false
		}
	}
	return f.uses[n.ID] == 3
}

// becomes reports whether v takes result i of n, and nothing else does.
func (f *sparsifier) becomes(v *graph.Variable, n *graph.Node, i int) bool {
	for _, u := range f.g.Updates {
		if u.Var == v {
			r, ok := u.Node.Op.(graph.Result)
			return ok && r.Index == i && u.Node.In[0] == n && f.uses[u.Node.ID] == 1
		}
	}
	return false
}

// terms collects the rows of which a gradient is the sum, indices and values in turn; nil
// if there is more to it. n is what old became.
func (f *sparsifier) terms(old, n *graph.Node, all []*graph.Node) []*graph.Node {
	if f.uses[old.ID] != 1 {
		return nil
	}
	switch op := old.Op.(type) {
	case graph.Binary:
		if op.Fn != graph.Add {
			return nil
		}
		if all = f.terms(old.In[0], n.In[0], all); all == nil {
			return nil
		}
		return f.terms(old.In[1], n.In[1], all)
	case graph.Scatter:
		if op.Fn != graph.Add || !isConst(old.In[0], 0) {
			return nil
		}
		return append(all, n.In[1], n.In[2])
	}
	return nil
}

// worthIt reports whether rows cost less than the whole: a row costs what some 64 elements
// do beside its own, and twice that, because the steps it missed are made up for.
func worthIt(s graph.Shape, terms []*graph.Node) bool {
	count, width := 0, s[1:].Size()
	for i := 0; i < len(terms); i += 2 {
		count += terms[i].Shape.Size()
	}
	return width > 0 && s[0] <= 1<<30 && 2*count*(width+64) <= s[0]*width
}

// sgd finds w − rate·g of such a weight and adds the rows alone; there is nothing to
// make up for.
func (f *sparsifier) sgd(old *graph.Node, in []*graph.Node) *graph.Node {
	b, ok := old.Op.(graph.Binary)
	if !ok || b.Fn != graph.Sub || old.DType != graph.Float32 || old.Rank() == 0 {
		return nil
	}
	r, ok := old.In[0].Op.(graph.Read)
	if !ok || !r.Var.Type.Equal(old.Type) || f.uses[old.In[0].ID] != 1+f.gathers[old.In[0]] || f.uses[old.In[1].ID] != 1 {
		return nil
	}
	step, ok := old.In[1].Op.(graph.Binary)
	if !ok || step.Fn != graph.Mul {
		return nil
	}
	for i, rate := range in[1].In {
		terms := f.terms(old.In[1].In[1-i], in[1].In[1-i], nil)
		one := oneOf(rate)
		if terms == nil || one == nil || !worthIt(old.Shape, terms) {
			continue
		}
		idx, up := joined(terms)
		by := reshaped(graph.Apply(graph.Unary{Fn: graph.Neg}, one), graph.RepeatDim(up.Rank(), 1).Shape())
		by = graph.Apply(graph.Broadcast{To: graph.DimsOf(up.Shape)}, by)
		return graph.Apply(graph.Scatter{Fn: graph.Add}, in[0], idx, graph.Apply(graph.Binary{Fn: graph.Mul}, up, by))
	}
	return nil
}

// joined is all terms as one: indices (n) and rows (n, …).
func joined(terms []*graph.Node) (idx, up *graph.Node) {
	var all, ups []*graph.Node
	for k := 0; k < len(terms); k += 2 {
		idx, up = terms[k], terms[k+1]
		n := idx.Shape.Size()
		all = append(all, graph.Apply(graph.Cast{To: graph.Int64}, reshaped(idx, graph.Shape{n})))
		ups = append(ups, reshaped(up, append(graph.Shape{n}, up.Shape[idx.Rank():]...)))
	}
	if len(all) == 1 {
		return all[0], ups[0]
	}
	return graph.Apply(graph.Concat{}, all...), graph.Apply(graph.Concat{}, ups...)
}

// oneOf returns the single element that n repeats.
func oneOf(n *graph.Node) *graph.Node {
	for {
		switch n.Op.(type) {
		case graph.Broadcast, graph.Reshape:
			n = n.In[0]
			continue
		}
		if n.Shape.Size() == 1 {
			return n
		}
		return nil
	}
}
