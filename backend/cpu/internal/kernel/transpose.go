package kernel

// Transpose sets dst (n, m) to the transpose of src (m, n).
func Transpose(dst, src []float32, m, n int) {
	dst, src = dst[:m*n], src[:m*n]
	rows, cols := 0, 0 // done by whole squares of lanes
	if e := tiled; e != nil && m >= e.lanes && n >= e.lanes {
		rows, cols = m/e.lanes*e.lanes, n/e.lanes*e.lanes
		e.transposeSquares(dst, src, rows, cols, m, n)
	}
	for i := range m {
		first := cols
		if i >= rows {
			first = 0
		}
		for j := first; j < n; j++ {
			dst[j*m+i] = src[i*n+j]
		}
	}
}

// transposeSquares does rows and cols, multiples of the lanes, in the registers.
func (e *engine) transposeSquares(dst, src []float32, rows, cols, m, n int) {
	var offs [16]uintptr
	for i := range offs {
		offs[i] = uintptr(i*n) * 4
	}
	for i := 0; i < rows; i += e.lanes {
		transposeRows(&src[i*n], &offs, &dst[i], uintptr(m)*4, uintptr(cols))
	}
}
