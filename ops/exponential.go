package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// Sqrt returns √x.
func Sqrt(x N) N { return unary(graph.Sqrt, float(x)) }

// sqrtFlat is Sqrt with a gradient of 0 instead of ∞ at 0, for distances and deviations, which
// have a minimum there.
func sqrtFlat(x N) N {
	zero := Equal(x, Scalar(x, 0))
	return Where(zero, Scalar(x, 0), Sqrt(Where(zero, Scalar(x, 1), x)))
}

// Rsqrt returns 1/√x.
func Rsqrt(x N) N { return unary(graph.Rsqrt, float(x)) }

// Cbrt returns ∛x, also of negative x.
func Cbrt(x N) N {
	x = float(x)
	return Multiply(Sign(x), Power(Abs(x), Scalar(x, 1./3)))
}

// Reciprocal returns 1/x.
func Reciprocal(x N) N { return unary(graph.Recip, float(x)) }

// Exp returns eˣ.
func Exp(x N) N { return unary(graph.Exp, float(x)) }

// Exp2 returns 2ˣ.
func Exp2(x N) N {
	x = float(x)
	return Power(Scalar(x, 2), x)
}

// Expm1 returns eˣ - 1, accurate for small x.
func Expm1(x N) N { return unary(graph.Expm1, float(x)) }

// Log returns the natural logarithm.
func Log(x N) N { return unary(graph.Log, float(x)) }

// Log1p returns log(1 + x), accurate for small x.
func Log1p(x N) N { return unary(graph.Log1p, float(x)) }

// Log2 returns the logarithm to base 2.
func Log2(x N) N { return Scale(Log(x), 1/math.Ln2) }

// Log10 returns the logarithm to base 10.
func Log10(x N) N { return Scale(Log(x), 1/math.Ln10) }

// LogAddExp returns log(eᵃ + eᵇ) without overflow: max(a, b) + log1p(exp(-|a-b|)).
func LogAddExp(a, b N) N {
	a, b = promote(a, b)
	a, b = float(a), float(b)
	same := Equal(a, b) // the difference of equal infinities is NaN
	d := Where(same, Scalar(a, 0), Subtract(a, b))
	return Add(Maximum(a, b), Softplus(Negative(Abs(d))))
}

// LogAddExp2 returns log₂(2ᵃ + 2ᵇ) without overflow.
func LogAddExp2(a, b N) N {
	return Scale(LogAddExp(Scale(float(a), math.Ln2), Scale(float(b), math.Ln2)), 1/math.Ln2)
}

// Sigmoid returns 1/(1 + e⁻ˣ).
func Sigmoid(x N) N { return unary(graph.Sigmoid, float(x)) }

// LogSigmoid returns log(1/(1 + e⁻ˣ)) = -softplus(-x), without overflow.
func LogSigmoid(x N) N { return Negative(Softplus(Negative(x))) }

// Softplus returns log(1 + eˣ) without overflow; its gradient is the sigmoid.
func Softplus(x N) N { return graph.Apply(fused.Softplus{}, float(x)) }
