package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

var inf = math.Inf(1)

// largest returns the largest finite number of a float type.
func largest(d graph.DType) float64 {
	switch d {
	case graph.Float64:
		return math.MaxFloat64
	case graph.Float16:
		return 65504
	case graph.BFloat16:
		return 3.3895313892515355e38
	}
	return math.MaxFloat32
}

// NaNToNum replaces NaN by 0 and the infinities by the largest and least finite numbers.
func NaNToNum(x N) N {
	if !x.DType.IsFloat() {
		return x
	}
	return ReplaceNonFinite(x, 0, largest(x.DType), -largest(x.DType))
}

// ReplaceNonFinite replaces NaN, ∞ and -∞ by the given numbers.
func ReplaceNonFinite(x N, nan, posInf, negInf float64) N {
	x = Where(IsNaN(x), Scalar(x, nan), x)
	x = Where(IsPosInf(x), Scalar(x, posInf), x)
	return Where(IsNegInf(x), Scalar(x, negInf), x)
}

// without replaces NaN by v.
func without(x N, v float64) N {
	x = float(x)
	return Where(IsNaN(x), Scalar(x, v), x)
}

// numbers returns the number of elements over the axes that are not NaN, in x's type.
func (k KeepDims) numbers(x N) N { return k.Sum(Cast(LogicalNot(IsNaN(x)), x.DType)) }

// NaNSum returns the sums over the axes without NaN.
func (k KeepDims) NaNSum(x N) N { return k.Sum(without(x, 0)) }

// NaNProd returns the products over the axes without NaN.
func (k KeepDims) NaNProd(x N) N { return k.Prod(without(x, 1)) }

// NaNMax returns the largest elements over the axes without NaN, or NaN if all are NaN.
func (k KeepDims) NaNMax(x N) N {
	x = float(x)
	return Where(k.All(IsNaN(x)), Scalar(x, math.NaN()), k.Max(without(x, -inf)))
}

// NaNMin returns the smallest elements over the axes without NaN, or NaN if all are NaN.
func (k KeepDims) NaNMin(x N) N {
	x = float(x)
	return Where(k.All(IsNaN(x)), Scalar(x, math.NaN()), k.Min(without(x, inf)))
}

// NaNMean returns the means over the axes without NaN, or NaN if all are NaN.
func (k KeepDims) NaNMean(x N) N {
	x = float(x)
	return Divide(k.NaNSum(x), k.numbers(x))
}

// NaNVar returns the population variances over the axes without NaN.
func (k KeepDims) NaNVar(x N) N {
	x = float(x)
	off := Subtract(without(x, 0), k.NaNMean(x))
	off = Where(IsNaN(x), Scalar(x, 0), off) // a NaN in between would make the gradient NaN
	return Divide(k.Sum(Square(off)), k.numbers(x))
}

// NaNQuantile returns the q-quantiles over the axes without NaN, as [KeepDims.Quantile], or NaN
// if all are NaN.
func (k KeepDims) NaNQuantile(x N, q float64, method ...Interpolation) N {
	if !(q >= 0 && q <= 1) {
		graph.Errorf("nanquantile: %v; want a number from 0 to 1", q)
	}
	x = float(x)
	sorted, n := k.sorted(x) // NaN comes last
	if n == 0 {
		graph.Errorf("nanquantile: no elements: axes %v of %v", []int(k), x.Type)
	}
	count := KeepDims{-1}.numbers(sorted)
	at := Scale(ReLU(Shift(count, -1)), q)
	low := Floor(at)
	part := Subtract(at, low)
	switch append(method, LinearInterpolation)[0] {
	case LowerInterpolation:
		part = ZerosLike(part)
	case HigherInterpolation:
		part = Ceil(part)
	case MidpointInterpolation:
		part = Scale(Ceil(part), .5)
	case NearestInterpolation:
		part = Subtract(Round(at), low)
	}
	take := func(i N) N { return TakeAlongAxis(sorted, Cast(i, graph.Int32), -1) }
	lo, hi := take(low), take(Ceil(at))
	y := Where(Greater(part, Scalar(part, 0)), Add(Multiply(lo, Shift(Negative(part), 1)), Multiply(hi, part)), lo)
	return Reshape(y, k.kept(x)...)
}

// NaNSum returns the sum over the given axes, all if none is given, without NaN.
func NaNSum(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).NaNSum(x)) }

// NaNProd returns the product over the given axes without NaN.
func NaNProd(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).NaNProd(x)) }

// NaNMax returns the largest element over the given axes without NaN.
func NaNMax(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).NaNMax(x)) }

// NaNMin returns the smallest element over the given axes without NaN.
func NaNMin(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).NaNMin(x)) }

// NaNMean returns the mean over the given axes without NaN.
func NaNMean(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).NaNMean(x)) }

// NaNVar returns the population variance over the given axes without NaN.
func NaNVar(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).NaNVar(x)) }

// NaNStd returns the population standard deviation over the given axes without NaN.
func NaNStd(x N, axes ...int) N { return sqrtFlat(NaNVar(x, axes...)) }

// NaNArgMax returns the index of the first largest element along axis without NaN.
func NaNArgMax(x N, axis int) N { return ArgMax(without(x, -inf), axis) }

// NaNArgMin returns the index of the first smallest element along axis without NaN.
func NaNArgMin(x N, axis int) N { return ArgMin(without(x, inf), axis) }

// NaNCumSum returns the cumulative sums along axis, treating NaN as 0.
func NaNCumSum(x N, axis int) N { return CumSum(without(x, 0), axis) }

// NaNCumProd returns the cumulative products along axis, treating NaN as 1.
func NaNCumProd(x N, axis int) N { return CumProd(without(x, 1), axis) }

// NaNQuantile returns the q-quantile over the given axes, all if none is given, without NaN,
// interpolating linearly.
func NaNQuantile(x N, q float64, axes ...int) N {
	return KeepDims(axes).drop(x, KeepDims(axes).NaNQuantile(x, q))
}

// NaNPercentile is the q/100-quantile without NaN, q in [0, 100].
func NaNPercentile(x N, q float64, axes ...int) N { return NaNQuantile(x, q/100, axes...) }

// NaNMedian returns the median over the given axes without NaN.
func NaNMedian(x N, axes ...int) N { return NaNQuantile(x, .5, axes...) }
