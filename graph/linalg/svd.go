package linalg

import "github.com/rhyton/rhyton/graph"

// SVD decomposes A (batch, m, n) into U·diag(s)·Vᵀ with k = min(m, n): U (batch, m, k), the
// singular values s (batch, k) in descending order, and Vᵀ (batch, k, n); U and V have
// orthonormal columns, also where s is 0. With Full, U is (batch, m, m) and Vᵀ (batch, n, n). The
// sign of a pair of singular vectors is arbitrary.
type SVD struct{ Full bool }

func (o SVD) Infer(in []graph.Type) []graph.Type {
	matrices("svd", in[0])
	t := in[0]
	b, m, n := t.Shape[0], t.Shape[1], t.Shape[2]
	k := min(m, n)
	p, q := k, k
	if o.Full {
		p, q = m, n
	}
	return []graph.Type{{DType: t.DType, Shape: graph.Shape{b, m, p}}, {DType: t.DType, Shape: graph.Shape{b, k}},
		{DType: t.DType, Shape: graph.Shape{b, q, n}}}
}

// Lower is the one-sided Jacobi method in float64: rotations from the right make the columns
// orthogonal (Hestenes 1958); their norms are the singular values.
func (o SVD) Lower(in []node) []node {
	a := in[0]
	if a.Shape[1] < a.Shape[2] {
		r := o.Lower([]node{transpose(a)})
		return []node{transpose(r[2]), r[1], transpose(r[0])}
	}
	w := exact(a)
	b, n := a.Shape[0], a.Shape[2]
	v := wide(eye(w, n, n), graph.Shape{b, n, n})
	if n > 1 {
		w, v = even(w), even(v)
		final, _ := graph.Loop{Init: []node{w, v}, Length: sweeps(n) * (w.Shape[2] - 1)}.Run(
			func(c, _ []node) (next, results []node) { return hestenesStep(c[0], c[1]), nil })
		w, v = span(final[0], 2, 0, n), span(final[1], 2, 0, n)
	}
	s := reshape(un(graph.Sqrt, sum(mul(w, w), 1)), b, n)
	order := graph.Apply(graph.ArgSort{Axis: 1, Descending: true}, s)
	s = rows(reshape(s, b, n, 1), order)
	u := o.left(columns(w, order), transpose(s))
	out := []node{u, reshape(s, b, n), transpose(columns(v, order))}
	for i, x := range out {
		out[i] = cast(x, a.DType)
	}
	return out
}

func hestenesStep(w, v node) []node {
	n := w.Shape[2]
	p, q := span(w, 2, 0, n/2), span(w, 2, n/2, n)
	c, s := rotation(sum(mul(p, p), 1), sum(mul(q, q), 1), sum(mul(p, q), 1))
	return []node{turned(w, 2, c, s), turned(v, 2, c, s)}
}

// left divides the orthogonal columns of w (batch, m, n) by their norms s (batch, 1, n) and
// replaces zero columns with orthonormal ones from a QR decomposition.
func (o SVD) left(w, s node) node {
	m, n := w.Shape[1], w.Shape[2]
	const rounding = 2.3e-16
	none := compare(graph.LessEqual, s, times(span(s, 2, 0, 1), rounding*float64(m)))
	u := where(none, like(w, 0), div(w, where(none, like(s, 1), s)))
	qr := graph.Apply(QR{Full: o.Full}, u)
	q := graph.ResultOf(qr, 0)
	r := diagonal(span(graph.ResultOf(qr, 1), 1, 0, n)) // ±1, or 0 for zero columns
	sign := where(compare(graph.Less, r, like(r, 0)), like(r, -1), like(r, 1))
	if o.Full && m > n {
		sign = concat(2, sign, s.Graph().Const(s.DType, 1, w.Shape[0], 1, m-n))
	}
	return mul(q, sign)
}

// Grad is that of Townsend (2016), "Differentiating the singular value decomposition", with
// 0 instead of 1/(sⱼ² - sᵢ²) for equal singular values and of 1/s for 0.
func (o SVD) Grad(nd node, d []node) []node {
	m, n := nd.In[0].Shape[1], nd.In[0].Shape[2]
	if o.Full && m != n && (d[0] != nil || d[2] != nil) {
		graph.Errorf("svd: the full U and V of %v have no gradient; use the reduced ones", nd.In[0].Shape)
	}
	k := min(m, n)
	u, sv, vt := span(graph.ResultOf(nd, 0), 2, 0, k), graph.ResultOf(nd, 1), span(graph.ResultOf(nd, 2), 1, 0, k)
	b := sv.Shape[0]
	row, col := reshape(sv, b, 1, k), reshape(sv, b, k, 1)
	mid := u.Graph().Const(u.DType, 0, b, k, k)
	if d[1] != nil {
		mid = triangle(wide(reshape(d[1], b, 1, k), graph.Shape{b, k, k}), graph.Equal)
	}
	f := inverse(sub(mul(row, row), mul(col, col)))
	skew := func(x, dx node) node { // F∘(xᵀ·dx - dxᵀ·x)
		p := tn(x, dx)
		return mul(f, sub(p, transpose(p)))
	}
	var outer node
	if d[0] != nil {
		mid = add(mid, mul(skew(u, d[0]), row))
		outer = mm(mul(project(u, d[0]), inverse(row)), vt)
	}
	if d[2] != nil {
		v, dv := transpose(vt), transpose(d[2])
		mid = add(mid, mul(col, skew(v, dv)))
		part := mm(u, transpose(mul(project(v, dv), inverse(row))))
		if outer != nil {
			part = add(outer, part)
		}
		outer = part
	}
	da := mm(u, mm(mid, vt))
	if outer != nil {
		da = add(da, outer)
	}
	return []node{da}
}

// project is (I - x·xᵀ)·d.
func project(x, d node) node { return sub(d, mm(x, tn(x, d))) }
