package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseMask lets a product, a layer's gradient by its input, end in the gradient of the relu
// that made that input.
//
//	%3 = matmul[n t] %0 %1  → %5 = gemm[n t mask] %0 %1 %2
//	%4 = relu_grad %3 %2
//
// It pays always, where nothing else reads the product: the mask is applied while the result
// is in registers.
func fuseMask(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			if _, ok := old.Op.(native.ReluGrad); !ok {
				return nil
			}
			p, op, ok := from.growing(old, 0, in[0])
			if !ok {
				return nil
			}
			op.Mask = true
			return grown(old, p, op, in[1])
		}
	})
}
