package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseBias gives a matrix product or a convolution the bias that is added to its result, a
// vector repeated over the rows.
//
//	%3 = matmul[n n] %0 %1
//	%4 = broadcast %2  → %6 = gemm[n n bias] %0 %1 %2
//	%5 = add %3 %4
//
// It pays always, where nothing else reads the product: the bias is added while the result is
// in registers.
func fuseBias(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			if !isBinary(old, graph.Add) {
				return nil
			}
			for i := range in {
				if !from.alone(old, i) {
					continue
				}
				if n := withBias(old, in[i], in[1-i]); n != nil {
					return n
				}
			}
			return nil
		}
	})
}

// withBias is old, which adds bias to n, as n with a bias, nil if it is not that.
func withBias(old, n, bias *graph.Node) *graph.Node {
	conv, isConv := convolved(n)
	p := bareProduct(n)
	if !isConv && p == nil {
		return nil
	}
	row := rowOf(bias)
	switch {
	case row == nil:
		return nil
	case isConv:
		return graph.Apply(native.Convolution{Conv: conv, Bias: true}, n.In[0], n.In[1], row)
	case old.Shape[old.Rank()-1] != p.Shape[p.Rank()-1]:
		return nil
	}
	op, _ := native.GemmOf(p)
	op.Bias = true
	return reshaped(graph.Apply(op, p.In[0], p.In[1], row), old.Shape)
}
