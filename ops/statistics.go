package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// LogSumExp returns log Σ eˣ over the axes without overflow: max + log Σ exp(x - max).
func (k KeepDims) LogSumExp(x N) N {
	x = float(x)
	top := StopGradient(k.Max(x))
	top = Where(IsFinite(top), top, Scalar(x, 0)) // if all are -∞ it is -∞, not NaN
	return Add(Log(k.Sum(Exp(Subtract(x, top)))), top)
}

// LogSumExp returns log Σ eˣ over the given axes, all if none is given, without overflow.
func LogSumExp(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).LogSumExp(x)) }

// CountNonzero returns the number (int32) of nonzero elements over the axes.
func (k KeepDims) CountNonzero(x N) N { return k.Sum(Cast(truth(x), graph.Int32)) }

// CountNonzero returns the number (int32) of nonzero elements over the given axes.
func CountNonzero(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).CountNonzero(x)) }

// PTP returns the largest minus the smallest element over the given axes ("peak to peak").
func PTP(x N, axes ...int) N { return Subtract(Max(x, axes...), Min(x, axes...)) }

// Moments returns mean and population variance over the axes.
func (k KeepDims) Moments(x N) (mean, variance N) {
	return k.Mean(x), k.Var(x)
}

// Moments returns mean and population variance over the given axes.
func Moments(x N, axes ...int) (mean, variance N) {
	k := KeepDims(axes)
	mean, variance = k.Moments(x)
	return k.drop(x, mean), k.drop(x, variance)
}

// Average returns the mean weighted by weights, Σ x·w / Σ w, over the given axes. The weights
// broadcast to x; for a single axis they may be a vector along it.
func Average(x, weights N, axes ...int) N {
	x, weights = promote(float(x), float(weights))
	if len(axes) == 1 && weights.Rank() == 1 && x.Rank() > 1 {
		s := make([]int, x.Rank())
		for i := range s {
			s[i] = 1
		}
		s[Axis(x, axes[0])] = -1
		weights = Reshape(weights, s...)
	}
	w := BroadcastTo(weights, x.Shape...)
	return Divide(Sum(Multiply(x, w), axes...), Sum(w, axes...))
}

// Interpolation selects the value of a quantile between two elements.
type Interpolation uint8

// The interpolation methods.
const (
	LinearInterpolation   Interpolation = iota // between the two, by distance
	LowerInterpolation                         // the lower one
	HigherInterpolation                        // the higher one
	MidpointInterpolation                      // their mean
	NearestInterpolation                       // the nearer one
)

// Quantile returns the q-quantile, q in [0, 1], over the axes: the element at position
// q·(n-1) of the n sorted ones, interpolated.
func (k KeepDims) Quantile(x N, q float64, method ...Interpolation) N {
	if !(q >= 0 && q <= 1) {
		graph.Errorf("quantile: %v; want a number from 0 to 1", q)
	}
	x = float(x)
	sorted, n := k.sorted(x)
	if n == 0 {
		graph.Errorf("quantile: no elements: axes %v of %v", []int(k), x.Type)
	}
	at := q * float64(n-1)
	lo, hi := Index(sorted, -1, int(math.Floor(at))), Index(sorted, -1, int(math.Ceil(at)))
	part := at - math.Floor(at)
	switch append(method, LinearInterpolation)[0] {
	case LowerInterpolation:
		part = 0
	case HigherInterpolation:
		part = math.Ceil(part)
	case MidpointInterpolation:
		part = math.Ceil(part) / 2
	case NearestInterpolation:
		part = math.RoundToEven(at) - math.Floor(at)
	}
	y := lo
	if part > 0 { // otherwise 0·∞ would be NaN
		y = Add(Scale(lo, 1-part), Scale(hi, part))
	}
	return Where(k.Any(IsNaN(x)), Scalar(x, math.NaN()), Reshape(y, k.kept(x)...))
}

// kept is x's shape with 1 for the reduced axes.
func (k KeepDims) kept(x N) graph.Shape {
	s := x.Shape.Clone()
	for i := range s {
		if k.bits(x)>>i&1 != 0 {
			s[i] = 1
		}
	}
	return s
}

// sorted moves the reduced axes together to the end and sorts along them.
func (k KeepDims) sorted(x N) (N, int) {
	bits := k.bits(x)
	var kept, gone []int
	n := 1
	for i, d := range x.Shape {
		if bits>>i&1 == 0 {
			kept = append(kept, i)
		} else {
			gone = append(gone, i)
			n *= d
		}
	}
	t := x
	if x.Rank() > 0 {
		t = Transpose(x, append(kept, gone...)...)
	}
	return Sort(Reshape(t, append(t.Shape[:len(kept):len(kept)], n)...), -1), n
}

// Quantile returns the q-quantile over the given axes, all if none is given, interpolating
// linearly. For several q, stack the results.
func Quantile(x N, q float64, axes ...int) N {
	return KeepDims(axes).drop(x, KeepDims(axes).Quantile(x, q))
}

// Percentile is the q/100-quantile, q in [0, 100].
func Percentile(x N, q float64, axes ...int) N { return Quantile(x, q/100, axes...) }

// Median returns the middle element over the given axes, or the mean of the two middle ones.
func Median(x N, axes ...int) N { return Quantile(x, .5, axes...) }

// Corrcoef returns Pearson's correlation coefficients of the rows of x (variables,
// observations), limited to [-1, 1]: (variables, variables).
func Corrcoef(x N) N {
	if x = float(x); x.Rank() == 1 {
		x = ExpandDims(x, 0)
	}
	c := Subtract(x, KeepDims{-1}.Mean(x))
	cov := MatMul(c, SwapAxes(c, -1, -2))
	d := Sqrt(Diagonal(cov, 0))
	return Squeeze(Clip(Divide(Divide(cov, ExpandDims(d, -1)), ExpandDims(d, -2)), -1, 1))
}

// Histogram counts the elements of x in bins of equal width from lo to hi, with hi included in
// the last bin; elements out of range are ignored. Results: counts (bins) as int32 and edges
// (bins+1).
func Histogram(x N, bins int, lo, hi float64) (counts, edges N) {
	if bins < 1 || !(lo < hi) {
		graph.Errorf("histogram: %d bins from %v to %v; want at least one and lo < hi", bins, lo, hi)
	}
	x = Reshape(float(x), -1)
	edges = Linspace(x.Graph(), x.DType, lo, hi, bins+1)
	at := Shift(SearchSorted(edges, x, Right), -1)
	at = Where(Equal(x, Scalar(x, hi)), Scalar(at, float64(bins-1)), at)
	return Bincount(at, bins), edges
}
