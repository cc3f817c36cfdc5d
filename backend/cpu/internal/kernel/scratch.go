package kernel

import "unsafe"

// scratch is the memory of one thread of a pool: the arguments of a tile
// (inside, because the assembly's view of them must not lie on a stack that
// moves), the packed operands and the registers of programs.
type scratch struct {
	tile tile
	offs [16]uintptr
	b, a []float32
	t    []float32 // pairs on their way to b or a

	aRow, aCol, aPanel uintptr // of a: bytes from row to row, from k to k, and from panel to panel or 0
	spill              []float32

	regs   []float32  // of a Program
	places []*float32 // likewise
	slab   []float32  // padded input of a convolution
	wino   winogradMemory

	keys, values, rows, grads, draws []float32 // of attention
}

func newScratch() *scratch { return &scratch{} }

// grow returns s with at least n aligned floats.
func grow(s []float32, n int) []float32 {
	if len(s) < n {
		return alignedFloats(n)
	}
	return s
}

// alignedFloats returns n floats that start at a cache line.
func alignedFloats(n int) []float32 {
	s := make([]float32, n+16)
	off := int(-uintptr(unsafe.Pointer(&s[0])) & 63 / 4)
	return s[off : off+n : off+n]
}
