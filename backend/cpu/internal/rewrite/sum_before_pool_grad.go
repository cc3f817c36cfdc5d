package rewrite

import "github.com/rhyton/rhyton/graph"

// sumBeforePoolGrad takes the sum of each channel of max pooling's gradient, a bias's
// gradient, over the gradient given, which goes to one element of each window.
//
//	%2 = grad_pool_max[…] %0 %1  → %4 = reduce_add[…] %1
//	%3 = reduce_add[…] %2                    all axes but the channels
//
// It pays always, where every window has an element.
func sumBeforePoolGrad(g *graph.Graph) *graph.Graph {
	return eachNode(g, stateless(func(old *graph.Node, in []*graph.Node) *graph.Node {
		sum, ok := old.Op.(graph.Reduce)
		if !ok || sum.Fn != graph.Add || sum.Axes != 1<<(in[0].Rank()-1)-1 {
			return nil
		}
		op, ok := in[0].Op.(graph.PoolGrad)
		if !ok || op.Fn != graph.Max || !everyWindowHasAnElement(op.Pool, in[0].Shape, in[0].In[1].Shape) {
			return nil
		}
		return graph.Apply(sum, in[0].In[1])
	}))
}

func everyWindowHasAnElement(op graph.Pool, x, y graph.Shape) bool {
	for i := range op.Size.Rank {
		if op.Low.At[i] >= op.Size.At[i] || (y[1+i]-1)*op.Strides.At[i]-op.Low.At[i] >= x[1+i] {
			return false
		}
	}
	return true
}
