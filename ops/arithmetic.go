package ops

import "github.com/rhyton/rhyton/graph"

func unary(f graph.Fn, x N) N     { return graph.Apply(graph.Unary{Fn: f}, x) }
func binary(f graph.Fn, a, b N) N { return pair(graph.Binary{Fn: f}, a, b) }

// float returns x as a float, float32 if it is none.
func float(x N) N {
	if x.DType.IsFloat() {
		return x
	}
	return Cast(x, graph.Float32)
}

// Add returns a + b.
func Add(a, b N) N { return binary(graph.Add, a, b) }

// Subtract returns a - b.
func Subtract(a, b N) N { return binary(graph.Sub, a, b) }

// Multiply returns a·b, elementwise.
func Multiply(a, b N) N { return binary(graph.Mul, a, b) }

// Divide returns a / b; integers are divided as floats.
func Divide(a, b N) N {
	a, b = promote(a, b)
	return binary(graph.Div, float(a), float(b))
}

// Power returns a to the b.
func Power(a, b N) N { return binary(graph.Pow, a, b) }

// Maximum returns the larger of a and b, NaN if either is.
func Maximum(a, b N) N { return binary(graph.Max, a, b) }

// Minimum returns the smaller of a and b, NaN if either is.
func Minimum(a, b N) N { return binary(graph.Min, a, b) }

// Scale returns k·x for a number k.
func Scale(x N, k float64) N { return Multiply(x, Scalar(x, k)) }

// Shift returns x + k for a number k.
func Shift(x N, k float64) N { return Add(x, Scalar(x, k)) }

// Negative returns -x.
func Negative(x N) N { return unary(graph.Neg, x) }

// Abs returns |x|.
func Abs(x N) N { return unary(graph.Abs, x) }

// Sign returns -1, 0 or 1.
func Sign(x N) N { return unary(graph.Sign, x) }

// Square returns x².
func Square(x N) N { return Multiply(x, x) }

// Sqrt returns √x.
func Sqrt(x N) N { return unary(graph.Sqrt, float(x)) }

// Rsqrt returns 1/√x.
func Rsqrt(x N) N { return unary(graph.Rsqrt, float(x)) }

// Reciprocal returns 1/x.
func Reciprocal(x N) N { return unary(graph.Recip, float(x)) }

// Exp returns eˣ.
func Exp(x N) N { return unary(graph.Exp, float(x)) }

// Expm1 returns eˣ - 1, exact for small x.
func Expm1(x N) N { return unary(graph.Expm1, float(x)) }

// Log returns the natural logarithm.
func Log(x N) N { return unary(graph.Log, float(x)) }

// Log1p returns log(1 + x), exact for small x.
func Log1p(x N) N { return unary(graph.Log1p, float(x)) }

// Tanh returns the hyperbolic tangent.
func Tanh(x N) N { return unary(graph.Tanh, float(x)) }

// Sigmoid returns 1/(1 + e⁻ˣ).
func Sigmoid(x N) N { return unary(graph.Sigmoid, float(x)) }

// Clip limits x to [lo, hi].
func Clip(x N, lo, hi float64) N { return Minimum(Maximum(x, Scalar(x, lo)), Scalar(x, hi)) }

// DivideNoNaN returns a / b, 0 where b is 0.
func DivideNoNaN(a, b N) N {
	a, b = promote(a, b)
	a, b = float(a), float(b)
	zero := Equal(b, Scalar(b, 0))
	safe := Where(zero, Scalar(b, 1), b)
	return Where(zero, Scalar(a, 0), Divide(a, safe))
}
