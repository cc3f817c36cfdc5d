package kernel

// The reductions below have one fixed order of addition per Level.

// Sum returns the sum of x.
func Sum(x []float32) float32 {
	if len(x) == 0 {
		return 0
	}
	return sum(&x[0], len(x))
}

// SumSquares returns Σ x².
func SumSquares(x []float32) float32 { return Dot(x, x) }

// Dot returns Σ a·b.
func Dot(a, b []float32) float32 {
	if len(a) == 0 {
		return 0
	}
	return dot(&a[0], &b[:len(a)][0], len(a))
}

// DotRows sets dst[i] = Σⱼ a[i, j]·b[i, j]; a is (m, n) and b's rows lie ldb
// apart, 0 for one row that serves all.
func DotRows(dst, a, b []float32, m, n, ldb int) {
	need(dst, 1, 0, 1, 0, m)
	need(a, 1, 0, m, n, n)
	need(b, 1, 0, m, ldb, n)
	dotRows(dst, a, b, m, n, n, ldb)
}

// dotRows is DotRows with a distance between a's rows.
func dotRows(dst, a, b []float32, m, n, lda, ldb int) {
	if f := table.dotRows; f != nil && m > 0 && n > 0 {
		f(&dst[0], &a[0], &b[0], m, n, uintptr(lda)*4, uintptr(ldb)*4)
		return
	}
	for i := range m {
		var s float64
		for j, v := range a[i*lda : i*lda+n] {
			s += float64(v) * float64(b[i*ldb+j])
		}
		dst[i] = float32(s)
	}
}

// SumRows sets dst[i] = Σⱼ x[i, j]; x is (m, n).
func SumRows(dst, x []float32, m, n int) {
	if 1 < n && n < 4 { // a vector would have little to do
		sumShortRows(dst[:m], x[:m*n], n)
		return
	}
	rows(table.sumRows, dst, x, m, n, 0, add[float32])
}

func sumShortRows(dst, x []float32, n int) {
	for i := range dst {
		s := float32(0)
		for _, v := range x[i*n : (i+1)*n] {
			s += v
		}
		dst[i] = s
	}
}

// MaxRows sets dst[i] to the greatest of row i of x (m, n), NaN if it has one;
// −Inf for n = 0.
func MaxRows(dst, x []float32, m, n int) {
	rows(table.maxRows, dst, x, m, n, negInf, maximum[float32])
}

// MinRows sets dst[i] to the least of row i of x (m, n), NaN if it has one.
func MinRows(dst, x []float32, m, n int) {
	rows(table.minRows, dst, x, m, n, -negInf, minimum[float32])
}

// rows folds each row by the kernel f if there is one.
func rows(f func(dst, x *float32, m, n int), dst, x []float32, m, n int, start float32, step func(a, b float32) float32) {
	dst, x = dst[:m], x[:m*n]
	if f == nil || m*n == 0 {
		foldRows(dst, x, m, n, start, step)
		return
	}
	f(&dst[0], &x[0], m, n)
}

// SumCols sets dst[j] = Σᵢ x[i, j]; x is (m, n).
func SumCols(dst, x []float32, m, n int) { cols(table.sumCols, dst, x, m, n, 0, add[float32]) }

// MaxCols sets dst[j] to the greatest of column j of x (m, n).
func MaxCols(dst, x []float32, m, n int) {
	cols(table.maxCols, dst, x, m, n, negInf, maximum[float32])
}

// MinCols sets dst[j] to the least of column j of x (m, n).
func MinCols(dst, x []float32, m, n int) {
	cols(table.minCols, dst, x, m, n, -negInf, minimum[float32])
}

// colBlock is the rows summed before the sum joins the total: long columns keep
// their accuracy.
const colBlock = 256

func cols(f func(dst, x *float32, m, n int, ld uintptr), dst, x []float32, m, n int, start float32, step func(a, b float32) float32) {
	dst, x = dst[:n], x[:m*n]
	Fill(dst, start)
	if n == 0 {
		return
	}
	for i := 0; i < m; i += colBlock {
		k := min(colBlock, m-i)
		if f != nil {
			f(&dst[0], &x[i*n], k, n, uintptr(n)*4)
		} else {
			foldCols(dst, x[i*n:], k, n, step)
		}
	}
}
