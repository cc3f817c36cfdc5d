package kernel

// FromBytes sets dst[i] to the number src[i] for every i of dst.
func FromBytes(dst []float32, src []uint8) {
	src = src[:len(dst)]
	done := inVectors(len(dst), table.fromBytes != nil)
	if done > 0 {
		table.fromBytes(&dst[0], &src[0], done)
	}
	for i := done; i < len(dst); i++ {
		dst[i] = float32(src[i])
	}
}

// ToBools sets dst[i] to 0 where src[i] is 0 and to 1 where it is not, as where it is NaN,
// for every i of dst.
func ToBools(dst []uint8, src []float32) {
	src = src[:len(dst)]
	done := inVectors(len(dst), table.toBools != nil)
	if done > 0 {
		table.toBools(&dst[0], &src[0], done)
	}
	for i := done; i < len(dst); i++ {
		dst[i] = 0
		if src[i] != 0 {
			dst[i] = 1
		}
	}
}
