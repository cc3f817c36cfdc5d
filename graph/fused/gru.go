package fused

import "github.com/rhyton/rhyton/graph"

type (
	// GRU runs a gated recurrent unit with the reset gate after the product (Cho et al. 2014, in
	// the form of Keras' reset_after) over a sequence. Operands: the projected inputs with their
	// bias x (time, batch, 3u) in the gate order z, r, h; the recurrent kernel (u, 3u) and bias
	// (3u); the initial h (batch, u). With y = h·kernel + bias:
	//
	//	z = σ(x_z + y_z)   r = σ(x_r + y_r)   h̃ = tanh(x_h + r·y_h)   h' = z·h + (1-z)·h̃
	//
	// Results: every h (time, batch, u), the last h, and values for the gradient: z, r and h̃
	// (time, batch, 3u) and every y_h (time, batch, u).
	GRU struct{ Reverse bool }
	// GRUGrad computes the gradients of x, kernel, bias and the initial h. Operands: the kernel,
	// the initial h, every h, the gates, every y_h, and the gradients of every h and the last.
	GRUGrad struct{ Reverse bool }
)

func (GRU) Infer(in []graph.Type) []graph.Type {
	x, k, b, h := in[0], in[1], in[2], in[3]
	if len(x.Shape) != 3 || len(h.Shape) != 2 || x.Shape[2] != 3*h.Shape[1] || x.Shape[1] != h.Shape[0] ||
		!k.Shape.Equal(graph.Shape{h.Shape[1], x.Shape[2]}) || !b.Shape.Equal(graph.Shape{x.Shape[2]}) || x.DType != h.DType || k.DType != h.DType || b.DType != h.DType {
		graph.Errorf("gru: projected input %v, kernel %v, bias %v, state %v", x, k, b, h)
	}
	all := graph.Type{DType: h.DType, Shape: graph.Shape{x.Shape[0], h.Shape[0], h.Shape[1]}}
	return []graph.Type{all, h, x, all}
}

func (op GRU) Lower(in []node) []node {
	x, k, b, h0 := in[0], in[1], in[2], in[3]
	u := h0.Shape[1]
	final, stack := graph.Loop{Init: []node{h0}, Seqs: []node{x}, Reverse: op.Reverse}.Run(
		func(carry, x []node) (next, results []node) {
			y := matmul(carry[0], k)
			y = add(y, rows(b, y))
			z := un(graph.Sigmoid, add(part(x[0], 0, u), part(y, 0, u)))
			r := un(graph.Sigmoid, add(part(x[0], 1, u), part(y, 1, u)))
			yh := part(y, 2, u)
			c := un(graph.Tanh, add(part(x[0], 2, u), mul(r, yh)))
			h := add(mul(z, carry[0]), mul(sub(like(z, 1), z), c))
			return []node{h}, []node{h, joined(z, r, c), yh}
		})
	return []node{stack[0], final[0], stack[1], stack[2]}
}

func (op GRU) Grad(n node, d []node) []node {
	if d[2] != nil || d[3] != nil {
		return graph.GradByDecomposition(op, n, d)
	}
	k, h0 := n.In[1], n.In[3]
	return graph.ResultsOf(graph.Apply(GRUGrad(op), k, h0,
		graph.ResultOf(n, 0), graph.ResultOf(n, 2), graph.ResultOf(n, 3),
		orZero(d[0], n.Results[0], n), orZero(d[1], n.Results[1], n)))
}

func (GRUGrad) Infer(in []graph.Type) []graph.Type {
	k := in[0]
	return []graph.Type{in[3], k, {DType: k.DType, Shape: k.Shape[1:]}, in[1]}
}

func (op GRUGrad) Lower(in []node) []node {
	k, h0, hs, gates, yh := in[0], in[1], in[2], in[3], in[4]
	u := h0.Shape[1]
	prev := before(hs, h0, op.Reverse)
	final, stack := graph.Loop{Init: []node{in[6]}, Seqs: []node{in[5], gates, yh, prev}, Reverse: !op.Reverse}.Run(
		func(carry, x []node) (next, results []node) {
			dx, dy, direct := gruStepGrad(add(carry[0], x[0]), x[1], x[2], x[3], u)
			return []node{add(direct, graph.Apply(graph.MatMul{TransB: true}, dy, k))}, []node{dx, dy}
		})
	dx, dy := stack[0], stack[1]
	n := dy.Shape[0] * dy.Shape[1]
	flat := reshape(dy, n, 3*u)
	dk := graph.Apply(graph.MatMul{TransA: true}, reshape(prev, n, u), flat)
	return []node{dx, dk, over(flat), final[0]}
}

// gruStepGrad returns the gradients of a step's projected input, of its recurrent product, and of
// the previous h except for the part through the product.
func gruStepGrad(dh, gates, yh, prev node, u int) (dx, dy, direct node) {
	z, r, c := part(gates, 0, u), part(gates, 1, u), part(gates, 2, u)
	slope := func(s node) node { return mul(s, sub(like(s, 1), s)) }
	dc := mul(mul(dh, sub(like(z, 1), z)), sub(like(c, 1), mul(c, c)))
	dz := mul(mul(dh, sub(prev, c)), slope(z))
	dr := mul(mul(dc, yh), slope(r))
	return joined(dz, dr, dc), joined(dz, dr, mul(dc, r)), mul(dh, z)
}
