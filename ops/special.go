package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// Erf returns the error function 2/√π·∫₀ˣ exp(-t²) dt.
func Erf(x N) N { return unary(graph.Erf, float(x)) }

// Erfc returns 1 - erf(x).
func Erfc(x N) N {
	x = float(x)
	return Subtract(Scalar(x, 1), Erf(x))
}

// Erfinv returns the inverse of the error function, for |x| ≤ 1.
func Erfinv(x N) N { return unary(graph.ErfInv, float(x)) }

// Lgamma returns log|Γ(x)|.
func Lgamma(x N) N { return unary(graph.Lgamma, float(x)) }

// Digamma returns the derivative of log Γ(x).
func Digamma(x N) N { return unary(graph.Digamma, float(x)) }

// besselSmall and besselLarge are the coefficients of I₀ for |x| ≤ 3.75 in powers of
// (x/3.75)², and beyond in powers of 3.75/|x| (Abramowitz & Stegun 9.8.1 and 9.8.2).
var (
	besselSmall = []float64{1, 3.5156229, 3.0899424, 1.2067492, .2659732, .0360768, .0045813}
	besselLarge = []float64{.39894228, .01328592, .00225319, -.00157565, .00916281, -.02057706, .02635537, -.01647633, .00392377}
)

// I0 returns the modified Bessel function of the first kind of order 0, to about 2e-7.
func I0(x N) N {
	x = Abs(float(x))
	edge := Scalar(x, 3.75)
	small := Minimum(x, edge)
	large := Maximum(x, edge)
	near := Polynomial(Square(Divide(small, edge)), besselSmall...)
	far := Multiply(Divide(Exp(large), Sqrt(large)), Polynomial(Divide(edge, large), besselLarge...))
	return Where(Less(x, edge), near, far)
}

// Polynomial returns c[0] + c[1]·x + c[2]·x² + …, by Horner's rule.
func Polynomial(x N, c ...float64) N {
	x = float(x)
	y := Full(x, 0, x.Shape...)
	for i := len(c) - 1; i >= 0; i-- {
		y = Shift(Multiply(y, x), c[i])
	}
	return y
}

// normalQuantile returns the p-quantile of the standard normal distribution.
func normalQuantile(p N) N {
	return Scale(Erfinv(Shift(Scale(p, 2), -1)), math.Sqrt2)
}
