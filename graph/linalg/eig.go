package linalg

import "github.com/rhyton/rhyton/graph"

// Eig computes the eigenvalues and eigenvectors of square matrices (batch, n, n), which are
// complex in general: the real and imaginary parts of the values (batch, n), in no particular
// order, and of the vectors (batch, n, n), columns of length 1 whose largest element is real and
// positive.
type Eig struct{}

func (Eig) Infer(in []graph.Type) []graph.Type {
	square("eig", in[0])
	w := graph.Type{DType: in[0].DType, Shape: in[0].Shape[:2].Clone()}
	return []graph.Type{w, w, in[0], in[0]}
}

// Lower reduces the matrix to Hessenberg form and then, by the QR algorithm with Wilkinson
// shifts, to triangular Schur form in float64, whose eigenvectors are found by substitution
// (Golub & Van Loan, §7). It always takes the number of steps of the slowest matrix, so the cost
// grows with the fourth power of n.
func (Eig) Lower(in []node) []node {
	a := exact(in[0])
	n := a.Shape[1]
	h, q := hessenberg(a)
	t, u := schur(pair{h, like(h, 0)}, pair{q, like(q, 0)})
	w := pair{diagonal(t.re), diagonal(t.im)} // (batch, 1, n)
	scale := un(graph.Sqrt, sum(sum(mul(a, a), 1), 2))
	scale = bin(graph.Max, scale, like(scale, 1e-100)) // for zero matrices too
	v := mmc(u, triangularVectors(t, w, times(scale, 1e-16)))
	size := un(graph.Sqrt, sum(v.size2(), 1))
	v = v.scaled(un(graph.Recip, size))
	top := graph.Apply(graph.ArgReduce{Fn: graph.Max, Axis: 1}, v.size2())
	at := compare(graph.Equal, count(a.Graph(), 1, v.re.Shape...), wide(reshape(top, a.Shape[0], 1, n), v.re.Shape))
	largest := v.each(func(x node) node { return sum(where(at, x, like(x, 0)), 1) })
	v = v.times(largest.conj().scaled(un(graph.Recip, largest.size())))
	clean := func(x node) node { // real eigenvalues have imaginary part 0
		return where(compare(graph.LessEqual, un(graph.Abs, x), times(scale, 1e-13)), like(x, 0), x)
	}
	flat := func(x node) node { return cast(reshape(x, a.Shape[0], n), in[0].DType) }
	return []node{flat(w.re), flat(clean(w.im)), cast(v.re, in[0].DType), cast(v.im, in[0].DType)}
}

// hessenberg returns H, which is 0 below its first subdiagonal, and orthogonal Q with a = Q·H·Qᵀ.
func hessenberg(a node) (h, q node) {
	b, n := a.Shape[0], a.Shape[1]
	q = wide(eye(a, n, n), a.Shape)
	if n < 3 {
		return a, q
	}
	steps := count(a.Graph(), 0, n-2)
	final, _ := graph.Loop{Init: []node{a, q}, Seqs: []node{steps}}.Run(func(c, s []node) (next, _ []node) {
		v, tau := reflector(span(c[0], 1, 1, n), s[0])
		v = concat(1, v.Graph().Const(v.DType, 0, b, 1, 1), v)
		right := func(x node) node { return sub(x, nt(mm(x, mul(v, tau)), v)) }
		return []node{right(reflect(c[0], v, tau)), right(c[1])}, nil
	})
	return final[0], final[1]
}

// schurSteps is the number of steps that find all eigenvalues: in practice each takes two or
// three, plus one to detect it.
func schurSteps(n int) int { return 8*n + 16 }

// schur makes a Hessenberg matrix triangular and updates q accordingly.
func schur(h, q pair) (t, u pair) {
	n := h.re.Shape[1]
	if n == 1 {
		return h, q
	}
	g := h.re.Graph()
	left := g.Const(graph.Int32, float64(n), h.re.Shape[0], 1, 1) // remaining rows and columns
	init := []node{h.re, h.im, q.re, q.im, left}
	final, _ := graph.Loop{Init: init, Seqs: []node{count(g, 0, schurSteps(n))}}.Run(func(c, s []node) (next, _ []node) {
		h, q, left := deflated(pair{c[0], c[1]}, pair{c[2], c[3]}, c[4])
		h, q = qrStep(h, q, left, s[0])
		return []node{h.re, h.im, q.re, q.im, left}, nil
	})
	return pair{final[0], final[1]}.each(upper), pair{final[2], final[3]}
}

