package kernel

type rowKernels struct {
	sumRows, maxRows, minRows               func(dst, x *float32, m, n int)
	dotRows                                 func(dst, a, b *float32, m, n int, lda, ldb uintptr)
	softmaxRows, logSoftmaxRows, logSumRows func(y, acc, x *float32, m, n int)
	softmaxGrad                             func(dx, dy, y *float32, m, n int)
	attend, attendAgain                     func(x, stats *float32, scale float32, m, n int, ld uintptr)
	attendGrad                              func(d, y *float32, scale float32, m, n int, ld uintptr)
	layerNorm                               func(y, mean, rstd, x, gamma, beta *float32, eps, inv float32, m, n int)
	layerNormGrad                           func(dx, dgamma, dbeta, dy, x, gamma *float32, mu, r, inv float32, n int)
}

// In the column kernels dst is combined with what it held.
type colKernels struct {
	sumCols, maxCols, minCols func(dst, x *float32, m, n int, ld uintptr)
	squareCols                func(dst, x, mean *float32, m, n int, ld uintptr)
	scaleShift                func(y, x, scale, shift *float32, m, n int, ld uintptr)
	normSums                  func(dgamma, dbeta, dy, x, mean, rstd *float32, m, n int, ld uintptr)
	normApply                 func(dx, dgamma, dbeta, dy, x, mean, rstd, gamma *float32, inv float32, m, n int, ld uintptr)
}

type optimizerKernels struct {
	axpy     func(y, x *float32, a float32, n int)
	adam     func(p, g, m, v *float32, rate, c1, c2, eps, decay float32, n int)
	adamIdle func(p, m, v, rates, kept1, kept2 *float32, most, c1, c2, eps float32, steps, n int)
}

// The recurrent kernels go over m rows of n units; gates lie wide bytes apart.
type rnnKernels struct {
	lstmForward  func(i, f, g, o, prev, cell, h *float32, n, m int, wide, narrow uintptr)
	lstmBackward func(di, df, dg, do, dc, dh, i, f, g, o, cell, prev *float32, n, m int, wide, narrow uintptr)
	gruGates     func(z, r, cand, xz, xr, xh, hz, hr, hh, prev, h *float32, n, m int, wide, narrow uintptr)
	gruStep      func(cand, z, r, hh, prev, h *float32, n, m int, wide, narrow uintptr)
	gruBackward  func(dz, dr, dcand, dhh, dprev, dh, z, r, cand, hh, prev *float32, n, m int, wide, narrow uintptr)
}

type convKernels struct {
	depthwise       [9]func(y, x, w, bias *float32, rows *int, count, taps, xTap, wTap, blocks, xStep, yStep, n int) // by pixels of a block
	depthwiseFilter [4][4]func(dw, x, dy *float32, rows *int, xTap, wTap, pixels, xStep, yStep, n int)               // by rows and taps
}

// The transforms of Winograd's convolutions; tiles are those of a row.
type winogradKernels struct {
	winogradInput                      func(v, x *float32, row, plane uintptr, tiles, n int)
	winogradOutput                     func(y0, y1, m, bias, check *float32, low float32, plane uintptr, tiles, n int)
	winogradGrad                       func(v, dy0, dy1 *float32, pixel, plane uintptr, tiles, n int)
	winogradFilter, winogradFilterGrad func(out, in *float32, plane, tap uintptr, n int)
}

// The random kernels make groups of engine.panel() numbers from block counter on.
type philoxKernels struct {
	uniform, normal func(dst *float32, key, stream, counter uint64, groups int)
}

type blockKernels struct {
	copyBlocks func(dst, src *float32, blocks, rows, n, dstBlock, srcBlock, dstRow, srcRow int)
	sumBlocks  func(dst, x *float32, blocks, rows, n int)
}

type scatterKernels struct {
	scatterAdd func(table, x *float32, index *int64, count, lo, rows, width int)
}

type poolingKernels struct {
	poolMax, poolSum, poolSumGrad func(y, x *float32, scale float32, offs *int, taps, pixels, xStep, yStep, n int)
	poolMaxGrad                   func(dy, dx, x *float32, offs *int, taps, pixels, xStep, yStep, n int)
	poolMaxGradApart              [5]func(dy, dx, x *float32, offs *int, taps, pixels, xStep, yStep, n int) // by taps
}

// The conversions take a multiple of the lanes.
type halfKernels struct {
	fromBF16 func(dst *float32, src *uint16, n int)
	toBF16   func(dst *uint16, src *float32, n int)

	fromBytes func(dst *float32, src *uint8, n int)
	toBools   func(dst *uint8, src *float32, n int)
}
