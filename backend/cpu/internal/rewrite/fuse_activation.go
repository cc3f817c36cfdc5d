package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseActivation gives a product or a convolution the activation of its result.
//
//	%3 = gemm[n n bias] %0 %1 %2  → %5 = gemm[n n bias act] %0 %1 %2
//	%4 = relu %3
//
// relu, tanh, sigmoid and exp are found. It pays always, where nothing else reads the
// product: the function is applied while a tile of the result is in the L1 cache.
func fuseActivation(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			act := activationOf(old.Op)
			if act == kernel.Identity {
				return nil
			}
			if conv, ok := convolution(in[0]); ok {
				if conv.Act != kernel.Identity || !from.alone(old, 0) {
					return nil
				}
				conv.Act = act
				return graph.Apply(conv, in[0].In...)
			}
			p, op, ok := from.growing(old, 0, in[0])
			if !ok {
				return nil
			}
			op.Act = act
			return grown(old, p, op)
		}
	})
}

// activationOf is the activation that op is, Identity if it is none.
func activationOf(op graph.Op) kernel.Activation {
	switch op := op.(type) {
	case native.Relu:
		return kernel.ReluAct
	case graph.Unary:
		return activations[op.Fn]
	}
	return kernel.Identity
}

var activations = map[graph.Fn]kernel.Activation{graph.Tanh: kernel.TanhAct, graph.Sigmoid: kernel.SigmoidAct, graph.Exp: kernel.ExpAct}

// convolution returns the convolution that n is, with or without an epilogue.
func convolution(n *graph.Node) (op native.Convolution, ok bool) {
	if op, ok = n.Op.(native.Convolution); ok {
		return op, true
	}
	conv, ok := convolved(n)
	return native.Convolution{Conv: conv}, ok
}
