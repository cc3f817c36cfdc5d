package kernel

// SumAxis sums x (outer, k, inner) over k into dst (outer, inner).
func SumAxis(dst, x []float32, outer, k, inner int) {
	if table.sumBlocks != nil && inner > 1 && 0 < k && k <= fewRows {
		sumBlocks(dst, x, outer, k, inner)
		return
	}
	reduceAxis(dst, x, outer, k, inner, SumRows, SumCols)
}

// fewRows is the rows up to which the sums of their columns need no sum of their own to
// keep their accuracy.
const fewRows = 16

// MaxAxis takes the maximum of x (outer, k, inner) over k into dst (outer, inner).
func MaxAxis(dst, x []float32, outer, k, inner int) {
	reduceAxis(dst, x, outer, k, inner, MaxRows, MaxCols)
}

// MinAxis takes the minimum of x (outer, k, inner) over k into dst (outer, inner).
func MinAxis(dst, x []float32, outer, k, inner int) {
	reduceAxis(dst, x, outer, k, inner, MinRows, MinCols)
}

func reduceAxis(dst, x []float32, outer, k, inner int, rows, cols func(dst, x []float32, m, n int)) {
	if inner == 1 {
		rows(dst, x, outer, k)
		return
	}
	for o := range outer {
		cols(dst[o*inner:(o+1)*inner], x[o*k*inner:(o+1)*k*inner], k, inner)
	}
}
