package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// piece returns a where x < at and b elsewhere, for piecewise activations. NaN stays NaN if b
// propagates it.
func piece(x N, at float64, a, b N) N { return Where(Less(x, Scalar(x, at)), a, b) }

// limit clips x to [lo, hi] with a gradient of 0 at both ends.
func limit(x N, lo, hi float64) N {
	low := LessEqual(x, Scalar(x, lo))
	high := GreaterEqual(x, Scalar(x, hi))
	return Where(low, Scalar(x, lo), Where(high, Scalar(x, hi), x))
}

// ReLU returns max(x, 0); its gradient at 0 is 0.
func ReLU(x N) N {
	x = number(x)
	return Where(LessEqual(x, Scalar(x, 0)), Scalar(x, 0), x)
}

// ReLU6 returns min(max(x, 0), 6); its gradient at 0 and 6 is 0.
func ReLU6(x N) N { return limit(number(x), 0, 6) }

// LeakyReLU returns x where it is positive and slope·x elsewhere. Keras' default slope is 0.2.
func LeakyReLU(x N, slope float64) N {
	x = float(x)
	return Where(LessEqual(x, Scalar(x, 0)), Scale(x, slope), x)
}

// negativePart returns x where it is negative and 0 elsewhere, so that functions growing with -x
// stay finite.
func negativePart(x N) N { return piece(x, 0, x, Scalar(x, 0)) }

// ELU returns x where it is positive and alpha·(eˣ - 1) elsewhere.
func ELU(x N, alpha float64) N {
	x = float(x)
	return Where(LessEqual(x, Scalar(x, 0)), Scale(Expm1(negativePart(x)), alpha), x)
}

// The constants for which activations keep mean 0 and variance 1 (Klambauer et al. 2017).
const (
	seluAlpha = 1.6732632423543772
	seluScale = 1.0507009873554805
)

// SELU returns 1.0507·ELU(x, 1.6733).
func SELU(x N) N { return Scale(ELU(x, seluAlpha), seluScale) }

// CELU returns max(x, 0) + min(0, alpha·(exp(x/alpha) - 1)).
func CELU(x N, alpha float64) N {
	x = float(x)
	return Where(LessEqual(x, Scalar(x, 0)), Scale(Expm1(Scale(negativePart(x), 1/alpha)), alpha), x)
}

// SiLU returns x·sigmoid(x), also called swish.
func SiLU(x N) N {
	x = float(x)
	return Multiply(x, Sigmoid(x))
}

// GELU returns x·Φ(x) = x/2·(1 + erf(x/√2)).
func GELU(x N) N {
	x = float(x)
	return Multiply(Scale(x, .5), Shift(Erf(Scale(x, math.Sqrt2/2)), 1))
}

// GELUTanh returns the approximation x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) of GELU.
func GELUTanh(x N) N {
	x = float(x)
	inner := Scale(Multiply(x, Shift(Scale(Square(x), .044715), 1)), math.Sqrt(2/math.Pi))
	return Multiply(Scale(x, .5), Shift(Tanh(inner), 1))
}

// GLU returns a·sigmoid(b) of the two halves a, b of axis.
func GLU(x N, axis int) N {
	halves := Split(float(x), 2, axis)
	return Multiply(halves[0], Sigmoid(halves[1]))
}

// HardSigmoid returns x/6 + 1/2 limited to [0, 1].
func HardSigmoid(x N) N { return limit(Shift(Scale(float(x), 1./6), .5), 0, 1) }

// HardSiLU returns x·HardSigmoid(x).
func HardSiLU(x N) N {
	x = float(x)
	return Multiply(x, HardSigmoid(x))
}

// HardTanh returns x limited to [-1, 1].
func HardTanh(x N) N { return limit(float(x), -1, 1) }

// Softsign returns x/(1 + |x|).
func Softsign(x N) N {
	x = float(x)
	return Divide(x, Shift(Abs(x), 1))
}

// SoftShrink moves x towards 0 by t, and to 0 where |x| ≤ t.
func SoftShrink(x N, t float64) N {
	x = float(x)
	y := Where(Greater(x, Scalar(x, t)), Shift(x, -t), Scale(x, 0))
	return piece(x, -t, Shift(x, t), y)
}

// HardShrink returns x, 0 where |x| ≤ t.
func HardShrink(x N, t float64) N {
	x = float(x)
	return Where(LessEqual(Abs(x), Scalar(x, t)), Scalar(x, 0), x)
}

// TanhShrink returns x - tanh(x).
func TanhShrink(x N) N {
	x = float(x)
	return Subtract(x, Tanh(x))
}

// Threshold returns x where it is greater than t and the value otherwise elsewhere.
func Threshold(x N, t, otherwise float64) N {
	return Where(LessEqual(x, Scalar(x, t)), Scalar(x, otherwise), x)
}

// SparsePlus returns 0 for x ≤ -1, (x + 1)²/4 between and x for x ≥ 1.
func SparsePlus(x N) N {
	x = float(x)
	y := Where(GreaterEqual(x, Scalar(x, 1)), x, Scale(Square(Shift(limit(x, -1, 1), 1)), .25))
	return Where(LessEqual(x, Scalar(x, -1)), Scalar(x, 0), y)
}

// SparseSigmoid returns (x + 1)/2 limited to [0, 1].
func SparseSigmoid(x N) N { return limit(Scale(Shift(float(x), 1), .5), 0, 1) }

// Squareplus returns (x + √(x² + b))/2. Keras' default b is 4.
func Squareplus(x N, b float64) N {
	x = float(x)
	return Scale(Add(x, Sqrt(Shift(Square(x), b))), .5)
}

// Softmax returns exp(x)/Σ exp(x) over axis, without overflow.
func Softmax(x N, axis int) N { return alongLast(fused.Softmax{}, float(x), axis) }

// LogSoftmax returns x - log Σ exp(x) over axis, without overflow.
func LogSoftmax(x N, axis int) N { return alongLast(fused.LogSoftmax{}, float(x), axis) }

// alongLast applies an operation on the last axis along another axis.
func alongLast(op graph.Op, x N, axis int) N {
	a := Axis(x, axis)
	return MoveAxis(graph.Apply(op, MoveAxis(x, a, -1)), -1, a)
}

// SoftmaxOver is Softmax over several axes jointly.
func SoftmaxOver(x N, axes ...int) N {
	if len(axes) == 1 {
		return Softmax(x, axes[0])
	}
	x = float(x)
	e := Exp(Subtract(x, StopGradient(KeepDims(axes).Max(x))))
	return Divide(e, KeepDims(axes).Sum(e))
}

// Sparsemax projects onto the probabilities along axis: max(x - τ, 0) with τ such that the sum is
// 1 (Martins & Astudillo 2016, algorithm 1). Keras 3.15 computes a different τ if more than one
// element is kept; for that use activations.Sparsemax.
func Sparsemax(x N, axis int) N {
	x = float(x)
	a := Axis(x, axis)
	z := Flip(Sort(x, a), a)
	k := Shift(x.Graph().Apply(graph.Iota{DType: x.DType, Axis: a, Dims: graph.DimsOf(x.Shape)}), 1)
	cum := CumSum(z, a)
	in := Cast(Greater(Shift(Multiply(k, z), 1), cum), x.DType)
	count := KeepDims{a}.Sum(in)
	tau := Divide(Shift(KeepDims{a}.Sum(Multiply(in, z)), -1), count)
	return ReLU(Subtract(x, tau))
}
