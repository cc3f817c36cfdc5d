package linalg

import "github.com/rhyton/rhyton/graph"

type (
	// TriangularSolve solves A·X = B for triangular A (batch, n, n), of which only the lower
	// (Upper: the upper) triangle is read, and B (batch, n, m). If Unit, A's diagonal is taken as
	// ones.
	TriangularSolve struct{ Upper, Unit bool }
	// Solve solves A·X = B for square A (batch, n, n) and B (batch, n, m) by LU
	// decomposition with row exchanges.
	Solve struct{}
)

func system(who string, in []graph.Type) []graph.Type {
	square(who, in[0])
	a, b := in[0], in[1]
	if len(b.Shape) != 3 || b.DType != a.DType || b.Shape[0] != a.Shape[0] || b.Shape[1] != a.Shape[1] {
		graph.Errorf("%s: right-hand side %v for matrices %v", who, b, a)
	}
	return in[1:2]
}

func (TriangularSolve) Infer(in []graph.Type) []graph.Type { return system("triangular solve", in) }

// Lower computes one row of X per step from the rows before it.
func (o TriangularSolve) Lower(in []node) []node {
	a, b := in[0], in[1]
	n, m := a.Shape[1], b.Shape[2]
	var f graph.Fn = graph.Greater // of row to column: the elements read besides the diagonal
	if o.Upper {
		f = graph.Less
	}
	diag := permute(diagonal(a), 2, 0, 1)
	if o.Unit {
		diag = like(diag, 1)
	}
	seqs := []node{count(a.Graph(), 0, n), permute(triangle(a, f), 1, 0, 2), permute(b, 1, 0, 2), diag}
	final, _ := graph.Loop{Init: []node{like(b, 0)}, Seqs: seqs, Reverse: o.Upper}.Run(
		func(c, s []node) (next, results []node) {
			x, batch := c[0], a.Shape[0]
			known := mm(reshape(s[1], batch, 1, n), x)
			found := div(sub(reshape(s[2], batch, 1, m), known), reshape(s[3], batch, 1, 1))
			return []node{where(is(x, 1, s[0]), found, x)}, nil
		})
	return final
}

// Grad: dB = A⁻ᵀ·dX; dA = -dB·Xᵀ within the triangle.
func (o TriangularSolve) Grad(x node, d []node) []node {
	db := graph.Apply(TriangularSolve{Upper: !o.Upper, Unit: o.Unit}, transpose(x.In[0]), d[0])
	f := graph.GreaterEqual
	switch {
	case o.Upper && o.Unit:
		f = graph.Less
	case o.Upper:
		f = graph.LessEqual
	case o.Unit:
		f = graph.Greater
	}
	return []node{triangle(neg(nt(db, x)), f), db}
}

func (Solve) Infer(in []graph.Type) []graph.Type { return system("solve", in) }

func (Solve) Lower(in []node) []node {
	lu := graph.Apply(LU{}, in[0])
	y := graph.Apply(TriangularSolve{Unit: true}, graph.ResultOf(lu, 0), rows(in[1], graph.ResultOf(lu, 1)))
	return []node{graph.Apply(TriangularSolve{Upper: true}, graph.ResultOf(lu, 0), y)}
}

// Grad: dB = A⁻ᵀ·dX; dA = -dB·Xᵀ.
func (Solve) Grad(x node, d []node) []node {
	db := graph.Apply(Solve{}, transpose(x.In[0]), d[0])
	return []node{neg(nt(db, x)), db}
}
