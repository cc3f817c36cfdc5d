package kernel

import "slices"

// winogradRows computes output rows [lo, hi) of a plane.
func (q *convPass) winogradRows(dst []float32, b, o0, lo, hi, thread int) (finite bool) {
	w, mem := q.wino, &q.pool.scratch[thread].wino
	down := ceilDiv(hi-lo, 2)
	tiles := down * w.across
	q.winogradInputs(mem.v, winogradPlane(tiles*q.cs), q.input(b, o0, lo, lo+2*down, thread), down)
	q.winogradProducts(&q.pool.scratch[thread].tile, mem, q.winogradFilter(thread), tiles)
	mem.check, finite = [16]float32{}, true
	for i := range down {
		q.winogradOutputs(dst, mem, o0, lo+2*i, i*w.across, winogradPlane(tiles*q.cd))
	}
	for _, c := range mem.check {
		finite = finite && c == c
	}
	return finite
}

// winogradInputs transforms down rows of tiles of x into planes at v.
func (q *convPass) winogradInputs(v []float32, plane int, x view, down int) {
	across := q.wino.across
	_ = v[15*plane+down*across*q.cs-1]
	for i := range down {
		from := (*float32)(at(x.x, uintptr(2*i*x.row)*4))
		table.winogradInput(&v[i*across*q.cs], from, uintptr(x.row)*4, uintptr(plane)*4, across, q.cs)
	}
}

// winogradProducts multiplies the 16 planes of tiles with the filter's.
func (q *convPass) winogradProducts(t *tile, mem *winogradMemory, u []float32, tiles int) {
	e, width, rows := tiled, tiled.panel(), evenly(tiles, tiled.rows)
	from, to := winogradPlane(tiles*q.cs), winogradPlane(tiles*q.cd)
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
func (q *convPass) repair(p *ThreadPool, parts int, job func(part, thread int)) {
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
