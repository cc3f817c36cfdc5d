package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseRelu finds relu and its gradient, which layers spell as a maximum or a selection.
//
//	%2 = max %0 %1                       %1 is 0                    → %3 = relu %0
//	%3 = select %2 %1 %0                 %2 is %0 ≤ 0, %1 is 0      → %4 = relu %0
//	%5 = select %2 %1 %4                 likewise, %4 the gradient  → %6 = relu_grad %4 y
//
// relu_grad tests y = relu(%0) where the graph has that, so that %0 is not kept for it, else
// %0 itself. The forms with > are found as well.
//
// It pays always: one operation instead of two, no array of bools, and the epilogues of
// products (fuse-activation, fuse-mask) take it.
func fuseRelu(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(origin) match {
		return reluFuser{}.match
	})
}

// A reluFuser knows the relu of each node of the new graph that has one.
type reluFuser map[*graph.Node]*graph.Node

func (f reluFuser) match(old *graph.Node, in []*graph.Node) *graph.Node {
	if isBinary(old, graph.Max) && isConst(in[1], 0) {
		return f.relu(in[0])
	}
	x, positive, strict, ok := selectByZero(old, in)
	switch {
	case !ok:
		return nil
	case positive == x:
		return f.relu(x)
	case f[x] != nil:
		return graph.Apply(native.ReluGrad{}, positive, f[x])
	case !strict: // of NaN it is the gradient, which relu_grad makes 0
		return nil
	}
	return graph.Apply(native.ReluGrad{}, positive, x)
}

func (f reluFuser) relu(x *graph.Node) *graph.Node {
	if f[x] == nil {
		f[x] = graph.Apply(native.Relu{}, x)
	}
	return f[x]
}

// selectByZero takes apart a selection of a value where x is positive and 0 elsewhere. It is
// strict if NaN counts as not positive.
func selectByZero(old *graph.Node, in []*graph.Node) (x, positive *graph.Node, strict, ok bool) {
	if _, ok := old.Op.(graph.Select); !ok {
		return nil, nil, false, false
	}
	c, ok := in[0].Op.(graph.Compare)
	if !ok || in[0].In[0].DType != graph.Float32 || !isConst(in[0].In[1], 0) {
		return nil, nil, false, false
	}
	x, positive, rest := in[0].In[0], in[1], in[2]
	switch c.Fn {
	case graph.Greater:
		strict = true
	case graph.LessEqual:
		positive, rest = rest, positive
	default:
		return nil, nil, false, false
	}
	return x, positive, strict, isConst(rest, 0)
}
