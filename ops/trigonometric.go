package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// Sin returns the sine of x in radians.
func Sin(x N) N { return unary(graph.Sin, float(x)) }

// Cos returns the cosine of x in radians.
func Cos(x N) N { return unary(graph.Cos, float(x)) }

// Tan returns the tangent of x in radians.
func Tan(x N) N { return unary(graph.Tan, float(x)) }

// Arcsin returns the angle in [-π/2, π/2] whose sine is x.
func Arcsin(x N) N { return unary(graph.Asin, float(x)) }

// Arccos returns the angle in [0, π] whose cosine is x.
func Arccos(x N) N { return unary(graph.Acos, float(x)) }

// Arctan returns the angle in (-π/2, π/2) whose tangent is x.
func Arctan(x N) N { return unary(graph.Atan, float(x)) }

// Arctan2 returns the angle in [-π, π] of the point (x, y).
func Arctan2(y, x N) N {
	y, x = promote(y, x)
	return binary(graph.Atan2, float(y), float(x))
}

// Sinh returns the hyperbolic sine.
func Sinh(x N) N { return unary(graph.Sinh, float(x)) }

// Cosh returns the hyperbolic cosine.
func Cosh(x N) N { return unary(graph.Cosh, float(x)) }

// Tanh returns the hyperbolic tangent.
func Tanh(x N) N { return unary(graph.Tanh, float(x)) }

// Arcsinh returns the inverse hyperbolic sine.
func Arcsinh(x N) N { return unary(graph.Asinh, float(x)) }

// Arccosh returns the inverse hyperbolic cosine, for x ≥ 1.
func Arccosh(x N) N { return unary(graph.Acosh, float(x)) }

// Arctanh returns the inverse hyperbolic tangent, for |x| ≤ 1.
func Arctanh(x N) N { return unary(graph.Atanh, float(x)) }

// Deg2Rad returns x·π/180.
func Deg2Rad(x N) N { return Scale(float(x), math.Pi/180) }

// Rad2Deg returns x·180/π.
func Rad2Deg(x N) N { return Scale(float(x), 180/math.Pi) }

// Sinc returns sin(πx)/(πx), 1 at 0.
func Sinc(x N) N {
	x = Scale(float(x), math.Pi)
	zero := Equal(x, Scalar(x, 0))
	safe := Where(zero, Scalar(x, 1), x)
	return Where(zero, Scalar(x, 1), Divide(Sin(safe), safe))
}
