package kernel

import "unsafe"

// scratch is the memory of one thread of a pool.
type scratch struct {
	b, a []float32
}

func newScratch() *scratch { return &scratch{} }

// alignedFloats returns n floats that start at a cache line.
func alignedFloats(n int) []float32 {
	s := make([]float32, n+16)
	off := int(-uintptr(unsafe.Pointer(&s[0])) & 63 / 4)
	return s[off : off+n : off+n]
}
