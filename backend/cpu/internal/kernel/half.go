package kernel

import "github.com/rhyton/rhyton/internal/half"

// inVectors is how many of n elements lie in whole vectors, for which alone the kernels of
// conversions are, if there are any.
func inVectors(n int, any bool) int {
	if !any {
		return 0
	}
	return n / tiled.lanes * tiled.lanes
}

// FromBF16 sets dst[i] to the bfloat16 number src[i] for every i of dst.
func FromBF16(dst []float32, src []uint16) {
	src = src[:len(dst)]
	done := inVectors(len(dst), table.fromBF16 != nil)
	if done > 0 {
		table.fromBF16(&dst[0], &src[0], done)
	}
	for i := done; i < len(dst); i++ {
		dst[i] = half.FromBFloat16(src[i])
	}
}

// ToBF16 sets dst[i] to src[i] rounded to bfloat16 for every i of dst.
func ToBF16(dst []uint16, src []float32) {
	src = src[:len(dst)]
	done := inVectors(len(dst), table.toBF16 != nil)
	if done > 0 {
		table.toBF16(&dst[0], &src[0], done)
	}
	for i := done; i < len(dst); i++ {
		dst[i] = half.ToBFloat16(src[i])
	}
}
