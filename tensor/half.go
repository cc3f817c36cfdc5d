package tensor

import (
	"fmt"
	"math"
)

// Half returns an array of half floats over their bits, which are kept, not copied.
// dtype is BFloat16 or Float16.
func Half(dtype DType, bits []uint16, shape ...int) *Tensor {
	if dtype != BFloat16 && dtype != Float16 {
		return broken(dtype, fmt.Errorf("tensor: %v is not a half float", dtype))
	}
	return of(dtype, bits, len(bits), shape)
}

// roundOdd gives x as a float32 whose last bit is set where digits were cut, so that
// rounding it once more to a half float is as exact as rounding x itself.
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
