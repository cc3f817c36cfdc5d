package linalg

import "github.com/rhyton/rhyton/graph"

// LU decomposes A (batch, n, n) with row exchanges into L·U, where L has ones on its diagonal.
// Results: both in one matrix, L below the diagonal and U on and above it; the row of A of each
// row (batch, n), int32; the sign (batch) of that permutation.
type LU struct{}

func (LU) Infer(in []graph.Type) []graph.Type {
	square("lu", in[0])
	s := in[0].Shape
	return []graph.Type{in[0], {DType: graph.Int32, Shape: s[:2].Clone()}, {DType: in[0].DType, Shape: s[:1].Clone()}}
}

// Lower eliminates one column per step, after moving the row with its largest element to the
// diagonal (Golub & Van Loan, algorithm 3.4.1).
func (LU) Lower(in []node) []node {
	a := in[0]
	g, b, n := a.Graph(), a.Shape[0], a.Shape[1]
	from := wide(count(g, 1, 1, n, 1), graph.Shape{b, n, 1})
	sign := g.Const(a.DType, 1, b, 1, 1)
	final, _ := graph.Loop{Init: []node{a, from, sign}, Seqs: []node{count(g, 0, n)}}.Run(
		func(c, s []node) (next, results []node) { return eliminate(c[0], c[1], c[2], s[0]), nil })
	return []node{final[0], reshape(final[1], b, n), reshape(final[2], b)}
}

// eliminate is step k of LU on the matrices a, the origins of their rows and the signs.
func eliminate(a, from, sign, k node) []node {
	col := column(a, k)
	size := where(indexed(graph.GreaterEqual, a, 1, k), un(graph.Abs, col), like(col, -1))
	p := graph.Apply(graph.ArgReduce{Fn: graph.Max, Axis: 1}, size) // (batch, 1, 1)
	atK := is(a, 1, k)
	atP := compare(graph.Equal, count(a.Graph(), 1, 1, a.Shape[1], 1), p)
	swap := func(x node) node {
		zero := like(x, 0)
		rowK, rowP := sum(where(atK, x, zero), 1), sum(where(atP, x, zero), 1)
		return where(atK, rowP, where(atP, rowK, x))
	}
	a, from = swap(a), swap(from)
	stays := compare(graph.Equal, p, reshape(k, 1, 1, 1))
	sign = where(stays, sign, neg(sign))

	col, pivot := column(a, k), row(a, k)
	diag := column(pivot, k)
	none := compare(graph.Equal, diag, like(diag, 0)) // a column of zeros needs no elimination
	l := div(col, where(none, like(diag, 1), diag))
	below := indexed(graph.Greater, a, 1, k)
	l = where(below, l, like(l, 0))
	rest := where(indexed(graph.Greater, a, 2, k), pivot, like(pivot, 0))
	a = sub(a, mm(l, rest))
	inL := graph.Apply(graph.Binary{Fn: graph.And}, wide(below, a.Shape), wide(is(a, 2, k), a.Shape))
	return []node{where(inL, l, a), from, sign}
}

// Grad is Pᵀ·L⁻ᵀ·(tril(Lᵀ·dL, -1) + triu(dU·Uᵀ))·U⁻ᵀ.
func (LU) Grad(n node, d []node) []node {
	if d[0] == nil {
		return []node{nil}
	}
	lu := graph.ResultOf(n, 0)
	u := upper(lu)
	l := add(triangle(lu, graph.Greater), eye(lu, lu.Shape[1], lu.Shape[1]))
	mid := add(triangle(tn(l, triangle(d[0], graph.Greater)), graph.Greater), upper(nt(upper(d[0]), u)))
	x := graph.Apply(TriangularSolve{Upper: true, Unit: true}, transpose(l), mid)
	x = transpose(graph.Apply(TriangularSolve{Upper: true}, u, transpose(x)))
	back := graph.Apply(graph.ArgSort{Axis: 1}, graph.ResultOf(n, 1)) // the inverse permutation
	return []node{rows(x, back)}
}
