//go:build amd64 || arm64

package kernel

// sineLimit is where the vector code's reduction by multiples of π/2 ends.
const sineLimit = 1e5

// limitSine keeps the vector code of sine and cosine from arguments beyond sineLimit.
func limitSine() {
	for _, op := range []Op{Sin, Cos} {
		table.unary[op] = reduceExactly(op, table.unary[op])
	}
}

// reduceExactly sends blocks with arguments beyond sineLimit to the portable code.
func reduceExactly(op Op, fast func(dst, a *float32, n int)) func(dst, a *float32, n int) {
	return func(dst, a *float32, n int) {
		if lo, hi := extremes(a, n); lo >= -sineLimit && hi <= sineLimit {
			fast(dst, a, n)
		} else {
			mapUnary(op, slice(dst, n), slice(a, n))
		}
	}
}
