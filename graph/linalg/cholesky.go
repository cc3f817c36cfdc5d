package linalg

import "github.com/rhyton/rhyton/graph"

// Cholesky computes the lower triangular L with L·Lᵀ = A for symmetric positive definite A
// (batch, n, n), of which only the lower triangle is read; NaN where A is not positive definite.
type Cholesky struct{}

func (Cholesky) Infer(in []graph.Type) []graph.Type {
	square("cholesky", in[0])
	return in[:1]
}

// Lower computes one column per step and subtracts its contribution from the rest (Golub & Van
// Loan, algorithm 4.2.2).
func (Cholesky) Lower(in []node) []node {
	a := in[0]
	n := a.Shape[1]
	_, cols := graph.Loop{Init: []node{a}, Seqs: []node{count(a.Graph(), 0, n)}}.Run(
		func(c, s []node) (next, results []node) {
			a, j := c[0], s[0]
			col := column(a, j)
			col = div(col, un(graph.Sqrt, row(col, j)))
			col = where(indexed(graph.GreaterEqual, col, 1, j), col, like(col, 0))
			return []node{sub(a, nt(col, col))}, []node{col}
		})
	return []node{permute(reshape(cols[0], n, a.Shape[0], n), 1, 2, 0)}
}

// Grad is L⁻ᵀ·Φ(Lᵀ·dL)·L⁻¹, made symmetric, where Φ takes the lower triangle with half the
// diagonal (Murray 2016, equation 8).
func (Cholesky) Grad(l node, d []node) []node {
	p := tn(l, lower(d[0]))
	p = sub(lower(p), times(triangle(p, graph.Equal), .5))
	up := transpose(l)
	half := graph.Apply(TriangularSolve{Upper: true}, up, p)                       // L⁻ᵀ·Φ
	s := transpose(graph.Apply(TriangularSolve{Upper: true}, up, transpose(half))) // ·L⁻¹
	return []node{times(add(s, transpose(s)), .5)}
}
