package tensor

import (
	"fmt"
	"math"
)

// Half returns an array of half floats over their bits, which are not copied. dtype is BFloat16
// or Float16.
func Half(dtype DType, bits []uint16, shape ...int) *Tensor {
	if dtype != BFloat16 && dtype != Float16 {
		return broken(dtype, fmt.Errorf("tensor: %v is not a half float", dtype))
	}
	return of(dtype, bits, len(bits), shape)
}

// roundOdd returns x as a float32 whose last bit is set if digits were lost, so that rounding it
// again to a half float gives the same result as rounding x.
func roundOdd(x float64) float32 {
	f := float32(x)
	if float64(f) == x || x != x {
		return f
	}
	b := math.Float32bits(f)
	if math.Abs(float64(f)) > math.Abs(x) {
		b--
	}
	return math.Float32frombits(b | 1)
}
