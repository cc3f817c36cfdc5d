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

// runGeneric does one product of the batch, rows [lo, hi).
func (g *Gemm) runGeneric(batch, lo, hi int) {
	a, c := g.A[batch*g.StrideA:], g.C[batch*g.StrideC+lo*g.LDC:]
	if g.TransA {
		a = a[lo:]
	} else {
		a = a[lo*g.LDA:]
	}
	b, ldb, tb := g.B, g.LDB, g.TransB
	if g.Packed != nil {
		b, ldb, tb = g.Packed.data, g.Packed.n, false
	}
	naiveGemm(c, a, b[batch*g.StrideB:], hi-lo, g.N, g.K, g.LDA, ldb, g.LDC, g.TransA, tb, g.Accumulate)
	for i := range hi - lo {
		row := c[i*g.LDC : i*g.LDC+g.N]
		if g.Bias != nil {
			Binary(Add, row, row, g.Bias)
		}
		if g.Act != Identity {
			Unary(g.Act.Op(), row, row)
		}
		if g.Mask != nil {
			Binary(ReluGrad, row, row, g.Mask[batch*g.StrideC+(lo+i)*g.LDC:])
		}
	}
}
