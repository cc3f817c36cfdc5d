package cpu

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// projected joins LSTMs, GRUs and their gradients with the projections of their inputs.
func projected(g *graph.Graph) *graph.Graph {
	f := newJoiner(g)
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if s, ok := old.Op.(graph.Scan); ok {
			s.Body = projected(s.Body)
			return out.Apply(s, in...)
		}
		if j := f.layers[old]; j != nil {
			return j.forward(in)
		}
		if j := f.grads[old]; j != nil {
			return j.backward(in)
		}
		if r, ok := f.replaced[old]; ok {
			return r.node(old, in)
		}
		if _, ok := old.Op.(graph.Reshape); ok {
			if _, twice := in[0].Op.(graph.Reshape); twice && in[0].In[0].Shape.Equal(old.Shape) {
				return in[0].In[0]
			}
		}
		return nil
	})
}

// A joint is a recurrent layer with its projection and its gradient, if it has one.
type joint struct {
	layer      graph.Op
	how        projection
	w          *graph.Node // of the new graph
	tuple, way *graph.Node // likewise, forward and back
}

// forward applies the layer to operands of the composite.
func (j *joint) forward(in []*graph.Node) *graph.Node {
	p := projectionOf(in[0])
	z := in[0].Shape
	x := p.In[0]
	if to := (graph.Shape{z[0], z[1], p.In[1].Shape[0]}); !x.Shape.Equal(to) {
		if _, ok := x.Op.(graph.Reshape); ok && x.In[0].Shape.Equal(to) {
			x = x.In[0]
		} else {
			x = reshaped(x, to)
		}
	}
	j.w = p.In[1]
	var op graph.Op = projectedGRU{j.how}
	if _, lstm := j.layer.(fused.LSTM); lstm {
		op = projectedLSTM{j.how}
	}
	j.tuple = graph.Apply(op, append(append([]*graph.Node{x}, p.In[1:]...), in[1:]...)...)
	return j.tuple
}

// backward applies the gradient to operands of the composite's.
func (j *joint) backward(in []*graph.Node) *graph.Node {
	var op graph.Op = projectedGRUGrad{j.how}
	kept, rest := 2, in[5:]
	if _, lstm := j.layer.(fused.LSTM); lstm {
		op, kept, rest = projectedLSTMGrad{j.how}, 3, in[6:]
	}
	j.way = graph.Apply(op, append([]*graph.Node{j.w, in[0], graph.ResultOf(j.tuple, kept), graph.ResultOf(j.tuple, kept+1)}, rest...)...)
	return j.way
}

// A replacement is a node that a result of the way back stands for; none if only such nodes
// read it.
type replacement struct {
	joint  *joint
	result int
}

const none = -1

func (r replacement) node(old *graph.Node, in []*graph.Node) *graph.Node {
	if r.result == none {
		return in[0]
	}
	return reshaped(graph.ResultOf(r.joint.way, r.result), old.Shape)
}

// plainProduct returns a product that ends in nothing but perhaps a bias. It may be one that
// need not be precise.
func plainProduct(n *graph.Node) (op gemm, ok bool) {
	op, ok = productOp(n)
	return op, ok && op == gemm{MatMul: op.MatMul, bias: op.bias, precision: op.precision} && n.DType == graph.Float32
}

// projectionOf looks through the shape of z.
func projectionOf(z *graph.Node) *graph.Node {
	if _, ok := z.Op.(graph.Reshape); ok {
		return z.In[0]
	}
	return z
}
