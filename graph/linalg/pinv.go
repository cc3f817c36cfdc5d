package linalg

import "github.com/rhyton/rhyton/graph"

// Pinv computes the pseudo-inverse (batch, n, m) of A (batch, m, n) (Moore–Penrose):
// V·diag(1/s)·Uᵀ with 0 for the singular values that are at most Cutoff times the largest one.
type Pinv struct{ Cutoff float64 }

func (Pinv) Infer(in []graph.Type) []graph.Type {
	matrices("pinv", in[0])
	s := in[0].Shape
	return []graph.Type{{DType: in[0].DType, Shape: graph.Shape{s[0], s[2], s[1]}}}
}

func (o Pinv) Lower(in []node) []node {
	a := exact(in[0])
	svd := graph.Apply(SVD{}, a)
	u, s, vt := graph.ResultOf(svd, 0), graph.ResultOf(svd, 1), graph.ResultOf(svd, 2)
	s = reshape(s, s.Shape[0], 1, s.Shape[1])
	none := compare(graph.LessEqual, s, times(span(s, 2, 0, 1), o.Cutoff))
	p := nt(mul(transpose(vt), inverse(where(none, like(s, 0), s))), u)
	return []node{cast(p, in[0].DType)}
}

// Grad: for P = A⁺ of constant rank, -Pᵀ·G·Pᵀ + (I - A·P)·Gᵀ·P·Pᵀ + Pᵀ·P·Gᵀ·(I - P·A)
// (Golub & Pereyra 1973).
func (Pinv) Grad(p node, d []node) []node {
	a, g := p.In[0], d[0]
	gp := tn(g, mm(p, transpose(p)))    // Gᵀ·P·Pᵀ (m, m)·… = (m, n)
	pg := mm(tn(p, p), transpose(g))    // Pᵀ·P·Gᵀ (m, n)
	first := mm(tn(p, g), transpose(p)) // Pᵀ·G·Pᵀ (m, n)
	second := sub(gp, mm(a, mm(p, gp))) // (I - A·P)·…
	third := sub(pg, mm(mm(pg, p), a))  // …·(I - P·A)
	return []node{add(sub(second, first), third)}
}
