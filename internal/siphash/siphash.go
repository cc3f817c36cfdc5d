// Package siphash implements SipHash-2-4, the keyed hash of Aumasson & Bernstein 2012.
package siphash

import (
	"encoding/binary"
	"math/bits"
)

// Sum64 returns the hash of s under the key (k0, k1).
func Sum64(k0, k1 uint64, s string) uint64 {
	h := state{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}
	b := []byte(s)
	for ; len(b) >= 8; b = b[8:] {
		h.word(binary.LittleEndian.Uint64(b))
	}
	last := uint64(len(s)) << 56
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	h.word(last)
	h[2] ^= 0xff
	for range 4 {
		h.round()
	}
	return h[0] ^ h[1] ^ h[2] ^ h[3]
}

type state [4]uint64

func (h *state) word(m uint64) {
	h[3] ^= m
	h.round()
	h.round()
	h[0] ^= m
}

func (h *state) round() {
	h[0] += h[1]
	h[1] = bits.RotateLeft64(h[1], 13) ^ h[0]
	h[0] = bits.RotateLeft64(h[0], 32)
	h[2] += h[3]
	h[3] = bits.RotateLeft64(h[3], 16) ^ h[2]
	h[0] += h[3]
	h[3] = bits.RotateLeft64(h[3], 21) ^ h[0]
	h[2] += h[1]
	h[1] = bits.RotateLeft64(h[1], 17) ^ h[2]
	h[2] = bits.RotateLeft64(h[2], 32)
}
