package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// Norm returns the Euclidean norms √Σx² over the axes; over two axes these are Frobenius norms.
// The gradient at 0 is 0.
func (k KeepDims) Norm(x N) N { return sqrtFlat(k.Sum(Square(float(x)))) }

// Norm returns the Euclidean norm over the given axes, all if none is given; over two axes
// it is the Frobenius norm.
func Norm(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Norm(x)) }

// NormOrder returns the norm of order p over the axes.
//
// One axis: (Σ|x|ᵖ)^(1/p); p = ∞ is the largest |x|, -∞ the smallest, 0 the number of nonzero
// elements. Two axes, rows and columns of matrices: 1 is the largest column sum of |x|, ∞ the
// largest row sum, 2 the largest singular value, and -1, -∞, -2 the smallest ones.
func (k KeepDims) NormOrder(x N, p float64) N {
	x = float(x)
	axes := []int(k)
	if len(axes) == 0 {
		for i := range x.Rank() {
			axes = append(axes, i)
		}
	}
	switch len(axes) {
	case 1:
		return KeepDims(axes).vectorNorm(x, p)
	case 2:
		return matrixNorm(x, Axis(x, axes[0]), Axis(x, axes[1]), p)
	}
	graph.Errorf("norm: order %v over axes %v of %v; want one or two axes", p, axes, x.Shape)
	return nil
}

func (k KeepDims) vectorNorm(x N, p float64) N {
	switch {
	case p == 2:
		return k.Norm(x)
	case p == 1:
		return k.Sum(Abs(x))
	case p == 0:
		return Cast(k.CountNonzero(x), x.DType)
	case math.IsInf(p, 1):
		return k.Max(Abs(x))
	case math.IsInf(p, -1):
		return k.Min(Abs(x))
	}
	return Power(k.Sum(Power(Abs(x), Scalar(x, p))), Scalar(x, 1/p))
}

func matrixNorm(x N, rows, cols int, p float64) N {
	switch p {
	case 1:
		return KeepDims{cols}.Max(KeepDims{rows}.Sum(Abs(x)))
	case -1:
		return KeepDims{cols}.Min(KeepDims{rows}.Sum(Abs(x)))
	case inf:
		return KeepDims{rows}.Max(KeepDims{cols}.Sum(Abs(x)))
	case -inf:
		return KeepDims{rows}.Min(KeepDims{cols}.Sum(Abs(x)))
	case 2:
		return overSingularValues(x, rows, cols, KeepDims{-1}.Max)
	case -2:
		return overSingularValues(x, rows, cols, KeepDims{-1}.Min)
	}
	graph.Errorf("norm: matrix norm of order %v; want ±1, ±2 or ±∞", p)
	return nil
}

// overSingularValues reduces the singular values of the matrices of two axes of x, which keep an
// extent of 1.
func overSingularValues(x N, rows, cols int, reduce func(N) N) N {
	s := x.Shape.Clone()
	s[rows], s[cols] = 1, 1
	m := MoveAxis(MoveAxis(x, max(rows, cols), -1), min(rows, cols), -2)
	return Reshape(reduce(SingularValues(m)), s...)
}

// NormOrder returns the norm of order p over the given axes; see [KeepDims.NormOrder].
func NormOrder(x N, p float64, axes ...int) N {
	return KeepDims(axes).drop(x, KeepDims(axes).NormOrder(x, p))
}

// NuclearNorm returns the sum of the singular values of the matrices (rows, cols) of x.
func NuclearNorm(x N, rows, cols int) N {
	rows, cols = Axis(x, rows), Axis(x, cols)
	k := KeepDims{rows, cols}
	return k.drop(x, overSingularValues(float(x), rows, cols, KeepDims{-1}.Sum))
}

// Normalize divides x by its norm of the given order (1, 2, …) along axis, the norm being at
// least 1e-7: x / max(‖x‖, 1e-7). As in Keras, order 2 is computed as x·rsqrt(max(Σx², 1e-14)).
func Normalize(x N, axis, order int) N {
	x = float(x)
	if order < 1 {
		graph.Errorf("normalize: order %d; want at least 1", order)
	}
	const epsilon = 1e-7
	if order == 2 {
		square := KeepDims{axis}.Sum(Square(x))
		return Multiply(x, Rsqrt(Maximum(square, Scalar(x, epsilon*epsilon))))
	}
	return Divide(x, Maximum(KeepDims{axis}.vectorNorm(x, float64(order)), Scalar(x, epsilon)))
}
