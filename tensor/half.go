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

// toBFloat16 rounds to nearest, ties to even; a NaN stays a NaN.
func toBFloat16(f float32) uint16 {
	b := math.Float32bits(f)
	if f != f {
		return uint16(b>>16) | 0x40 // quiet, so that cutting the payload can't make an infinity
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}

func fromBFloat16(h uint16) float32 { return math.Float32frombits(uint32(h) << 16) }

// toFloat16 rounds to nearest, ties to even; too large becomes an infinity.
func toFloat16(f float32) uint16 {
	b := math.Float32bits(f)
	sign := uint16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	switch {
	case b > 0x7f800000:
		return sign | 0x7e00 | uint16(b>>13&0x3ff)
	case b >= 0x477ff000: // 65520 and above round to infinity
		return sign | 0x7c00
	case b >= 0x38800000: // normal: rebias the exponent from 127 to 15
		return sign | uint16((b+0xfff+b>>13&1-0x38000000)>>13)
	}
	// Subnormal: adding 0.5 leaves the rounded multiple of 2^-24 in the low bits.
	return sign | uint16(math.Float32bits(math.Float32frombits(b)+0.5)-0x3f000000)
}

func fromFloat16(h uint16) float32 {
	sign, rest := uint32(h&0x8000)<<16, uint32(h&0x7fff)
	switch {
	case rest >= 0x7c00:
		return math.Float32frombits(sign | 0x7f800000 | rest<<13&0x7fffff)
	case rest >= 0x400:
		return math.Float32frombits(sign | (rest<<13 + 0x38000000))
	}
	return math.Float32frombits(sign | math.Float32bits(float32(rest)*0x1p-24))
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
