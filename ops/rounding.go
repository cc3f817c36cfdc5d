package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// rounding applies f to floats; integers stay unchanged.
func rounding(f graph.Fn, x N) N {
	if !x.DType.IsFloat() {
		return Cast(x, graph.Float32)
	}
	return unary(f, x)
}

// Floor returns the largest integer ≤ x as a float. Integers are converted to float32.
func Floor(x N) N { return rounding(graph.Floor, x) }

// Ceil returns the smallest integer ≥ x as a float. Integers are converted to float32.
func Ceil(x N) N { return rounding(graph.Ceil, x) }

// Round returns the nearest integer, rounding half to even. Integers stay unchanged.
func Round(x N) N {
	if x.DType.IsInt() {
		return x
	}
	return rounding(graph.Round, x)
}

// RoundTo rounds to d decimals: Round(x·10ᵈ)/10ᵈ.
func RoundTo(x N, decimals int) N {
	k := math.Pow10(decimals)
	return Cast(Scale(unary(graph.Round, Scale(float(x), k)), 1/k), x.DType)
}

// Trunc returns x without its fraction. Integers stay unchanged.
func Trunc(x N) N {
	if !x.DType.IsFloat() {
		return x
	}
	return Where(Less(x, Scalar(x, 0)), Ceil(x), Floor(x))
}

// Clip limits x to [lo, hi].
func Clip(x N, lo, hi float64) N { return Minimum(Maximum(x, Scalar(x, lo)), Scalar(x, hi)) }
