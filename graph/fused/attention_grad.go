package fused

import "github.com/rhyton/rhyton/graph"

// Grad computes the gradient of a bias, which is as large as the logits, in primitives.
func (o Attention) Grad(n node, d []node) []node {
	dx := make([]node, len(n.In))
	copy(dx, graph.ResultsOf(graph.Apply(AttentionGrad(o), append(n.In[:len(n.In):len(n.In)], d[0])...)))
	if o.Bias {
		last := len(n.In) - 1
		dx[last] = graph.GradByDecomposition(o, n, d)[last]
	}
	return dx
}

func (o AttentionGrad) Infer(in []graph.Type) []graph.Type {
	dy := in[len(in)-1]
	if y := Attention(o).Infer(in[:len(in)-1])[0]; !y.Equal(dy) {
		graph.Errorf("attention gradient: got %v; want %v", dy, y)
	}
	return []graph.Type{in[0], in[1], in[2]}
}

// Lower is, with P the softmax, P' the factors of the values, and dP the gradient of P: dv =
// P'ᵀ·dy, dS = P·(dP - Σ dP·P), dq = dS·k, dk = dSᵀ·q.
func (o AttentionGrad) Lower(in []node) []node {
	p, dy := Attention(o).decompose(in[:len(in)-1]), swapHeads(in[len(in)-1])
	dp := Attention(o).after(p, graph.Apply(graph.MatMul{TransB: true}, dy, p.v))
	ds := p.where(graph.Apply(SoftmaxGrad{}, p.weights, dp), 0)
	turned := graph.MatMul{TransA: true}
	heads := in[1].Shape[headAxis]
	return []node{
		swapHeads(times(matmul(ds, p.k), o.Scale)),
		swapHeads(summed(graph.Apply(turned, ds, p.q), heads)),
		swapHeads(summed(graph.Apply(turned, p.dropped, dy), heads)),
	}
}

// summed adds the heads of x that share a key head.
func summed(x node, heads int) node {
	n, h, t, d := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	if h == heads {
		return x
	}
	return reshape(sum(reshape(x, n, heads, h/heads, t, d), 1<<2), n, heads, t, d)
}
