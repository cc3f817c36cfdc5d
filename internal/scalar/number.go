package scalar

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// Holds reports whether the comparison fn is true for a and b.
func Holds[T int64 | float64](fn graph.Fn, a, b T) bool {
	switch fn {
	case graph.Equal:
		return a == b
	case graph.NotEqual:
		return a != b
	case graph.Less:
		return a < b
	case graph.LessEqual:
		return a <= b
	case graph.Greater:
		return a > b
	}
	return a >= b
}

// Wrap returns x modulo the range of d.
func Wrap(d graph.DType, x int64) int64 {
	switch d {
	case graph.Bool:
		return x & 1
	case graph.Uint8:
		return int64(uint8(x))
	case graph.Int32:
		return int64(int32(x))
	}
	return x
}

// ToInt truncates x; values out of range are clamped and NaN becomes 0. For bool the result is
// x ≠ 0.
func ToInt(d graph.DType, x float64) int64 {
	lo, hi := int64(math.MinInt64), int64(math.MaxInt64)
	switch d {
	case graph.Bool:
		return Bit(x != 0)
	case graph.Uint8:
		lo, hi = 0, math.MaxUint8
	case graph.Int32:
		lo, hi = math.MinInt32, math.MaxInt32
	}
	return Saturate(x, lo, hi)
}

// Saturate truncates x and clamps it to [lo, hi]; NaN becomes 0.
func Saturate(x float64, lo, hi int64) int64 {
	switch {
	case x != x:
		return 0
	case x <= float64(lo):
		return lo
	case x >= float64(hi):
		return hi
	}
	return int64(x)
}

// Bit returns 1 for true and 0 for false.
func Bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
