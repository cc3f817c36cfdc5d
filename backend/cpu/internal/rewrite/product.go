package rewrite

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// bareProduct returns the matrix product that n is, perhaps in another shape with the same
// last axis, if it is the product alone, of float32 and not of nothing; else nil.
func bareProduct(n *graph.Node) *graph.Node {
	if isReshape(n) && n.Rank() > 0 && n.Shape.Size() > 0 && n.In[0].Rank() > 0 {
		if n.Shape[n.Rank()-1] != n.In[0].Shape[n.In[0].Rank()-1] {
			return nil
		}
		n = n.In[0]
	}
	op, ok := native.GemmOf(n)
	if ok && op.Bare() && n.DType == graph.Float32 && n.Shape.Size() > 0 && n.In[0].Shape.Size() > 0 {
		return n
	}
	return nil
}

// growing returns the product p, with its operation, that operand i of old is, if its
// epilogue may grow by what old does: n, the operand in the new graph, is that product or
// another shape of it, nothing else reads it, and it ends in no activation or mask yet.
func (from origin) growing(old *graph.Node, i int, n *graph.Node) (p *graph.Node, op native.Gemm, ok bool) {
	if !from.alone(old, i) {
		return nil, op, false
	}
	p = n
	if isReshape(n) {
		p = n.In[0]
	}
	if op, ok = p.Op.(native.Gemm); !ok {
		if p = bareProduct(n); p == nil {
			return nil, op, false
		}
		op, ok = native.GemmOf(p)
	}
	return p, op, ok && op.Act == kernel.Identity && !op.Mask
}

// grown is old as the product p with op for its operation and further operands.
func grown(old, p *graph.Node, op native.Gemm, operands ...*graph.Node) *graph.Node {
	in := slices.Clone(p.In)
	for _, x := range operands {
		in = append(in, reshaped(x, p.Shape))
	}
	return reshaped(graph.Apply(op, in...), old.Shape)
}

// plainProduct returns a product that ends in nothing but perhaps a bias. It may round its
// operands.
func plainProduct(n *graph.Node) (op native.Gemm, ok bool) {
	op, ok = native.GemmOf(n)
	plain := native.Gemm{MatMul: op.MatMul, Bias: op.Bias, Precision: op.Precision}
	return op, ok && op == plain && n.DType == graph.Float32
}

// convolved returns the convolution that n is, unless it is of nothing.
func convolved(n *graph.Node) (op graph.Conv, ok bool) {
	if op, ok = n.Op.(graph.Conv); ok {
		ok = n.Shape.Size() > 0 && n.In[0].Shape.Size() > 0 && n.In[1].Shape.Size() > 0
	}
	return op, ok
}
