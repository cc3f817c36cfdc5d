package kernel

// LayerNorm normalises rows of x (m, n):
//
//	mean = Σx/n, rstd = 1/√(Σ(x−mean)²/n + eps), y = (x−mean)·rstd·gamma + beta
//
// gamma and beta are (n) or nil; mean and rstd (m) are kept for the gradient.
func LayerNorm(y, mean, rstd, x, gamma, beta []float32, eps float32, m, n int) {}

// LayerNormGrad sets dx (m, n) and dgamma, dbeta (n) from dy; gamma nil means
// ones, dgamma and dbeta nil are not computed.
func LayerNormGrad(dx, dgamma, dbeta, dy, x, mean, rstd, gamma []float32, m, n int) {}

// ColMoments sets mean[j] and variance[j] (biased) over the rows of x (m, c).
func ColMoments(mean, variance, x []float32, m, c int) {}

// ScaleShift sets y[i, j] = x[i, j]·scale[j] + shift[j]; x and y are (m, c).
func ScaleShift(y, x, scale, shift []float32, m, c int) {}

// BatchNormGrad is the gradient of y = (x−mean)·rstd·gamma + beta with the
// moments taken over the m rows of x (m, c):
//
//	dbeta = Σᵢ dy, dgamma = Σᵢ dy·x̂, dx = gamma·rstd·(dy − dbeta/m − x̂·dgamma/m)
//
// gamma nil means ones.
func BatchNormGrad(dx, dgamma, dbeta, dy, x, mean, rstd, gamma []float32, m, c int) {}
