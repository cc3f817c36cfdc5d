package kernel

import "slices"

// winograd does a pass whose filter is 3×3 by F(2×2, 3×3): a tile of 2×2 outputs, which
// sees 4×4 inputs, takes 16 products of channels instead of 36. Tiles and filter are
// transformed (Y = Aᵀ((G·w·Gᵀ) ⊙ (Bᵀ·x·B))A, with B of 0 and ±1, G of 0, 1 and ±1/2, and
// A of 0 and ±1), and the products are 16 matrix products, (tiles, cs)·(cs, cd).
//
// How exact: an output depends on the inputs that its window sees and on no others, in
// the transformed numbers too. So it differs from the exact one by at most a small multiple of
// the machine's ε times Σ over channels of (Σ|x| over the window)·(Σ|w| over the taps), where
// the direct way has Σ|x·w| over both. Only where a window holds inputs of different
// magnitudes, and small weights meet the large ones, is the direct way more exact.
//
// Where an output is not finite (an input is not, or the transform overflowed), the image is done
// again the direct way, which tells infinities and NaN apart as the definition does.
type winograd struct {
	across  int       // tiles of a row
	filters int       // how many filters there have been
	zeros   []float32 // a bias for passes without
	memory  []winogradMemory
	bad     []bool // of each part: an output was not finite
	direct  bool   // the images of bad parts are being done again
}

// winogradMemory is what a thread needs for a part.
type winogradMemory struct {
	u      []float32 // the filter, transformed: for each panel of columns 16 times (cs, panel width)
	filter int       // which filter
	v, m   []float32 // transformed inputs and outputs: 16 planes of (tiles, channels)
	edge   []float32 // outputs of tiles beyond the last row or pixel
	check  [16]float32
}

// winogradPlane is the length of a plane of tiles by channels: their distance is no power
// of two, so that they share a cache.
func winogradPlane(tiles, channels int) int { return (tiles*channels+15)&^15 + 16 }

// winogradPays reports whether the transforms cost less than they save.
func (q *convPass) winogradPays() bool {
	a := &q.ax
	if q.groups != 1 || a[0].taps != 1 || q.cs < 16 || q.cd < 16 {
		return false
	}
	for i := 1; i < 3; i++ {
		if a[i].kernel != 3 || a[i].taps != 3 || a[i].stride != 1 || a[i].dil != 1 || a[i].dstStep != 1 {
			return false
		}
	}
	tiles := ceilDiv(a[1].n, 2) * ceilDiv(a[2].n, 2)
	return tiles >= 8 && 9*a[1].n*a[2].n >= 26*tiles
}

// winogradStrip is the number of output rows of a part: what a part transforms stays in the
// L2 cache.
func (q *convPass) winogradStrip() int {
	const floats = 32 << 10
	row := 16 * q.wino.across * (q.cs + q.cd)
	return 2 * max(1, min(ceilDiv(q.ax[1].n, 2), floats/row))
}

// Each thread transforms a filter of up to winogradOwn elements for itself: that costs less than
// to fetch it from another's cache.
const winogradOwn = 8 << 10

// beginWinograd makes room.
func (q *convPass) beginWinograd(p *Pool) {
	w, size, width := q.wino, q.cs*q.cd, tiled.panel()
	w.zeros = grow(w.zeros, q.cd)
	for len(w.memory) < p.threads {
		w.memory = append(w.memory, winogradMemory{})
	}
	own, tiles := size <= winogradOwn, q.strip/2*w.across
	for i := range w.memory {
		m := &w.memory[i]
		if i == 0 || own {
			m.u = grow(m.u, 16*ceilDiv(q.cd, width)*q.cs*width+16*width)
			p.scratch[i].a = grow(p.scratch[i].a, 16*winogradPlane(size, 1))
		}
		m.v = grow(m.v, 16*winogradPlane(tiles, q.cs))
		m.m = grow(m.m, 16*winogradPlane(tiles, q.cd))
		m.edge = grow(m.edge, (2*w.across+4)*q.cd)
	}
	if parts := q.batch * q.imageParts(); len(w.bad) < parts {
		w.bad = make([]bool, parts)
	}
	clear(w.bad)
	if !q.kept || w.filters == 0 {
		w.filters++
	}
	if !own {
		q.winogradFilter(0)
	}
}

// winogradFilter returns the transformed filter for a thread.
func (q *convPass) winogradFilter(thread int) []float32 {
	w := q.wino
	if q.cs*q.cd > winogradOwn {
		thread = 0
	}
	if m := &w.memory[thread]; m.filter != w.filters {
		q.transformFilter(m.u, q.pool.scratch[thread])
		m.filter = w.filters
	}
	return w.memory[thread].u
}

// transformFilter sets u from the filter. Where it is turned round, for the gradient by the
// input, so are the transformed: G has the order of points 0, 1, −1 and ∞, of which the
// first and the last change places.
func (q *convPass) transformFilter(u []float32, s *scratch) {
	e, size := tiled, q.cs*q.cd
	width, plane := e.panel(), winogradPlane(size, 1)
	flat := s.a[:16*plane]
	table.winogradFilter(&flat[0], &q.w[:9*size][0], uintptr(plane)*4, uintptr(size)*4, size)
	row, col, turned := uintptr(q.wRow)*4, uintptr(4), [4]int{0, 1, 2, 3}
	if q.flip {
		row, col, turned = col, row, [4]int{3, 1, 2, 0}
	}
	for j := 0; j < q.cd; j += width {
		for i := range 16 {
			from := flat[(4*turned[i/4]+turned[i%4])*plane:]
			dst := u[(j/width*16+i)*q.cs*width:]
			e.pack(s, base(dst), at(base(from), uintptr(j)*col), row, col, q.cs, min(width, q.cd-j), width)
		}
	}
}

