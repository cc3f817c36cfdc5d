package kernel

import "unsafe"

// filterPass is the gradient by the filter: for every kernel row, a product of
// windowsᵀ (kernel row × channels, pixels) with dy (pixels, filters), the output
// rows of an image being segments of k. A small filter is summed apart for each of a fixed
// number of chunks of images, and these in a fixed order; a large one is split over its elements.
// So the result is the same for any number of threads.
type filterPass struct {
	convPass
	padded []float32 // src with its padding; src itself if none
	dy     []float32
	dw     []float32
	chunks int     // of images
	cells  int     // of a chunk's rows of dw, or of its channels where each stands alone
	sum    treeSum // of the chunks' dw
	pad    func(part, thread int)
	cell   func(part, thread int)
	grad   *winogradGrad // nil where it does not pay
}

func (c *Conv) filterPass() *filterPass {
	q := &filterPass{convPass: *c.forwardPass(nil)}
	if q.wino != nil && q.winogradGradPays() {
		q.grad = new(winogradGrad)
	}
	return q
}

func (q *filterPass) run(p *ThreadPool, dw, dy, x []float32) {
	a := &q.ax
	need(dy, 1, 0, q.batch*a[0].n*a[1].n*a[2].n, q.cd, q.cd)
	need(x, 1, 0, q.batch*a[0].src*a[1].src*a[2].src, q.cs, q.cs)
	dw = dw[:q.taps()*q.cs*q.cd/q.groups]
	q.dw, q.dy, q.src, q.pool = dw, dy, x, p
	if q.batch*a[0].n*a[1].n*a[2].n == 0 {
		clear(dw)
		return
	}
	if q.grad != nil && q.runWinograd(p) {
		return
	}
	if q.pad == nil {
		q.pad, q.cell = q.padImage, q.runCell
		if q.deep != nil {
			q.cell = q.runDepthwise
		}
	}
	if q.deep != nil {
		q.deep.begin(&q.convPass, p.threads)
	} else if !q.inside {
		q.padded = grow(q.padded, q.batch*a[0].extent(a[0].n)*a[1].extent(a[1].n)*a[2].extent(a[2].n)*q.cs)
		p.Run(q.batch, q.pad)
	}
	q.cut(p.threads)
	q.sum.begin(dw, q.chunks, q.cells)
	p.RunWork(q.chunks*q.cells, q.work(), q.cell)
}

// A filter of up to filterChunked elements is summed in chunks of images, up to
// filterChunks: dy and x are read from memory once.
const (
	filterChunked = 1 << 16
	filterChunks  = 8
)

// cut chooses the parts. The chunks must not depend on the threads.
func (q *filterPass) cut(threads int) {
	q.chunks, q.cells = 1, 1
	least := gemmSerial
	if q.deep != nil { // whose dw is small
		least = gemmLeast
	}
	if q.work() <= least {
		return
	}
	if len(q.dw) <= filterChunked {
		q.chunks = min(filterChunks, q.batch)
	}
	if threads > q.chunks || q.chunks == 1 && threads > 1 {
		most := q.kernelRows() * q.rowLen()
		if q.deep != nil {
			most = ceilDiv(q.cs, tiled.lanes)
		}
		q.cells = min((2*threads+q.chunks-1)/q.chunks, most)
	}
}

// kernelRows is the number of kernel rows, or of taps.
func (q *filterPass) kernelRows() int {
	if q.tapwise() {
		return q.taps()
	}
	return q.ax[0].taps * q.ax[1].taps
}

// tapwise tells whether kernel elements are done one by one.
func (q *filterPass) tapwise() bool { return q.ax[2].dil != 1 || q.groups != 1 }

// rowLen is the rows of dw that go together.
func (q *filterPass) rowLen() int {
	if q.tapwise() {
		return q.cs / q.groups
	}
	return q.ax[2].taps * q.cs
}

func (q *filterPass) padImage(b, _ int) {
	a := &q.ax
	e0, e1, row := a[0].extent(a[0].n), a[1].extent(a[1].n), a[2].extent(a[2].n)*q.cs
	for i := range e0 {
		for j := range e1 {
			q.padRow(q.padded[((b*e0+i)*e1+j)*row:][:row], b, i-a[0].low, j-a[1].low)
		}
	}
}

