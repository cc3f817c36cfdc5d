package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// maskBeforePoolGrad applies the gradient of relu before that of max pooling instead of after:
// the gradient goes to the largest element of each window, which is positive where the pooled
// value is.
//
//	%1 = pool_max[…] %0          → %5 = relu_grad %2 %1
//	%3 = grad_pool_max[…] %0 %2    %6 = grad_pool_max[…] %0 %5
//	%4 = relu_grad %3 %0
//
// It pays always, where nothing else reads %3: there are fewer windows than elements.
func maskBeforePoolGrad(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		pools := map[maxPool]*graph.Node{} // of the new graph
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			switch op := old.Op.(type) {
			case graph.Pool:
				if op.Fn == graph.Max {
					pools[maxPool{op, in[0]}] = graph.Apply(op, in...)
					return pools[maxPool{op, in[0]}]
				}
			case native.ReluGrad:
				grad, ok := in[0].Op.(graph.PoolGrad)
				if !ok || grad.Fn != graph.Max || in[0].In[0] != in[1] || !from.alone(old, 0) {
					return nil
				}
				if y := pools[maxPool{grad.Pool, in[1]}]; y != nil {
					return graph.Apply(grad, in[1], graph.Apply(native.ReluGrad{}, in[0].In[1], y))
				}
			}
			return nil
		}
	})
}

// maxPool is a max pooling of x.
type maxPool struct {
	op graph.Pool
	x  *graph.Node
}