// entry selects element (left+i, left+j) of each matrix: (batch, 1, 1).
func entry(x pair, left node, i, j float64) pair {
	at := where(index(x.re, 1, left, i), index(x.re, 2, left, j), like(index(x.re, 2, left, j), 0))
	return x.each(func(x node) node { return sum(sum(where(at, x, like(x, 0)), 1), 2) })
}

// index is true where the index along axis is left+k.
func index(x node, axis int, left node, k float64) node {
	s := []int{x.Shape[0], 1, 1}
	s[axis] = x.Shape[axis]
	return compare(graph.Equal, count(x.Graph(), axis, s...), add(left, like(left, k)))
}

// deflated sets the last subdiagonal element to 0 if it is small and removes its row.
func deflated(h, q pair, left node) (pair, pair, node) {
	low := entry(h, left, -1, -2)
	around := add(entry(h, left, -1, -1).size(), entry(h, left, -2, -2).size())
	small := compare(graph.LessEqual, low.size(), times(around, 1e-16))
	some := compare(graph.Greater, left, like(left, 1))
	small = where(small, some, like(some, 0))
	at := where(index(h.re, 1, left, -1), index(h.re, 2, left, -2), like(index(h.re, 2, left, -2), 0))
	at = where(wide(small, at.Shape), at, like(at, 0))
	h = h.each(func(x node) node { return where(at, like(x, 0), x) })
	return h, q, sub(left, cast(small, graph.Int32))
}

// shift is the eigenvalue of the last two rows and columns that is nearer to the last element;
// occasionally another one, to break cycles.
func shift(h pair, left, step node) pair {
	a, b, c, d := entry(h, left, -2, -2), entry(h, left, -2, -1), entry(h, left, -1, -2), entry(h, left, -1, -1)
	half := a.minus(d).each(func(x node) node { return times(x, .5) })
	root := half.times(half).plus(b.times(c)).root()
	mean := d.plus(half)
	x, y := mean.plus(root), mean.minus(root)
	x = x.or(compare(graph.Less, x.minus(d).size2(), y.minus(d).size2()), y)
	cycle := like(step, 11)
	odd := compare(graph.Equal, bin(graph.Rem, step, cycle), like(step, 10))
	return pair{add(d.re, c.size()), d.im}.or(wide(reshape(odd, 1, 1, 1), x.re.Shape), x)
}

// qrStep performs one step on the rows and columns before left: H - μ = G·R by rotations of
// adjacent rows, and then R·G + μ.
func qrStep(h, q pair, left, step node) (pair, pair) {
	n := h.re.Shape[1]
	mu := shift(h, left, step)
	g := h.re.Graph()
	inside := compare(graph.Less, count(g, 1, h.re.Shape...), left)
	on := where(inside, wide(eye(h.re, n, n), h.re.Shape), like(h.re, 0))
	h = h.minus(pair{mul(on, mu.re), mul(on, mu.im)})
	steps := count(g, 0, n-1)
	r, turns := graph.Loop{Init: []node{h.re, h.im}, Seqs: []node{steps}}.Run(func(c, s []node) (next, results []node) {
		h, k := pair{c[0], c[1]}, s[0]
		up := h.each(func(x node) node { return row(x, k) })
		down := h.each(func(x node) node { return row(x, add(k, like(k, 1))) })
		x, y := up.each(func(x node) node { return column(x, k) }), down.each(func(x node) node { return column(x, k) })
		size := un(graph.Sqrt, add(x.size2(), y.size2()))
		active := compare(graph.Less, wide(reshape(add(k, like(k, 1)), 1, 1, 1), left.Shape), left)
		active = where(compare(graph.Greater, size, like(size, 0)), active, like(active, 0))
		inv := un(graph.Recip, where(active, size, like(size, 1)))
		one := pair{like(size, 1), like(size, 0)}
		cos, sin := x.scaled(inv).or(active, one), y.scaled(inv).or(active, pair{one.im, one.im})
		h = replaced(h, 1, k, cos.conj().times(up).plus(sin.conj().times(down)), cos.times(down).minus(sin.times(up)))
		return []node{h.re, h.im}, []node{cos.re, cos.im, sin.re, sin.im}
	})
	back, _ := graph.Loop{Init: []node{r[0], r[1], q.re, q.im}, Seqs: append([]node{steps}, turns...)}.Run(func(c, s []node) (next, _ []node) {
		k, cos, sin := s[0], pair{s[1], s[2]}, pair{s[3], s[4]}
		for _, x := range []pair{{c[0], c[1]}, {c[2], c[3]}} {
			first := x.each(func(x node) node { return column(x, k) })
			second := x.each(func(x node) node { return column(x, add(k, like(k, 1))) })
			x = replaced(x, 2, k, first.times(cos).plus(second.times(sin)), second.times(cos.conj()).minus(first.times(sin.conj())))
			next = append(next, x.re, x.im)
		}
		return next, nil
	})
	return pair{back[0], back[1]}.plus(pair{mul(on, mu.re), mul(on, mu.im)}), pair{back[2], back[3]}
}

