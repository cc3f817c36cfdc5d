// Package farmhash implements Fingerprint64 of Google's FarmHash, which is used by TensorFlow's
// string_to_hash_bucket_fast and therefore by Keras' hashing layers.
package farmhash

import (
	"encoding/binary"
	"math/bits"
)

// Primes between 2⁶³ and 2⁶⁴ from the reference implementation (farmhashna::Hash64).
const (
	k0 = 0xc3a5c85c97cb3127
	k1 = 0xb492b66fbe98f273
	k2 = 0x9ae16a3b2f90404f
)

// Fingerprint64 returns the fingerprint of s, which is the same on every machine and never changes.
func Fingerprint64(s string) uint64 {
	switch n := len(s); {
	case n <= 16:
		return upTo16(s)
	case n <= 32:
		return upTo32(s)
	case n <= 64:
		return upTo64(s)
	}
	return long([]byte(s))
}

// Concat64 combines two fingerprints like TensorFlow's FingerprintCat64.
func Concat64(a, b uint64) uint64 {
	const mul = 0xc6a4a7935bd1e995
	r := a ^ mul
	r ^= shiftMix(b*mul) * mul
	r *= mul
	r = shiftMix(r) * mul
	return shiftMix(r)
}

func at64(s string, i int) uint64 { return binary.LittleEndian.Uint64([]byte(s[i : i+8])) }

func at32(s string, i int) uint64 { return uint64(binary.LittleEndian.Uint32([]byte(s[i : i+4]))) }

func rotate(x uint64, right int) uint64 { return bits.RotateLeft64(x, -right) }

func shiftMix(x uint64) uint64 { return x ^ x>>47 }

func mix(u, v, mul uint64) uint64 {
	a := shiftMix((u ^ v) * mul)
	return shiftMix((v^a)*mul) * mul
}

func upTo16(s string) uint64 {
	n := len(s)
	mul := k2 + uint64(n)*2
	switch {
	case n >= 8:
		a, b := at64(s, 0)+k2, at64(s, n-8)
		return mix(rotate(b, 37)*mul+a, (rotate(a, 25)+b)*mul, mul)
	case n >= 4:
		return mix(uint64(n)+at32(s, 0)<<3, at32(s, n-4), mul)
	case n > 0:
		y := uint64(s[0]) + uint64(s[n>>1])<<8
		z := uint64(n) + uint64(s[n-1])<<2
		return shiftMix(y*k2^z*k0) * k2
	}
	return k2
}

func upTo32(s string) uint64 {
	n := len(s)
	mul := k2 + uint64(n)*2
	a, b := at64(s, 0)*k1, at64(s, 8)
	c, d := at64(s, n-8)*mul, at64(s, n-16)*k2
	return mix(rotate(a+b, 43)+rotate(c, 30)+d, a+rotate(b+k2, 18)+c, mul)
}

func upTo64(s string) uint64 {
	n := len(s)
	mul := k2 + uint64(n)*2
	a, b := at64(s, 0)*k2, at64(s, 8)
	c, d := at64(s, n-8)*mul, at64(s, n-16)*k2
	y := rotate(a+b, 43) + rotate(c, 30) + d
	z := mix(y, a+rotate(b+k2, 18)+c, mul)
	e, f := at64(s, 16)*mul, at64(s, 24)
	g, h := (y+at64(s, n-32))*mul, (z+at64(s, n-24))*mul
	return mix(rotate(e+f, 43)+rotate(g, 30)+h, e+rotate(f+a, 18)+g, mul)
}

// A state is the hash state carried through the blocks of a long text.
type state struct{ x, y, z, v1, v2, w1, w2 uint64 }

func long(s []byte) uint64 {
	const seed = 81
	h := state{x: seed}
	h.y = h.x*k1 + 113
	h.z = shiftMix(h.y*k2+113) * k2
	h.x = h.x*k2 + binary.LittleEndian.Uint64(s)
	blocks := (len(s) - 1) / 64
	for i := range blocks {
		h.block(s[64*i:], k1, 1)
	}
	rest := uint64(len(s)-1) & 63
	mul := k1 + (h.z&0xff)<<1
	h.w1 += rest
	h.v1 += h.w1
	h.w1 += h.v1
	h.block(s[len(s)-64:], mul, 9)
	return mix(mix(h.v1, h.w1, mul)+shiftMix(h.y)*k0+h.z, mix(h.v2, h.w2, mul)+h.x, mul)
}

// block processes 64 bytes; times is 9 for the last block.
func (h *state) block(s []byte, mul, times uint64) {
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(s[i:]) }
	h.x = rotate(h.x+h.y+h.v1+at(8), 37) * mul
	h.y = rotate(h.y+h.v2+at(48), 42) * mul
	h.x ^= h.w2 * times
	h.y += h.v1*times + at(40)
	h.z = rotate(h.z+h.w1, 33) * mul
	h.v1, h.v2 = weak(s, h.v2*mul, h.x+h.w1)
	h.w1, h.w2 = weak(s[32:], h.z+h.w2, h.y+at(16))
	h.z, h.x = h.x, h.z
}

func weak(s []byte, a, b uint64) (uint64, uint64) {
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(s[i:]) }
	a += at(0)
	b = rotate(b+a+at(24), 21)
	c := a
	a += at(8) + at(16)
	b += rotate(a, 44)
	return a + at(24), b + c
}
