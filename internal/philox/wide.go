package philox

import "math"

// Uniforms64 maps a block to two float64 numbers in [0, 1): the upper 53 bits of w0·2³²+w1 and of
// w2·2³²+w3, times 2⁻⁵³. Element i of a draw is number i%2 of block i/2.
func Uniforms64(w [4]uint32) [2]float64 {
	return [2]float64{wide(w[0], w[1]), wide(w[2], w[3])}
}

func wide(hi, lo uint32) float64 {
	return float64((uint64(hi)<<32|uint64(lo))>>11) * 0x1p-53
}

// Normals64 maps a block to two standard normal float64 numbers with the Box-Muller transform:
// √(−2 ln u) times cos(2πv) and sin(2πv), where (a, v) = Uniforms64(w) and u = a + 2⁻⁵³.
func Normals64(w [4]uint32) [2]float64 {
	p := Uniforms64(w)
	r := math.Sqrt(-2 * math.Log(p[0]+0x1p-53))
	s, c := math.Sincos(2 * math.Pi * p[1])
	return [2]float64{r * c, r * s}
}
