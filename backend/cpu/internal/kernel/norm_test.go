package kernel

import (
	"math"
	"slices"
	"testing"
)

// normOracle normalises count elements at x[i·stride] and goes back: the
// gradients of dy ⊙ gamma through (x − mean)·rstd.
func normOracle(x, dy, gamma func(i int) float64, count int, eps float64) (mean, variance, rstd float64, hat, dx []float64) {
	n := float64(count)
	for i := range count {
		mean += x(i) / n
	}
	for i := range count {
		variance += (x(i) - mean) * (x(i) - mean) / n
	}
	rstd = 1 / math.Sqrt(variance+eps)
	var sum, cross float64
	for i := range count {
		hat = append(hat, (x(i)-mean)*rstd)
		sum += dy(i) * gamma(i) / n
		cross += dy(i) * gamma(i) * hat[i] / n
	}
	for i := range count {
		dx = append(dx, rstd*(dy(i)*gamma(i)-sum-hat[i]*cross))
	}
	return mean, variance, rstd, hat, dx
}

func TestLayerNormAndItsGradientMatchFloat64(t *testing.T) {
	forSizes(t, func(t *testing.T, name string, m, n int, x []float32) {
		r := newRand()
		dy, gamma, beta := normal(r, m*n), normal(r, n), normal(r, n)
		for i := range x {
			x[i] += 3
		}
		for _, plain := range []bool{false, true} {
			if plain {
				gamma, beta = nil, nil
			}
			scale := func(j int) float64 {
				if plain {
					return 1
				}
				return float64(gamma[j])
			}
			var y, means, rstds, dx []float64
			dgamma, dbeta := make([]float64, n), make([]float64, n)
			for i := range m {
				at := func(s []float32) func(int) float64 { return func(j int) float64 { return float64(s[i*n+j]) } }
				mean, _, rstd, hat, d := normOracle(at(x), at(dy), scale, n, 1e-3)
				means, rstds, dx = append(means, mean), append(rstds, rstd), append(dx, d...)
				for j, h := range hat {
					v := h * scale(j)
					if !plain {
						v += float64(beta[j])
					}
					y = append(y, v)
					dgamma[j] += float64(dy[i*n+j]) * h
					dbeta[j] += float64(dy[i*n+j])
				}
			}
			got, mean, rstd := poisoned(m*n), poisoned(m), poisoned(m)
			LayerNorm(got, mean, rstd, x, gamma, beta, 1e-3, m, n)
			near(t, name+" y", got, y, 3e-5)
			near(t, name+" mean", mean, means, 1e-5)
			near(t, name+" rstd", rstd, rstds, 1e-4)
			dg, db := poisoned(n), poisoned(n)
			(&NormGrad{DX: got, DGamma: dg, DBeta: db, DY: dy, X: x, Mean: mean, RStd: rstd, Gamma: gamma, M: m, N: n}).LayerNorm()
			near(t, name+" dx", got, dx, 2e-3)
			near(t, name+" dgamma", dg, dgamma, 1e-4)
			near(t, name+" dbeta", db, dbeta, 5e-5)
			(&NormGrad{DX: got, DY: dy, X: x, Mean: mean, RStd: rstd, Gamma: gamma, M: m, N: n}).LayerNorm()
			near(t, name+" dx alone", got, dx, 2e-3)
		}
	})
}