// replaced replaces rows (axis 1) or columns (axis 2) k and k+1 by a and b.
func replaced(x pair, axis int, k node, a, b pair) pair {
	next := add(k, like(k, 1))
	return a.or(is(x.re, axis, k), b.or(is(x.re, axis, next), x))
}

// triangularVectors solves (t - w[k])·x = 0 with x[k] = 1 for every k, one column each; divisors
// are at least least.
func triangularVectors(t, w pair, least node) pair {
	n := t.re.Shape[1]
	start := wide(eye(t.re, n, n), t.re.Shape)
	strict := t.each(func(x node) node { return triangle(x, graph.Less) })
	final, _ := graph.Loop{Init: []node{start, like(start, 0)}, Seqs: []node{count(t.re.Graph(), 0, n)}, Reverse: true}.Run(func(c, s []node) (next, _ []node) {
		x, i := pair{c[0], c[1]}, s[0]
		pick := func(x node) node { return row(x, i) }
		rest := mmc(strict.each(pick), x).each(neg)
		own := t.each(func(x node) node { return column(row(x, i), i) })
		gap := own.minus(w)
		tiny := compare(graph.LessEqual, gap.size(), least)
		gap = pair{wide(least, gap.re.Shape), like(gap.im, 0)}.or(tiny, gap)
		right := indexed(graph.Greater, x.re, 2, i)
		y := rest.over(gap).or(right, x.each(pick))
		x = y.or(is(x.re, 1, i), x)
		return []node{x.re, x.im}, nil
	})
	return pair{final[0], final[1]}
}

// Grad is Re V⁻ᴴ·(diag(dw) + (VᴴdV - VᴴV·diag(Re VᴴdV))/E*)·Vᴴ with E[i, j] = w[j] - w[i] and 0
// on the diagonal, for vectors that are only defined up to a complex factor of magnitude 1: a
// loss that depends on their angle has no gradient (Boeddeker et al. 2017).
func (Eig) Grad(nd node, d []node) []node {
	b, n := nd.In[0].Shape[0], nd.In[0].Shape[1]
	res := graph.ResultsOf(nd)
	w, v := pair{res[0], res[1]}, pair{res[2], res[3]}
	mid := pair{like(v.re, 0), like(v.re, 0)}
	if d[0] != nil || d[1] != nil {
		dw := pair{orZero(d[0], w.re), orZero(d[1], w.im)}
		mid = dw.each(func(x node) node { return triangle(wide(reshape(x, b, 1, n), v.re.Shape), graph.Equal) })
	}
	if d[2] != nil || d[3] != nil {
		adjoint := v.adjoint()
		vdv := mmc(adjoint, pair{orZero(d[2], v.re), orZero(d[3], v.im)})
		free := vdv.minus(mmc(adjoint, v).scaled(diagonal(vdv.re)))
		gap := w.each(func(x node) node { return sub(reshape(x, b, 1, n), reshape(x, b, n, 1)) }).conj()
		same := compare(graph.Equal, gap.size2(), like(gap.re, 0))
		zero := pair{like(gap.re, 0), like(gap.re, 0)}
		mid = mid.plus(zero.or(same, free.over(pair{like(gap.re, 1), zero.im}.or(same, gap))))
	}
	return []node{solvec(v.adjoint(), mmc(mid, v.adjoint())).re}
}
