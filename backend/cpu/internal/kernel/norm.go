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

// LayerNormGrad sets dx (m, n) and dgamma, dbeta (n) from dy; gamma nil means
// ones, dgamma and dbeta nil are not computed. dx may be dy.
func LayerNormGrad(dx, dgamma, dbeta, dy, x, mean, rstd, gamma []float32, m, n int) {
	clear(dgamma)
	clear(dbeta)
	f := table.layerNormGrad
	fast := f != nil && gamma != nil && dgamma != nil && dbeta != nil && n > 0
	for i := range m {
		if fast {
			f(&dx[i*n:][:n][0], &dgamma[:n][0], &dbeta[:n][0], &dy[i*n:][:n][0], &x[i*n:][:n][0], &gamma[:n][0],
				mean[i], rstd[i], 1/float32(n), n)
			continue
		}
		layerNormGradRow(dx[i*n:i*n+n], dgamma, dbeta, dy[i*n:i*n+n], x[i*n:i*n+n], mean[i], rstd[i], gamma)
	}
}

func layerNormGradRow(dx, dgamma, dbeta, dy, x []float32, mu, r float32, gamma []float32) {
	n := len(dx)
	var sum, cross float32
	for j, d := range dy {
		hat := (x[j] - mu) * r
		if dgamma != nil {
			dgamma[j] += d * hat
		}
		if dbeta != nil {
			dbeta[j] += d
		}
		if gamma != nil {
			d *= gamma[j]
		}
		sum += d
		cross += d * hat
	}
	sum, cross = sum/float32(n), cross/float32(n)
	for j, d := range dy {
		if gamma != nil {
			d *= gamma[j]
		}
		dx[j] = r * (d - sum - (x[j]-mu)*r*cross)
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

// BatchNormGrad is the gradient of y = (x−mean)·rstd·gamma + beta with the
// moments taken over the m rows of x (m, c):
//
//	dbeta = Σᵢ dy, dgamma = Σᵢ dy·x̂, dx = gamma·rstd·(dy − dbeta/m − x̂·dgamma/m)
//
// gamma nil means ones. dx may be dy.
func BatchNormGrad(dx, dgamma, dbeta, dy, x, mean, rstd, gamma []float32, m, c int) {
	batchNormSums(dgamma[:c], dbeta[:c], dy, x, mean, rstd, m, c)
	batchNormApply(dx, dgamma, dbeta, dy, x, mean, rstd, gamma, 1/float32(m), m, c)
}

// batchNormApply is dx of some of the rows; inv is 1 over the number of all.
func batchNormApply(dx, dgamma, dbeta, dy, x, mean, rstd, gamma []float32, inv float32, m, c int) {
	if f := table.normApply; f != nil && gamma != nil && m*c > 0 {
		f(&dx[:m*c][0], &dgamma[:c][0], &dbeta[:c][0], &dy[:m*c][0], &x[:m*c][0], &mean[:c][0], &rstd[:c][0], &gamma[:c][0],
			inv, m, c, uintptr(c)*4)
		return
	}
	for i := range m {
		for j := range c {
			k, hat := rstd[j], (x[i*c+j]-mean[j])*rstd[j]
			if gamma != nil {
				k *= gamma[j]
			}
			dx[i*c+j] = k * (dy[i*c+j] - dbeta[j]*inv - hat*dgamma[j]*inv)
		}
	}
}

// batchNormSums sets dbeta = Σᵢ dy and dgamma = Σᵢ dy·x̂.
func batchNormSums(dgamma, dbeta, dy, x, mean, rstd []float32, m, c int) {
	clear(dgamma)
	clear(dbeta)
	if f := table.normSums; f != nil && m*c > 0 {
		for i := 0; i < m; i += colBlock {
			f(&dgamma[0], &dbeta[0], &dy[i*c : m*c][0], &x[i*c : m*c][0], &mean[:c][0], &rstd[:c][0], min(colBlock, m-i), c, uintptr(c)*4)
		}
		return
	}
	for i := range m {
		for j, d := range dy[i*c : i*c+c] {
			dbeta[j] += d
			dgamma[j] += d * (x[i*c+j] - mean[j]) * rstd[j]
		}
	}
}
