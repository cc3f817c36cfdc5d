package linalg

import "github.com/rhyton/rhyton/graph"

// Eigh computes the eigenvalues (batch, n), in ascending order, and eigenvectors (batch, n, n),
// as orthonormal columns, of symmetric matrices (batch, n, n). It uses their symmetric part (A +
// Aᵀ)/2. The sign of an eigenvector is arbitrary.
type Eigh struct{}

func (Eigh) Infer(in []graph.Type) []graph.Type {
	square("eigh", in[0])
	return []graph.Type{{DType: in[0].DType, Shape: in[0].Shape[:2].Clone()}, in[0]}
}

// Lower is Jacobi's method in float64.
func (Eigh) Lower(in []node) []node {
	a := exact(in[0])
	a = times(add(a, transpose(a)), .5)
	n := a.Shape[1]
	v := wide(eye(a, n, n), a.Shape)
	if n > 1 {
		a, v = even(transpose(even(a))), even(v)
		m := a.Shape[2]
		final, _ := graph.Loop{Init: []node{a, v}, Length: sweeps(n) * (m - 1)}.Run(
			func(c, _ []node) (next, results []node) { return jacobiStep(c[0], c[1]), nil })
		a, v = span(span(final[0], 1, 0, n), 2, 0, n), span(final[1], 2, 0, n)
	}
	w := reshape(diagonal(a), a.Shape[0], n)
	order := graph.Apply(graph.ArgSort{Axis: 1}, w)
	w = reshape(rows(reshape(w, a.Shape[0], n, 1), order), a.Shape[0], n)
	return []node{cast(w, in[0].DType), cast(columns(v, order), in[0].DType)}
}

// jacobiStep rotates all pairs of rows and columns of a, and of columns of v.
func jacobiStep(a, v node) []node {
	n := a.Shape[1]
	h := n / 2
	block := func(i, j int) node { return diagonal(span(span(a, 1, i, i+h), 2, j, j+h)) }
	c, s := rotation(block(0, 0), block(h, h), block(0, h)) // (batch, 1, h)
	a = turned(a, 2, c, s)
	a = turned(a, 1, transpose(c), transpose(s))
	return []node{a, turned(v, 2, c, s)}
}

// Grad is V·(diag(dw) + F∘(Vᵀ·dV))·Vᵀ made symmetric, F[i, j] = 1/(w[j] - w[i]), 0 for equal
// eigenvalues, whose vectors have no derivative (Giles 2008, §3.1).
func (Eigh) Grad(nd node, d []node) []node {
	w, v := graph.ResultOf(nd, 0), graph.ResultOf(nd, 1)
	b, n := w.Shape[0], w.Shape[1]
	mid := like(v, 0)
	if d[0] != nil {
		mid = triangle(wide(reshape(d[0], b, 1, n), v.Shape), graph.Equal)
	}
	if d[1] != nil {
		gap := sub(reshape(w, b, 1, n), reshape(w, b, n, 1))
		mid = add(mid, mul(inverse(gap), tn(v, d[1])))
	}
	da := mm(v, nt(mid, v))
	return []node{times(add(da, transpose(da)), .5)}
}

// inverse is 1/x, 0 where x is 0.
func inverse(x node) node {
	zero := compare(graph.Equal, x, like(x, 0))
	return where(zero, like(x, 0), un(graph.Recip, where(zero, like(x, 1), x)))
}
