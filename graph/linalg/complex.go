package linalg

import "github.com/rhyton/rhyton/graph"

// A pair is a complex value as its real and imaginary parts.
type pair struct{ re, im node }

func (a pair) plus(b pair) pair            { return pair{add(a.re, b.re), add(a.im, b.im)} }
func (a pair) minus(b pair) pair           { return pair{sub(a.re, b.re), sub(a.im, b.im)} }
func (a pair) conj() pair                  { return pair{a.re, neg(a.im)} }
func (a pair) scaled(k node) pair          { return pair{mul(a.re, k), mul(a.im, k)} }
func (a pair) size2() node                 { return add(mul(a.re, a.re), mul(a.im, a.im)) }
func (a pair) size() node                  { return un(graph.Sqrt, a.size2()) }
func (a pair) each(f func(node) node) pair { return pair{f(a.re), f(a.im)} }

func (a pair) times(b pair) pair {
	return pair{sub(mul(a.re, b.re), mul(a.im, b.im)), add(mul(a.re, b.im), mul(a.im, b.re))}
}

// over is a/b.
func (a pair) over(b pair) pair {
	return a.times(b.conj()).scaled(un(graph.Recip, b.size2()))
}

// root is the square root with a real part of 0 or more.
func (a pair) root() pair {
	r := a.size()
	half := func(x node) node { return un(graph.Sqrt, times(bin(graph.Max, x, like(x, 0)), .5)) }
	im := half(sub(r, a.re))
	return pair{half(add(r, a.re)), where(compare(graph.Less, a.im, like(a.im, 0)), neg(im), im)}
}

// or is a where cond holds, else b.
func (a pair) or(cond node, b pair) pair {
	return pair{where(cond, a.re, b.re), where(cond, a.im, b.im)}
}

// mmc multiplies matrices.
func mmc(a, b pair) pair {
	return pair{sub(mm(a.re, b.re), mm(a.im, b.im)), add(mm(a.re, b.im), mm(a.im, b.re))}
}

// adjoint is the conjugate transpose.
func (a pair) adjoint() pair { return a.conj().each(transpose) }

// solvec returns x with a·x = b, using real matrices of twice the size.
func solvec(a, b pair) pair {
	n := a.re.Shape[1]
	whole := concat(1, concat(2, a.re, neg(a.im)), concat(2, a.im, a.re))
	x := graph.Apply(Solve{}, whole, concat(1, b.re, b.im))
	return pair{span(x, 1, 0, n), span(x, 1, n, 2*n)}
}
