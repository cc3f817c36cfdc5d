package kernel

import "math"

// float is what the portable kernels work on.
type float interface{ ~float32 | ~float64 }

// Unary64 is Unary on float64, in portable Go.
func Unary64(op Op, dst, a []float64) { mapUnary(op, dst, a) }

// genericTable wraps the portable loops.
func genericTable() (t kernels) {
	for op := range endUnary {
		t.unary[op] = func(dst, a *float32, n int) { mapUnary(op, slice(dst, n), slice(a, n)) }
	}
	for op := endUnary; op < endBinary; op++ {
		t.binary[op] = func(dst, a, b *float32, n int) { mapBinary(op, slice(dst, n), slice(a, n), slice(b, n)) }
		t.binaryVS[op] = func(dst, a *float32, s float32, n int) {
			f := binary64[op-Add]
			d, x := slice(dst, n), slice(a, n)
			for i, v := range x {
				d[i] = float32(f(float64(v), float64(s)))
			}
		}
		t.binarySV[op] = func(dst, b *float32, s float32, n int) {
			f := binary64[op-Add]
			d, x := slice(dst, n), slice(b, n)
			for i, v := range x {
				d[i] = float32(f(float64(s), float64(v)))
			}
		}
	}
	for op := endBinary; op < endTernary; op++ {
		t.ternary[op] = func(dst, a, b, c *float32, n int) {
			mapTernary(op, slice(dst, n), slice(a, n), slice(b, n), slice(c, n))
		}
	}
	return t
}

func mapUnary[T float](op Op, dst, a []T) {
	a = a[:len(dst)]
	switch op {
	case Copy:
		copy(dst, a)
		return
	case Relu:
		for i, v := range a {
			dst[i] = max(v, 0)
		}
		return
	}
	f := unary64[op]
	for i, v := range a {
		dst[i] = T(f(float64(v)))
	}
}

func mapBinary[T float](op Op, dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	switch op {
	case Add:
		for i, v := range a {
			dst[i] = v + b[i]
		}
	case Sub:
		for i, v := range a {
			dst[i] = v - b[i]
		}
	case Mul:
		for i, v := range a {
			dst[i] = v * b[i]
		}
	case Div:
		for i, v := range a {
			dst[i] = v / b[i]
		}
	default:
		f := binary64[op-Add]
		for i, v := range a {
			dst[i] = T(f(float64(v), float64(b[i])))
		}
	}
}

func mapTernary[T float](op Op, dst, a, b, c []T) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	switch op {
	case Select:
		for i, v := range a {
			if v != 0 {
				dst[i] = b[i]
			} else {
				dst[i] = c[i]
			}
		}
	case MulAdd:
		for i, v := range a {
			dst[i] = T(math.FMA(float64(v), float64(b[i]), float64(c[i])))
		}
	}
}
