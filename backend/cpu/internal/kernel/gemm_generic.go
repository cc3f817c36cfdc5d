package kernel

// Gemm64 is Gemm on float64 in portable Go: C = [C +] op(A)·op(B), dense.
func Gemm64(c, a, b []float64, m, n, k int, transA, transB, accumulate bool) {
	naiveGemm(c, a, b, m, n, k, denseLD(0, transA, m, k), denseLD(0, transB, k, n), n, transA, transB, accumulate)
}

// naiveGemm adds row by row so that its inner loop runs along B's and C's rows.
func naiveGemm[T float](c, a, b []T, m, n, k, lda, ldb, ldc int, ta, tb, acc bool) {
	ar, ac := lda, 1
	if ta {
		ar, ac = 1, lda
	}
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		if !acc {
			clear(row)
		}
		if tb {
			for j := range row {
				var s T
				for l, v := range b[j*ldb : j*ldb+k] {
					s += a[i*ar+l*ac] * v
				}
				row[j] += s
			}
			continue
		}
		for l := range k {
			av := a[i*ar+l*ac]
			for j, v := range b[l*ldb : l*ldb+n] {
				row[j] += av * v
			}
		}
	}
}

// runGeneric does rows [m0, m1) and columns [n0, n1) of one product.
func (g *Gemm) runGeneric(product, m0, m1, n0, n1 int) {
	fromA, fromB, toC := g.place(product)
	a, c := g.A[fromA:], g.C[toC+m0*g.LDC+n0:]
	if g.TransA {
		a = a[m0:]
	} else {
		a = a[m0*g.LDA:]
	}
	b, ldb, tb := g.B, g.LDB, g.TransB
	if g.Packed != nil {
		b, ldb, tb = g.Packed.data, g.Packed.n, false
	}
	b = b[fromB:]
	if tb {
		b = b[n0*ldb:]
	} else {
		b = b[n0:]
	}
	naiveGemm(c, a, b, m1-m0, n1-n0, g.K, g.LDA, ldb, g.LDC, g.TransA, tb, g.Accumulate)
	g.finish(toC, m0, m1, n0, n1, true)
}

// finish does the epilogue of the product at toC, with or without the parts that tiles do
// themselves.
func (g *Gemm) finish(toC, m0, m1, n0, n1 int, all bool) {
	for i := m0; i < m1; i++ {
		at := toC + i*g.LDC
		row := g.C[at+n0 : at+n1]
		if all && g.Bias != nil {
			Binary(Add, row, row, g.Bias[n0:])
		}
		if g.Act > ReluAct || all && g.Act == ReluAct {
			Unary(g.Act.Op(), row, row)
		}
		if g.Mask != nil && (all || g.Act > ReluAct) {
			Binary(ReluGrad, row, row, g.Mask[at+n0:])
		}
	}
}