func TestBatchNormAndItsGradientMatchFloat64(t *testing.T) {
	forSizes(t, func(t *testing.T, name string, m, c int, x []float32) {
		if m < 3 {
			return
		}
		r := newRand()
		dy, gamma := normal(r, m*c), normal(r, c)
		mean, variance, rstd := poisoned(c), poisoned(c), make([]float32, c)
		wantMean, wantVar := make([]float64, c), make([]float64, c)
		dx, dgamma, dbeta := make([]float64, m*c), make([]float64, c), make([]float64, c)
		for j := range c {
			at := func(s []float32) func(int) float64 { return func(i int) float64 { return float64(s[i*c+j]) } }
			mu, v, rs, hat, d := normOracle(at(x), at(dy), func(int) float64 { return float64(gamma[j]) }, m, 1e-3)
			wantMean[j], wantVar[j], rstd[j] = mu, v, float32(rs)
			for i, h := range hat {
				dx[i*c+j] = d[i]
				dgamma[j] += float64(dy[i*c+j]) * h
				dbeta[j] += float64(dy[i*c+j])
			}
		}
		ColMoments(mean, variance, x, m, c)
		near(t, name+" mean", mean, wantMean, 1e-5)
		near(t, name+" variance", variance, wantVar, 1e-5)
		got, dg, db := poisoned(m*c), poisoned(c), poisoned(c)
		(&NormGrad{DX: got, DGamma: dg, DBeta: db, DY: dy, X: x, Mean: mean, RStd: rstd, Gamma: gamma, M: m, N: c}).BatchNorm()
		near(t, name+" dx", got, dx, 1e-4)
		near(t, name+" dgamma", dg, dgamma, 1e-4)
		near(t, name+" dbeta", db, dbeta, 5e-5)
		ones := make([]float32, c)
		Fill(ones, 1)
		want := poisoned(m * c)
		(&NormGrad{DX: got, DGamma: dg, DBeta: db, DY: dy, X: x, Mean: mean, RStd: rstd, M: m, N: c}).BatchNorm()
		(&NormGrad{DX: want, DGamma: dg, DBeta: db, DY: dy, X: x, Mean: mean, RStd: rstd, Gamma: ones, M: m, N: c}).BatchNorm()
		near(t, name+" gamma of ones", got, widen(want), 1e-5)
		y := make([]float64, m*c)
		for i, v := range x {
			y[i] = float64(v)*float64(gamma[i%c]) + float64(rstd[i%c])
		}
		ScaleShift(got, x, gamma, rstd, m, c)
		near(t, name+" scale and shift", got, y, 1e-6)
	})
}

func TestColumnsGiveTheSameBitsForAnyNumberOfThreads(t *testing.T) {
	testColumns(t, 3000, 37)
	testColumns(t, 2052, 16) // rows of which four count as one
	testColumns(t, 1030, 32)
}

func testColumns(t *testing.T, m, n int) {
	t.Helper()
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		x, dy, gamma := normal(r, m*n), normal(r, m*n), normal(r, n)
		mean, variance := make([]float32, n), make([]float32, n)
		wantMean, wantVariance := make([]float32, n), make([]float32, n)
		ColMoments(wantMean, wantVariance, x, m, n)
		wantX, wantGamma, wantBeta := poisoned(m*n), poisoned(n), poisoned(n)
		(&NormGrad{DX: wantX, DGamma: wantGamma, DBeta: wantBeta, DY: dy, X: x, Mean: wantMean, RStd: wantVariance, Gamma: gamma, M: m, N: n}).BatchNorm()
		var first [][]float32
		for _, threads := range []int{1, 2, 5} {
			p := NewThreadPool(threads)
			var c Columns
			for range 2 {
				c.Moments(p, mean, variance, x, m, n)
				dx, dgamma, dbeta := poisoned(m*n), poisoned(n), poisoned(n)
				c.BatchNormGrad(p, NormGrad{DX: dx, DGamma: dgamma, DBeta: dbeta, DY: dy, X: x, Mean: mean, RStd: variance, Gamma: gamma, M: m, N: n})
				got := [][]float32{slices.Clone(mean), slices.Clone(variance), dgamma, dbeta, dx}
				if first == nil {
					first = got
				}
				for i, want := range [][]float32{wantMean, wantVariance, wantGamma, wantBeta, wantX} {
					near(t, "against one thread", got[i], widen(want), 3e-5) // arm64 fuses the portable sums
					if !slices.Equal(got[i], first[i]) {
						t.Errorf("%d threads: result %d differs", threads, i)
					}
				}
			}
			p.Close()
		}
	})
}
