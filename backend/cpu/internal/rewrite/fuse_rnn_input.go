package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// fuseRNNInput joins LSTMs, GRUs and their gradients with the projections of their inputs.
//
//	%3 = gemm[bias] %0 %1 %2             x·w + b  → %8 = projected_lstm %0 %1 %2 …
//	%4 = reshape %3                                 %9 = result 0 of %8
//	%5 = lstm %4 …
//
// and of the gradients
//
//	%6 = lstm_grad …                           → %8 = projected_lstm_grad …
//	%7 = gemm[t n] %0 %6                 by w    %9 = result 4 of %8
//
// What a step needs of the projection is computed with the step, so that the gates' inputs,
// four times the size of the states, never go to memory. It pays where a core's cache holds
// the kernels (projectedWeights), the batch has several samples and the products are no faster
// with bfloat16; and it is possible where nothing else reads the projection and the gates'
// gradients.
func fuseRNNInput(g *graph.Graph) *graph.Graph {
	f := newRNNFuser(g)
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if s, ok := old.Op.(graph.Scan); ok {
			s.Body = fuseRNNInput(s.Body)
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
		if isReshape(old) && isReshape(in[0]) && in[0].In[0].Shape.Equal(old.Shape) {
			return in[0].In[0] // there and back
		}
		return nil
	})
}

// An rnnMatch is a recurrent layer with its projection and its gradient, if it has one.
type rnnMatch struct {
	layer       graph.Op
	how         native.InputProjection
	w           *graph.Node // of the new graph
	tuple, grad *graph.Node // likewise, forward and back
}

// forward applies the layer to operands of the composite.
func (j *rnnMatch) forward(in []*graph.Node) *graph.Node {
	p := projectionOf(in[0])
	z := in[0].Shape
	x, to := p.In[0], graph.Shape{z[0], z[1], p.In[1].Shape[0]}
	if isReshape(x) && !x.Shape.Equal(to) && x.In[0].Shape.Equal(to) {
		x = x.In[0]
	}
	x = reshaped(x, to)
	j.w = p.In[1]
	var op graph.Op = native.ProjectedGRU{InputProjection: j.how}
	if _, lstm := j.layer.(fused.LSTM); lstm {
		op = native.ProjectedLSTM{InputProjection: j.how}
	}
	j.tuple = graph.Apply(op, append(append([]*graph.Node{x}, p.In[1:]...), in[1:]...)...)
	return j.tuple
}

// backward applies the gradient to operands of the composite's.
func (j *rnnMatch) backward(in []*graph.Node) *graph.Node {
	var op graph.Op = native.ProjectedGRUGrad{InputProjection: j.how}
	kept, rest := 2, in[5:]
	if _, lstm := j.layer.(fused.LSTM); lstm {
		op, kept, rest = native.ProjectedLSTMGrad{InputProjection: j.how}, 3, in[6:]
	}
	j.grad = graph.Apply(op, append([]*graph.Node{j.w, in[0], graph.ResultOf(j.tuple, kept), graph.ResultOf(j.tuple, kept+1)}, rest...)...)
	return j.grad
}

// A replacement says which result of the gradient stands for a node; none if only nodes that
// are replaced too read it.
type replacement struct {
	match  *rnnMatch
	result int
}

const none = -1

func (r replacement) node(old *graph.Node, in []*graph.Node) *graph.Node {
	if r.result == none {
		return in[0]
	}
	return reshaped(graph.ResultOf(r.match.grad, r.result), old.Shape)
}

// projectionOf looks through the shape of z.
func projectionOf(z *graph.Node) *graph.Node {
	if isReshape(z) {
		return z.In[0]
	}
	return z
}
