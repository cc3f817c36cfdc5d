package kernel

// The reductions below have one fixed order of addition per Level.

// Sum returns the sum of x.
func Sum(x []float32) float32 { var s [1]float32; SumRows(s[:], x, 1, len(x)); return s[0] }

// SumSquares returns Σ x².
func SumSquares(x []float32) float32 { return Dot(x, x) }

// Dot returns Σ a·b.
func Dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s float64
	for i, v := range a {
		s += float64(v) * float64(b[i])
	}
	return float32(s)
}

// SumRows sets dst[i] = Σⱼ x[i, j]; x is (m, n).
func SumRows(dst, x []float32, m, n int) { foldRows(dst, x, m, n, 0, add[float32]) }

// MaxRows sets dst[i] to the greatest of row i of x (m, n), NaN if it has one;
// −Inf for n = 0.
func MaxRows(dst, x []float32, m, n int) { foldRows(dst, x, m, n, negInf, maximum[float32]) }

// MinRows sets dst[i] to the least of row i of x (m, n), NaN if it has one.
func MinRows(dst, x []float32, m, n int) { foldRows(dst, x, m, n, -negInf, minimum[float32]) }

// ArgMaxRows sets dst[i] to the index of the first greatest element of row i.
func ArgMaxRows(dst []int32, x []float32, m, n int) {
	for i := range m {
		best := 0
		row := x[i*n : i*n+n]
		for j, v := range row {
			if v > row[best] {
				best = j
			}
		}
		dst[i] = int32(best)
	}
}

// SumCols sets dst[j] = Σᵢ x[i, j]; x is (m, n).
func SumCols(dst, x []float32, m, n int) { foldCols(dst, x, m, n, 0, add[float32]) }

// MaxCols sets dst[j] to the greatest of column j of x (m, n).
func MaxCols(dst, x []float32, m, n int) { foldCols(dst, x, m, n, negInf, maximum[float32]) }

// MinCols sets dst[j] to the least of column j of x (m, n).
func MinCols(dst, x []float32, m, n int) { foldCols(dst, x, m, n, -negInf, minimum[float32]) }
