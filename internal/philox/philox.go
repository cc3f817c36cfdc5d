// Package philox implements the counter-based generator Philox4x32-10 and the two distributions
// that every device draws from it, so that the same (key, stream, element) gives the same number
// everywhere.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
package philox

import "math"

const (
	mul0  = 0xD2511F53
	mul1  = 0xCD9E8D57
	weyl0 = 0x9E3779B9
	weyl1 = 0xBB67AE85
)

// Block returns the four 32-bit words of Philox4x32-10 for a counter. The counter words are
// (counter lo, counter hi, stream lo, stream hi); the key words are (key lo, key hi).
func Block(key, stream, counter uint64) [4]uint32 {
	c0, c1 := uint32(counter), uint32(counter>>32)
	c2, c3 := uint32(stream), uint32(stream>>32)
	k0, k1 := uint32(key), uint32(key>>32)
	for range 10 {
		p0 := uint64(mul0) * uint64(c0)
		p1 := uint64(mul1) * uint64(c2)
		c0, c1, c2, c3 = uint32(p1>>32)^c1^k0, uint32(p1), uint32(p0>>32)^c3^k1, uint32(p0)
		k0 += weyl0
		k1 += weyl1
	}
	return [4]uint32{c0, c1, c2, c3}
}

// Word returns the 32 random bits of an element: element i is word i%4 of block i/4.
func Word(key, stream, element uint64) uint32 {
	return Block(key, stream, element/4)[element%4]
}

// Uniform maps 32 random bits to [0, 1): (bits >> 8) · 2⁻²⁴.
func Uniform(bits uint32) float32 { return float32(bits>>8) * 0x1p-24 }

// Normals maps a block to four standard normal numbers with the Box-Muller transform:
//
//	r = √(−2 ln u), u = ((w0>>8)+1)·2⁻²⁴ in (0, 1]
//	n0 = r cos(2πv), n1 = r sin(2πv), v = (w1>>8)·2⁻²⁴
//
// n2 and n3 are computed likewise from (w2, w3).
func Normals(w [4]uint32) [4]float32 {
	var n [4]float32
	for i := 0; i < 4; i += 2 {
		u := (float64(w[i]>>8) + 1) * 0x1p-24
		v := float64(w[i+1]>>8) * 0x1p-24
		r := math.Sqrt(-2 * math.Log(u))
		s, c := math.Sincos(2 * math.Pi * v)
		n[i], n[i+1] = float32(r*c), float32(r*s)
	}
	return n
}
