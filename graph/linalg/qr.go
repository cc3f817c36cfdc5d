package linalg

import "github.com/rhyton/rhyton/graph"

// QR decomposes A (batch, m, n) into Q·R, where Q has orthonormal columns and R is upper
// triangular: Q (batch, m, k) and R (batch, k, n) with k = min(m, n), or k = m if Full. As in
// LAPACK, diagonal elements of R have the sign that avoids cancellation.
type QR struct{ Full bool }

func (o QR) Infer(in []graph.Type) []graph.Type {
	matrices("qr", in[0])
	b, m, n := in[0].Shape[0], in[0].Shape[1], in[0].Shape[2]
	k := min(m, n)
	if o.Full {
		k = m
	}
	return []graph.Type{{DType: in[0].DType, Shape: graph.Shape{b, m, k}}, {DType: in[0].DType, Shape: graph.Shape{b, k, n}}}
}

// Lower reflects one column per step (Golub & Van Loan, algorithm 5.2.1) and then applies the
// reflections, last first, to an identity matrix.
func (o QR) Lower(in []node) []node {
	a := in[0]
	g, b, m, n := a.Graph(), a.Shape[0], a.Shape[1], a.Shape[2]
	k := o.Infer([]graph.Type{a.Type})[0].Shape[2]
	steps := min(m, n)
	r, vs := graph.Loop{Init: []node{a}, Seqs: []node{count(g, 0, steps)}}.Run(
		func(c, s []node) (next, results []node) {
			v, tau := reflector(c[0], s[0])
			return []node{reflect(c[0], v, tau)}, []node{v, tau}
		})
	start := wide(eye(a, m, k), graph.Shape{b, m, k})
	q, _ := graph.Loop{Init: []node{start}, Seqs: vs, Reverse: true}.Run(
		func(c, s []node) (next, results []node) { return []node{reflect(c[0], s[0], s[1])}, nil })
	return []node{q[0], span(upper(r[0]), 1, 0, k)}
}

// reflector returns v (batch, m, 1) and τ (batch, 1, 1) such that I - τ·v·vᵀ turns column
// j of a into a multiple of its j-th unit vector from row j on.
func reflector(a, j node) (v, tau node) {
	col := column(a, j)
	zero := like(col, 0)
	alpha := row(col, j)
	tail := where(indexed(graph.Greater, col, 1, j), col, zero)
	rest := sum(mul(tail, tail), 1)
	norm := un(graph.Sqrt, add(mul(alpha, alpha), rest))
	beta := where(compare(graph.Less, alpha, like(alpha, 0)), norm, neg(norm))
	done := compare(graph.Equal, rest, like(rest, 0))
	one := like(alpha, 1)
	v = div(tail, where(done, one, sub(alpha, beta)))
	v = where(is(col, 1, j), like(col, 1), v)
	tau = where(done, like(alpha, 0), div(sub(beta, alpha), where(done, one, beta)))
	return v, tau
}

// reflect returns x - τ·v·(vᵀ·x).
func reflect(x, v, tau node) node { return sub(x, mm(mul(v, tau), tn(v, x))) }

// Grad is (dQ + Q·sym(M))·R⁻ᵀ with M = R·dRᵀ - dQᵀ·Q and sym mirroring the lower triangle (Walter
// & Lehmann 2018); for a wide matrix the columns beyond the square are Qᵀ times those of R. The
// full Q of a tall matrix is not unique and has no gradient.
func (o QR) Grad(nd node, d []node) []node {
	a := nd.In[0]
	m, n := a.Shape[1], a.Shape[2]
	if o.Full && m > n {
		graph.Errorf("qr: the full Q of %v has no gradient; use the reduced one", a.Shape)
	}
	q, r := graph.ResultOf(nd, 0), graph.ResultOf(nd, 1)
	dq, dr := orZero(d[0], q), orZero(d[1], r)
	if m >= n {
		return []node{tallGrad(q, r, dq, dr)}
	}
	y, dv := span(a, 2, m, n), span(dr, 2, m, n)
	left := tallGrad(q, span(r, 2, 0, m), add(dq, nt(y, dv)), span(dr, 2, 0, m))
	return []node{concat(2, left, mm(q, dv))}
}

func tallGrad(q, r, dq, dr node) node {
	m := sub(nt(r, dr), tn(dq, q))
	sym := add(lower(m), transpose(triangle(m, graph.Greater)))
	x := add(dq, mm(q, sym))
	return transpose(graph.Apply(TriangularSolve{Upper: true}, r, transpose(x)))
}