// image is image b from its first window on.
func (q *filterPass) image(b int) view {
	a := &q.ax
	if q.inside {
		row := a[2].src * q.cs
		first := ((b*a[0].src-a[0].low)*a[1].src-a[1].low)*row - a[2].low*q.cs
		return view{base(q.src[first:]), a[1].src * row, row}
	}
	row := a[2].extent(a[2].n) * q.cs
	plane := a[1].extent(a[1].n) * row
	return view{base(q.padded[b*a[0].extent(a[0].n)*plane:]), plane, row}
}

// runDepthwise does a range of the channels for a chunk of images.
func (q *filterPass) runDepthwise(part, thread int) {
	chunk := part / q.cells
	lo, hi := share(q.cs, part%q.cells, q.cells, tiled.lanes)
	b0, b1 := share(q.batch, chunk, q.chunks, 1)
	dw := q.sum.array(chunk)
	for tap := range q.taps() {
		clear(dw[tap*q.cs+lo : tap*q.cs+hi])
	}
	for b := b0; b < b1 && lo < hi; b++ {
		q.deep.addFilter(q, dw, b, lo, hi, thread)
	}
	q.sum.made(chunk, part%q.cells, lo, hi-lo, q.taps(), q.cs)
}

// runCell does a range of dw's rows for a chunk of images, image by image, so that an
// image is read from memory once for all of them.
func (q *filterPass) runCell(part, thread int) {
	a, n := &q.ax, q.rowLen()
	chunk := part / q.cells
	lo, hi := share(q.kernelRows()*n, part%q.cells, q.cells, 1)
	b0, b1 := share(q.batch, chunk, q.chunks, 1)
	dw := q.sum.array(chunk)
	for b := b0; b < b1; b++ {
		v := q.image(b)
		for o0 := range a[0].n {
			for r := lo / n; r*n < hi; r++ {
				q.kernelRow(dw, v, b, o0, r, max(lo-r*n, 0), min(hi-r*n, n), thread, b == b0 && o0 == 0)
			}
		}
	}
	q.sum.made(chunk, part%q.cells, lo*q.cd, (hi-lo)*q.cd, 1, 0)
}

// kernelRow adds one plane of one image to rows [lo, hi) of kernel row r.
func (q *filterPass) kernelRow(dw []float32, v view, b, o0, r, lo, hi, thread int, first bool) {
	a := &q.ax
	i, j, k := r/a[1].taps, r%a[1].taps, 0
	if q.tapwise() {
		i, j, k = r/a[2].taps/a[1].taps, r/a[2].taps%a[1].taps, r%a[2].taps
	}
	x := at(v.x, uintptr((i*a[0].dil+o0*a[0].stride)*v.plane+j*a[1].dil*v.row+k*a[2].dil*q.cs)*4)
	dy := q.dy[(b*a[0].n+o0)*a[1].n*a[2].n*q.cd:]
	q.tileCell(&q.pool.scratch[thread].tile, dw[r*q.rowLen()*q.cd:], x, dy, v, lo, hi, first)
}

// tileCell adds one plane of one image to rows [lo, hi) of the kernel row dw.
func (q *filterPass) tileCell(t *tile, dw []float32, x unsafe.Pointer, dy []float32, v view, lo, hi int, first bool) {
	a, e := &q.ax, tiled
	kg, ng := q.cs/q.groups, q.cd/q.groups
	t.k, t.segs = uintptr(a[2].n), uintptr(a[1].n)
	t.aRow, t.aCol = 4, uintptr(a[2].stride*q.cs)*4
	t.bRow, t.bSkip = uintptr(q.cd)*4, 0
	t.aSkip = uintptr((a[1].stride*v.row - a[2].n*a[2].stride*q.cs) * 4)
	t.ldc = uintptr(q.cd) * 4
	if t.flags = tileAccumulate; first {
		t.flags = 0
	}
	limit, rows := e.widest(hi - lo)
	parts := (hi - lo + rows - 1) / rows
	for g := range q.groups {
		for j := 0; j < ng; {
			n := e.vectors(ng-j, limit)
			w := min(n*e.lanes, ng-j)
			t.last = uintptr(w - (n-1)*e.lanes)
			m0 := lo
			for p := range parts {
				m1 := lo + (hi-lo)*(p+1)/parts
				t.a, t.b = at(x, uintptr(g*kg+m0)*4), base(dy[g*ng+j:])
				t.c = base(dw[m0*q.cd+g*ng+j:])
				t.run(e.tiles[m1-m0][n])
				m0 = m1
			}
			j += w
		}
	}
}
