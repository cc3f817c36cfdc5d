package cpu

import "github.com/rhyton/rhyton/graph"

// The gradient of max pooling goes to one element of each window, the largest. What is
// done with all elements after it can be done with the windows before it, which are fewer.

// pooled notes a max pooling.
func (m *matcher) pooled(n *graph.Node) {
	if op, ok := n.Op.(graph.Pool); ok && op.Fn == graph.Max {
		m.pools[poolKey{op, n.In[0]}] = n
	}
}

type poolKey struct {
	op graph.Pool
	x  *graph.Node
}

// maskedPool finds the gradient of relu after that of max pooling: a window's largest
// element is positive where the pooled value is.
func (m *matcher) maskedPool(old *graph.Node, in []*graph.Node) *graph.Node {
	if _, ok := old.Op.(reluGrad); !ok || !m.alone(old, 0) {
		return nil
	}
	op, ok := in[0].Op.(graph.PoolGrad)
	if !ok || op.Fn != graph.Max || in[0].In[0] != in[1] {
		return nil
	}
	p := m.pools[poolKey{op.Pool, in[1]}]
	if p == nil {
		return nil
	}
	return graph.Apply(op, in[1], graph.Apply(reluGrad{}, in[0].In[1], p))
}

// pooledSum finds the sum of each channel of max pooling's gradient, which is that of the
// gradient given.
func (m *matcher) pooledSum(old *graph.Node, in []*graph.Node) *graph.Node {
	sum, ok := old.Op.(graph.Reduce)
	if !ok || sum.Fn != graph.Add || sum.Axes != 1<<(in[0].Rank()-1)-1 {
		return nil
	}
	op, ok := in[0].Op.(graph.PoolGrad)
	if !ok || op.Fn != graph.Max || !everyWindowHasAnElement(op.Pool, in[0].Shape, in[0].In[1].Shape) {
		return nil
	}
	return graph.Apply(sum, in[0].In[1])
}

func everyWindowHasAnElement(op graph.Pool, x, y graph.Shape) bool {
	for i := range op.Size.Rank {
		if op.Low.At[i] >= op.Size.At[i] || (y[1+i]-1)*op.Strides.At[i]-op.Low.At[i] >= x[1+i] {
			return false
		}
	}
	return true
}