// winogradRows computes output rows [lo, hi) of a plane.
func (q *convPass) winogradRows(dst []float32, b, o0, lo, hi, thread int) (finite bool) {
	w, mem := q.wino, &q.wino.memory[thread]
	down := ceilDiv(hi-lo, 2)
	x := q.input(b, o0, lo, lo+2*down, thread)
	tiles := down * w.across
	plane := winogradPlane(tiles, q.cs)
	v := mem.v[:16*plane]
	for i := range down {
		table.winogradInput(&v[i*w.across*q.cs], (*float32)(at(x.x, uintptr(2*i*x.row)*4)), uintptr(x.row)*4, uintptr(plane)*4,
			w.across, q.cs)
	}
	q.winogradProducts(&q.pool.scratch[thread].tile, mem, q.winogradFilter(thread), tiles)
	mem.check, finite = [16]float32{}, true
	for i := range down {
		q.winogradOutputs(dst, mem, o0, lo+2*i, i*w.across, winogradPlane(tiles, q.cd))
	}
	for _, c := range mem.check {
		finite = finite && c == c
	}
	return finite
}

// winogradProducts multiplies the 16 planes of tiles with the filter's.
func (q *convPass) winogradProducts(t *tile, mem *winogradMemory, u []float32, tiles int) {
	e, width, rows := tiled, tiled.panel(), evenly(tiles, tiled.rows)
	from, to := winogradPlane(tiles, q.cs), winogradPlane(tiles, q.cd)
	t.k, t.segs, t.flags = uintptr(q.cs), 1, 0
	t.aRow, t.aCol, t.bRow, t.ldc = uintptr(q.cs)*4, 4, uintptr(width)*4, uintptr(q.cd)*4
	v, m := mem.v[:16*from], mem.m[:16*to]
	for j := 0; j < q.cd; j += width {
		cols := min(width, q.cd-j)
		n := e.vectors(cols, 2)
		if n*e.lanes < cols {
			n = 2
		}
		t.last = uintptr(cols - (n-1)*e.lanes)
		for i := range 16 {
			t.b = base(u[(j/width*16+i)*q.cs*width:])
			a, c, lo := base(v[i*from:]), base(m[i*to+j:]), 0
			for r := range rows.count {
				t.a, t.c = at(a, uintptr(lo)*t.aRow), at(c, uintptr(lo)*t.ldc)
				t.run(e.tiles[rows.len(r)][n])
				lo += rows.len(r)
			}
		}
	}
}

// winogradOutputs sets the outputs of the row of tiles that starts with tile and gives
// output rows o1 and o1+1.
func (q *convPass) winogradOutputs(dst []float32, mem *winogradMemory, o0, o1, tile, plane int) {
	a, w := &q.ax, q.wino
	bias, low := w.zeros, negInf
	if q.bias != nil {
		bias = q.bias
	}
	if q.act == ReluAct {
		low = 0
	}
	n, whole := a[2].n*q.cd, a[2].n/2
	y0 := dst[q.dstAt(o0, o1, 0):][:n]
	y1 := mem.edge[:n]
	if o1+1 < a[1].n {
		y1 = dst[q.dstAt(o0, o1+1, 0):][:n]
	}
	m := mem.m[tile*q.cd:]
	_ = m[15*plane+w.across*q.cd-1]
	if whole > 0 {
		table.winogradOutput(&y0[0], &y1[0], &m[0], &bias[:q.cd][0], &mem.check[0], low, uintptr(plane)*4, whole, q.cd)
	}
	if whole == w.across {
		return
	}
	// The last pixel is the left half of a tile.
	e0, e1 := mem.edge[n:][:2*q.cd], mem.edge[n+2*q.cd:][:2*q.cd]
	table.winogradOutput(&e0[0], &e1[0], &m[whole*q.cd], &bias[:q.cd][0], &mem.check[0], low, uintptr(plane)*4, 1, q.cd)
	copy(y0[whole*2*q.cd:], e0)
	copy(y1[whole*2*q.cd:], e1)
}

// repair does the images again, directly, that have outputs which are not finite: by job,
// which leaves out what skips tells it to.
func (q *convPass) repair(p *Pool, parts int, job func(part, thread int)) {
	if q.wino == nil || !slices.Contains(q.wino.bad, true) {
		return
	}
	bad, n := q.wino.bad, q.imageParts()
	for i := range q.batch {
		image := bad[i*n : (i+1)*n]
		image[0] = slices.Contains(image, true)
	}
	q.pack(p.scratch[0])
	q.wino.direct = true
	p.Run(parts, job)
	q.wino.direct = false
}

// skips reports whether image b is right already.
func (q *convPass) skips(b int) bool {
	return q.wino != nil && q.wino.direct && !q.wino.bad[b*q.imageParts()]
}
