package kernel

// NormGrad is the operands and results of the gradient of a normalization over (M, N),
// y = x̂·gamma + beta with x̂ = (x−mean)·rstd.
type NormGrad struct {
	DX            []float32 // (M, N), set; it may be DY
	DGamma, DBeta []float32 // (N), set: Σ dy·x̂ and Σ dy over the rows; nil: not wanted, of a LayerNorm
	DY, X         []float32 // (M, N)
	Mean, RStd    []float32 // of each row for LayerNorm, of each column for BatchNorm
	Gamma         []float32 // (N); nil means ones
	M, N          int
}

// LayerNorm is the gradient of a normalization of each row.
func (g *NormGrad) LayerNorm() {
	clear(g.DGamma)
	clear(g.DBeta)
	n, f := g.N, table.layerNormGrad
	fast := f != nil && g.Gamma != nil && g.DGamma != nil && g.DBeta != nil && n > 0
	for i := range g.M {
		if fast {
			f(&g.DX[i*n:][:n][0], &g.DGamma[:n][0], &g.DBeta[:n][0], &g.DY[i*n:][:n][0], &g.X[i*n:][:n][0], &g.Gamma[:n][0],
				g.Mean[i], g.RStd[i], 1/float32(n), n)
			continue
		}
		g.row(i)
	}
}

// row is the gradient of row i.
func (g *NormGrad) row(i int) {
	n, mu, r := g.N, g.Mean[i], g.RStd[i]
	dx, dy, x := g.DX[i*n:i*n+n], g.DY[i*n:i*n+n], g.X[i*n:i*n+n]
	var sum, cross float32
	for j, d := range dy {
		hat := (x[j] - mu) * r
		if g.DGamma != nil {
			g.DGamma[j] += d * hat
		}
		if g.DBeta != nil {
			g.DBeta[j] += d
		}
		d *= g.gamma(j)
		sum += d
		cross += d * hat
	}
	sum, cross = sum/float32(n), cross/float32(n)
	for j, d := range dy {
		d *= g.gamma(j)
		dx[j] = r * (d - sum - (x[j]-mu)*r*cross)
	}
}

func (g *NormGrad) gamma(j int) float32 {
	if g.Gamma == nil {
		return 1
	}
	return g.Gamma[j]
}

// BatchNorm is the gradient of a normalization of each column with the moments of the M rows:
//
//	dbeta = Σᵢ dy, dgamma = Σᵢ dy·x̂, dx = gamma·rstd·(dy − dbeta/M − x̂·dgamma/M)
func (g *NormGrad) BatchNorm() {
	g.sums(g.DGamma[:g.N], g.DBeta[:g.N], 0, g.M)
	g.apply(0, g.M)
}

// apply sets DX of rows [lo, lo+rows) from the sums over all.
func (g *NormGrad) apply(lo, rows int) {
	n, inv := g.N, 1/float32(g.M)
	dx, dy, x := g.DX[lo*n:(lo+rows)*n], g.DY[lo*n:(lo+rows)*n], g.X[lo*n:(lo+rows)*n]
	if f := table.normApply; f != nil && g.Gamma != nil && rows*n > 0 {
		f(&dx[0], &g.DGamma[:n][0], &g.DBeta[:n][0], &dy[0], &x[0], &g.Mean[:n][0], &g.RStd[:n][0], &g.Gamma[:n][0],
			inv, rows, n, uintptr(n)*4)
		return
	}
	for i := range rows {
		for j := range n {
			at := i*n + j
			hat := (x[at] - g.Mean[j]) * g.RStd[j]
			dx[at] = g.RStd[j] * g.gamma(j) * (dy[at] - g.DBeta[j]*inv - hat*g.DGamma[j]*inv)
		}
	}
}

// sums sets dbeta = Σᵢ dy and dgamma = Σᵢ dy·x̂ over rows [lo, lo+rows).
func (g *NormGrad) sums(dgamma, dbeta []float32, lo, rows int) {
	clear(dgamma)
	clear(dbeta)
	n := g.N
	dy, x := g.DY[lo*n:(lo+rows)*n], g.X[lo*n:(lo+rows)*n]
	if f := table.normSums; f != nil && rows*n > 0 {
		for i := 0; i < rows; i += colBlock {
			f(&dgamma[0], &dbeta[0], &dy[i*n], &x[i*n], &g.Mean[:n][0], &g.RStd[:n][0], min(colBlock, rows-i), n, uintptr(n)*4)
		}
		return
	}
	for i := range rows {
		for j, d := range dy[i*n : i*n+n] {
			dbeta[j] += d
			dgamma[j] += d * (x[i*n+j] - g.Mean[j]) * g.RStd[j]
		}
	}
}
