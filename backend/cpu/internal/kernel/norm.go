package kernel

import "math"

// LayerNorm normalises rows of x (m, n):
//
//	mean = Σx/n, rstd = 1/√(Σ(x−mean)²/n + eps), y = (x−mean)·rstd·gamma + beta
//
// gamma and beta are (n) or nil; mean and rstd (m) are kept for the gradient.
// y may be x.
func LayerNorm(y, mean, rstd, x, gamma, beta []float32, eps float32, m, n int) {
	if f := table.layerNorm; f != nil && gamma != nil && beta != nil && m*n > 0 {
		f(&y[:m*n][0], &mean[:m][0], &rstd[:m][0], &x[:m*n][0], &gamma[:n][0], &beta[:n][0], eps, 1/float32(n), m, n)
		return
	}
	for i := range m {
		row, out := x[i*n:i*n+n], y[i*n:i*n+n]
		mu := Sum(row) / float32(n)
		BinaryVS(Sub, out, row, mu)
		r := float32(1 / math.Sqrt(float64(SumSquares(out)/float32(n)+eps)))
		mean[i], rstd[i] = mu, r
		BinaryVS(Mul, out, out, r)
		if gamma != nil {
			Binary(Mul, out, out, gamma)
		}
		if beta != nil {
			Binary(Add, out, out, beta)
		}
	}
}

// ColMoments sets mean[j] and variance[j] (biased) over the rows of x (m, c).
func ColMoments(mean, variance, x []float32, m, c int) {
	SumCols(mean, x, m, c)
	mean, variance = mean[:c], variance[:c]
	BinaryVS(Mul, mean, mean, 1/float32(m))
	squareCols(variance, x, mean, m, c)
	BinaryVS(Mul, variance, variance, 1/float32(m))
}

// squareCols sets dst[j] = Σᵢ (x[i, j] − mean[j])².
func squareCols(dst, x, mean []float32, m, c int) {
	clear(dst)
	if f := table.squareCols; f != nil && c > 0 {
		for i := 0; i < m; i += colBlock {
			f(&dst[0], &x[i*c : m*c][0], &mean[0], min(colBlock, m-i), c, uintptr(c)*4)
		}
		return
	}
	for i := range m {
		for j, v := range x[i*c : i*c+c] {
			d := v - mean[j]
			dst[j] += d * d
		}
	}
}

// ScaleShift sets y[i, j] = x[i, j]·scale[j] + shift[j]; x and y are (m, c).
func ScaleShift(y, x, scale, shift []float32, m, c int) {
	if f := table.scaleShift; f != nil && m*c > 0 {
		f(&y[:m*c][0], &x[:m*c][0], &scale[:c][0], &shift[:c][0], m, c, uintptr(c)*4)
		return
	}
	for i := range m {
		Ternary(MulAdd, y[i*c:i*c+c], x[i*c:i*c+c], scale, shift)
	}
}
