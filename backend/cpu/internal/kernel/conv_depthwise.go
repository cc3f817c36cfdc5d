package kernel

// depthwise is what a pass needs where every channel stands alone. It reads no padding:
// the outputs of a row are cut into runs that see the same taps of the input, and each is
// done by itself.
type depthwise struct {
	runs  []seenRun
	rows  [][]seenRow // of the output row at hand, per thread
	zeros []float32   // stands for a bias
}

// seenRun is outputs [lo, hi) of the last axis, which see its taps.
type seenRun struct {
	lo, hi int
	taps   span
}

// seenRow is a kernel row: byte offsets from the first one's input and in the weights. The
// assembly knows it.
type seenRow struct{ x, w int }

func (q *convPass) initDepthwise() {
	q.deep = &depthwise{zeros: alignedFloats(q.cs)}
	a := &q.ax[2]
	for t := range a.n {
		taps, n := a.seen(t), len(q.deep.runs)
		if n == 0 || q.deep.runs[n-1].taps != taps {
			q.deep.runs = append(q.deep.runs, seenRun{t, t, taps})
			n++
		}
		q.deep.runs[n-1].hi++
	}
}

// seen is the taps whose input under output t is inside.
func (a *passAxis) seen(t int) span {
	at := t*a.stride - a.low
	s := span{max(0, ceilDiv(-at, a.dil)), min(a.taps, ceilDiv(a.src-at, a.dil))}
	return span{s.lo, max(s.lo, s.hi)}
}

func (d *depthwise) begin(q *convPass, threads int) {
	for len(d.rows) < threads {
		d.rows = append(d.rows, make([]seenRow, 0, q.ax[0].taps*q.ax[1].taps))
	}
}

// rowsOf lists the kernel rows that output row (o0, o1) sees and returns where the first
// one's input row begins, in floats of an image.
func (d *depthwise) rowsOf(q *convPass, o0, o1, thread int) (rows []seenRow, at int) {
	a := &q.ax
	s0, s1 := a[0].seen(o0), a[1].seen(o1)
	rows = d.rows[thread][:0]
	row, kernelRow := 4*a[2].src*q.cs, 4*a[2].kernel*q.cs
	for i := s0.lo; i < s0.hi; i++ {
		for j := s1.lo; j < s1.hi; j++ {
			x := (i-s0.lo)*a[0].dil*a[1].src + (j-s1.lo)*a[1].dil
			w := (a[0].tap0+i*a[0].tapStep)*a[1].kernel + a[1].tap0 + j*a[1].tapStep
			rows = append(rows, seenRow{x * row, w * kernelRow})
		}
	}
	i0 := o0*a[0].stride - a[0].low + s0.lo*a[0].dil
	i1 := o1*a[1].stride - a[1].low + s1.lo*a[1].dil
	return rows, (i0*a[1].src + i1) * a[2].src * q.cs
}

// inputOf is where a run's first input lies in its row, in floats.
func (d *depthwise) inputOf(q *convPass, r seenRun) int {
	a := &q.ax[2]
	return (r.lo*a.stride - a.low + r.taps.lo*a.dil) * q.cs
}

// weightsOf is where a run's first weights lie in a kernel row, in floats.
func (d *depthwise) weightsOf(q *convPass, r seenRun) int {
	return (q.ax[2].tap0 + r.taps.lo*q.ax[2].tapStep) * q.cs
}

// outputRows sets output rows [lo, hi) of image b, which dst is to hold.
func (d *depthwise) outputRows(q *convPass, dst []float32, b, o0, lo, hi, thread int) {
	size := q.ax[0].src * q.ax[1].src * q.ax[2].src * q.cs
	src := q.src[b*size : (b+1)*size]
	bias := q.bias
	if bias == nil {
		bias = d.zeros
	}
	for o1 := lo; o1 < hi; o1++ {
		rows, at := d.rowsOf(q, o0, o1, thread)
		for _, r := range d.runs {
			y := dst[q.dstAt(o0, o1, r.lo):]
			if len(rows) == 0 || r.taps.lo == r.taps.hi {
				for p := range r.hi - r.lo {
					copy(y[p*q.ax[2].dstStep*q.cd:], bias[:q.cd])
				}
				continue
			}
			d.outputRun(q, y, src[at+d.inputOf(q, r):], q.w[d.weightsOf(q, r):], bias, rows, r)
		}
	}
}

// outputRun sets the outputs of a run, as many at a time as the assembly can.
func (d *depthwise) outputRun(q *convPass, y, x, w, bias []float32, rows []seenRow, r seenRun) {
	a := &q.ax[2]
	n, taps := r.hi-r.lo, r.taps.hi-r.taps.lo
	for _, block := range [...]int{8, 4, 1} {
		blocks := n / block
		if blocks == 0 {
			continue
		}
		table.depthwise[block](&y[0], &x[0], &w[0], &bias[0], &rows[0].x, len(rows), taps, 4*a.dil*q.cs, 4*a.tapStep*q.cs,
			blocks, 4*a.stride*q.cs, 4*a.dstStep*q.cd, q.cs)
		if n -= blocks * block; n == 0 {
			return
		}
		y, x = y[blocks*block*a.dstStep*q.cd:], x[blocks*block*a.stride*q.cs:]
	}
}

// depthwiseBlock is the pixels of a row that the gradient by the filter goes over for all
// channels before it goes on: what it reads stays in the first-level cache.
const depthwiseBlock = 32

// addFilter adds image b's part of the gradient by the filter, channels [c0, c1), to dw.
func (d *depthwise) addFilter(q *filterPass, dw []float32, b, c0, c1, thread int) {
	a, p := &q.ax, &q.convPass
	size := a[0].src * a[1].src * a[2].src * q.cs
	x := q.src[b*size : (b+1)*size]
	for o0 := range a[0].n {
		for o1 := range a[1].n {
			rows, at := d.rowsOf(p, o0, o1, thread)
			if len(rows) == 0 {
				continue
			}
			dy := q.dy[((b*a[0].n+o0)*a[1].n+o1)*a[2].n*q.cd:]
			for _, r := range d.runs {
				if r.taps.lo == r.taps.hi {
					continue
				}
				w, from := d.weightsOf(p, r)+c0, at+d.inputOf(p, r)+c0
				for lo := r.lo; lo < r.hi; lo += depthwiseBlock {
					n := min(depthwiseBlock, r.hi-lo)
					d.addBlock(q, dw[w:], x[from+(lo-r.lo)*a[2].stride*q.cs:], dy[lo*q.cd+c0:], rows, r.taps, n, c1-c0)
				}
			}
		}
	}
}

// addBlock adds n pixels, up to three by three taps at a time: their sums stay in registers.
func (d *depthwise) addBlock(q *filterPass, dw, x, dy []float32, rows []seenRow, taps span, n, channels int) {
	a := &q.ax[2]
	for ; len(rows) > 0; rows = rows[min(3, len(rows)):] {
		for k := taps.lo; k < taps.hi; k += 3 {
			at := (k - taps.lo) * q.cs
			table.depthwiseFilter[min(3, len(rows))][min(3, taps.hi-k)](&dw[at], &x[at*a.dil], &dy[0], &rows[0].x,
				4*a.dil*q.cs, 4*q.cs, n, 4*a.stride*q.cs, 4*q.cd, channels)
		}
	}
}
