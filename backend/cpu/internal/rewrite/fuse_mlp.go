package rewrite

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseMLP joins two layers of a perceptron that follow each other, and their gradients.
//
//	%5 = gemm[bias relu] %0 %1 %2        the hidden layer  → %7 = mlp %0 %1 %2 %3 %4
//	%6 = gemm[bias act] %5 %3 %4                             %8 = result 0 of %7
//
// and of the gradients
//
//	%8 = gemm[t n] %5 %7                 by %3  → %11 = mlp_grad %0 %1 %3 … %7
//	%9 = gemm[n t mask] %7 %3 %5         by %5    %12 … %14 = results of %11
//	%10 = gemm[t n] %0 %9, a sum of %9, gemm[n t] %9 %1
//
// The hidden units are cut into chunks, and a thread does a chunk from the input to its part of
// the result: little more than those parts goes from one core's cache to another's. It pays for
// training steps of the sizes below, and is possible where nothing else reads the hidden values
// and the gradient by them.
func fuseMLP(g *graph.Graph) *graph.Graph {
	f := newMLPFuser(g)
	return graph.Rewrite(g, func(_ *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if p := f.layers[old]; p != nil {
			return p.forward(in)
		}
		if r, ok := f.grads[old]; ok {
			return r.match.backward(old, in, r.result)
		}
		return nil
	})
}

// Sizes of two layers to be joined. Below so many multiply-adds one thread does all of a layer
// anyway; above, the parts that several threads have of each layer are large enough for them
// to meet after it. The hidden units are as many as a chunk's tiles and one block of k take.
const (
	mlpLeast, mlpMost           = 300_000, 3_000_000
	mlpUnitsLeast, mlpUnitsMost = 64, 512
	mlpColumns                  = 16 // of the second layer, at least
)

// An mlpMatch is two layers with their gradients, in the old graph and the new one.
type mlpMatch struct {
	op          native.MLP
	dh          *graph.Node // the gradient by the hidden values, of the old graph
	tuple, grad *graph.Node // forward and back, of the new graph
}

// An mlpPart is a result of the gradient of two layers, or none.
type mlpPart struct {
	match  *mlpMatch
	result int
}

// forward applies the two layers to the operands of its second layer.
func (p *mlpMatch) forward(in []*graph.Node) *graph.Node {
	p.tuple = graph.Apply(p.op, slices.Concat(in[0].In, in[1:])...)
	return graph.ResultOf(p.tuple, 0)
}

// backward returns what stands for old, a node of the gradient whose operands are in.
func (p *mlpMatch) backward(old *graph.Node, in []*graph.Node, result int) *graph.Node {
	if p.grad == nil { // old reads the gradient by the second layer's result
		dy := in[1]
		if old == p.dh {
			dy = in[0]
		}
		t := p.tuple
		p.grad = graph.Apply(native.MLPGrad{MLP: p.op}, t.In[0], t.In[1], t.In[p.op.Second()], graph.ResultOf(t, 1), dy)
	}
	if result == none {
		return p.grad // which only what is replaced too reads
	}
	r := reshaped(graph.ResultOf(p.grad, result), old.Shape)
	if op, ok := old.Op.(native.Gemm); ok && op.Mask {
		return graph.Apply(native.ReluGrad{}, r, in[2])
	}
	return r
}
