package kernel

import "unsafe"

// kernels holds the functions of the active level.
type kernels struct {
	unary    [endUnary]func(dst, a *float32, n int)
	binary   [endBinary]func(dst, a, b *float32, n int)
	binaryVS [endBinary]func(dst, a *float32, s float32, n int)
	binarySV [endBinary]func(dst, b *float32, s float32, n int)
	ternary  [endTernary]func(dst, a, b, c *float32, n int)

	// The kernels from here on are nil where the portable loops stand alone.
	rowKernels
	colKernels
	optimizerKernels
	rnnKernels
	convKernels
	winogradKernels
	philoxKernels
	poolingKernels
	scatterKernels
	blockKernels
	halfKernels
}

var table kernels

// Unary sets dst[i] = op(a[i]) for every i of dst.
func Unary(op Op, dst, a []float32) {
	if n := len(dst); n > 0 {
		table.unary[op](&dst[0], &a[:n][0], n)
	}
}

// Binary sets dst[i] = op(a[i], b[i]) for every i of dst.
func Binary(op Op, dst, a, b []float32) {
	if n := len(dst); n > 0 {
		table.binary[op](&dst[0], &a[:n][0], &b[:n][0], n)
	}
}

// BinaryVS sets dst[i] = op(a[i], s).
func BinaryVS(op Op, dst, a []float32, s float32) {
	if op == Pow {
		if short, ok := powers[s]; ok {
			Unary(short, dst, a)
			return
		}
	}
	if n := len(dst); n > 0 {
		table.binaryVS[op](&dst[0], &a[:n][0], s, n)
	}
}

// powers are the exponents with an operation of their own.
var powers = map[float32]Op{1: Copy, 2: Square, -1: Recip}

// Ternary sets dst[i] = op(a[i], b[i], c[i]) for every i of dst.
func Ternary(op Op, dst, a, b, c []float32) {
	if n := len(dst); n > 0 {
		table.ternary[op](&dst[0], &a[:n][0], &b[:n][0], &c[:n][0], n)
	}
}

// Fill sets every element of dst to v.
func Fill(dst []float32, v float32) {
	n := min(len(dst), 32)
	for i := range n {
		dst[i] = v
	}
	for n < len(dst) {
		n += copy(dst[n:], dst[:n])
	}
}

// slice is the n floats from p on.
func slice(p *float32, n int) []float32 { return unsafe.Slice(p, n) }
