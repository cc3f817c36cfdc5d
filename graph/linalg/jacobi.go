package linalg

import "github.com/rhyton/rhyton/graph"

// The decompositions by Jacobi's method rotate disjoint pairs of columns in parallel. With n
// columns in two halves, column i is paired with column i + n/2; after each step the columns move
// as in a round-robin tournament, so that n-1 steps (a sweep) pair all columns and restore the
// initial order (Brent & Luk 1985).

// sweeps is the number of sweeps until n columns converge; convergence is quadratic at the end.
// Random matrices of 16, 64, 128 and 256 columns took 6, 8, 9 and 10 to 1e-13, those of rank 3 at
// most 9.
func sweeps(n int) int {
	k := 10
	for ; n > 16; n /= 4 {
		k++
	}
	return k
}

// even appends a column of zeros if their number is odd; rotations don't change it.
func even(x node) node {
	if x.Shape[2]%2 == 0 {
		return x
	}
	p := graph.Pad{Low: graph.RepeatDim(3, 0), High: graph.RepeatDim(3, 0), Interior: graph.RepeatDim(3, 0)}
	p.High.At[2] = 1
	return graph.Apply(p, x)
}

// rotation returns cosine and sine of the smaller angle that makes two columns orthogonal; pq is
// their inner product, pp and qq are their squared norms.
func rotation(pp, qq, pq node) (c, s node) {
	zero := compare(graph.Equal, pq, like(pq, 0))
	one := like(pq, 1)
	zeta := div(sub(qq, pp), times(where(zero, one, pq), 2))
	root := un(graph.Sqrt, add(one, mul(zeta, zeta)))
	t := div(one, add(un(graph.Abs, zeta), root))
	t = where(compare(graph.Less, zeta, like(zeta, 0)), neg(t), t)
	t = where(zero, like(t, 0), t)
	c = un(graph.Rsqrt, add(one, mul(t, t)))
	return c, mul(t, c)
}

// turned rotates the pairs of columns (axis 2) or rows (axis 1) by c and s, which broadcast to
// half of x, and moves them to their next positions.
func turned(x node, axis int, c, s node) node {
	n := x.Shape[axis]
	h := n / 2
	top, bottom := span(x, axis, 0, h), span(x, axis, h, n)
	p := sub(mul(c, top), mul(s, bottom))
	q := add(mul(s, top), mul(c, bottom))
	if h == 1 {
		return concat(axis, p, q)
	}
	parts := []node{span(p, axis, 0, 1), span(q, axis, 0, 1)}
	if h > 2 {
		parts = append(parts, span(p, axis, 1, h-1))
	}
	return concat(axis, append(parts, span(q, axis, 1, h), span(p, axis, h-1, h))...)
}
