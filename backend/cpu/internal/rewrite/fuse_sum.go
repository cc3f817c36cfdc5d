package rewrite

import "github.com/rhyton/rhyton/graph"

// fuseSum makes a product start from what its result is added to, such as a residual
// connection or the other half of a recurrent layer's step.
//
//	%3 = matmul[n n] %0 %1  → %5 = gemm[n n sum] %0 %1 %2
//	%4 = add %3 %2
//
// It pays where the summand is an array, not a number or a repeated vector, which a vector
// program adds with less memory traffic, and nothing else reads the product.
func fuseSum(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			if !isBinary(old, graph.Add) {
				return nil
			}
			for i := range in {
				if isRepeated(in[1-i]) {
					continue
				}
				if p, op, ok := from.growing(old, i, in[i]); ok && !op.Sum {
					op.Sum = true
					return grown(old, p, op, in[1-i])
				}
			}
			return nil
		}
	})
}
