package kernel

import "sync/atomic"

// winogradGrad is the gradient by a filter of 3×3 by F(3×3, 2×2): a tile of 4×4 inputs with
// the gradients of the 2×2 outputs that see it gives all nine taps by 16 products. The
// transformed tiles of a chunk of images are 16 matrix products, (cs, tiles)·(tiles, cd), and
// their sum is transformed back once. An element differs from the exact one by at most a
// small multiple of ε times Σ over tiles of (Σ|x|)(Σ|dy|). If one is not finite, all is done again the
// direct way.
type winogradGrad struct {
	part  func(part, thread int)
	cells int         // ranges of filters, each a part of a chunk
	tiles int         // of a product, at most
	bad   atomic.Bool // an element is not finite
	zeros []float32   // dy beyond the last row
}

// winogradGradPays reports whether a chunk has tiles enough for its sums, and these stay in a cache.
func (q *filterPass) winogradGradPays() bool {
	tiles := ceilDiv(q.ax[1].n, 2) * q.wino.across
	return q.cs*q.cd <= 1<<16 && tiles*max(1, q.batch/filterChunks) >= 8
}

// runWinograd sets dw and reports whether it is finite.
func (q *filterPass) runWinograd(p *ThreadPool) (finite bool) {
	g, a := q.grad, &q.ax
	if g.part == nil {
		g.part = q.winogradChunk
	}
	q.cutWinograd(p.threads)
	cols := ceilDiv(ceilDiv(q.cd, tiled.panel()), g.cells) * tiled.panel()
	for _, s := range p.scratch {
		m := &s.wino
		m.u = grow(m.u, 16*winogradPlane(q.cs*cols))
		m.v = grow(m.v, 16*winogradPlane(g.tiles*q.cs))
		m.m = grow(m.m, 16*winogradPlane(g.tiles*cols))
		m.edge = grow(m.edge, 4*cols)
		if !q.inside {
			s.slab = grow(s.slab, a[1].extent(q.strip)*a[2].extent(q.width)*q.cs)
		}
	}
	g.zeros = grow(g.zeros, q.width*q.cd)
	g.bad.Store(false)
	q.sum.begin(q.dw, q.chunks, g.cells)
	p.Run(q.chunks*g.cells, g.part)
	return !g.bad.Load()
}

// filterSums is about how many numbers the chunks' gradients have.
const filterSums = 1 << 19

// cutWinograd chooses the parts. Only the cells may depend on the threads.
func (q *filterPass) cutWinograd(threads int) {
	const floats = 64 << 10
	rows, size, across := ceilDiv(q.ax[1].n, 2), 9*q.cs*q.cd, q.wino.across
	q.grad.tiles = max(across, floats/(16*(q.cs+q.cd)))
	q.strip = 2 * min(rows, q.grad.tiles/across)
	q.chunks, q.grad.cells = 1, 1
	if q.work() <= gemmSerial {
		return
	}
	for q.chunks < filterChunks && 2*q.chunks <= q.batch && q.chunks*size <= filterSums {
		q.chunks *= 2
	}
	if threads > q.chunks {
		q.grad.cells = min(ceilDiv(2*threads, q.chunks), ceilDiv(q.cd, tiled.panel()))
	}
}

// winogradChunk does a range of filters for a chunk of images.
func (q *filterPass) winogradChunk(part, thread int) {
	a, cells := &q.ax, q.grad.cells
	chunk, cell := part/cells, part%cells
	n0, n1 := share(q.cd, cell, cells, tiled.panel())
	b0, b1 := share(q.batch, chunk, q.chunks, 1)
	s := q.pool.scratch[thread]
	tiles, flags := 0, uintptr(0)
	for b := b0; b < b1; b++ {
		for o0 := range a[0].n {
			for lo := 0; lo < a[1].n; lo += q.strip {
				hi := min(lo+q.strip, a[1].n)
				if more := ceilDiv(hi-lo, 2) * q.wino.across; tiles+more > q.grad.tiles {
					q.winogradSums(s, tiles, n1-n0, flags)
					tiles, flags = 0, tileAccumulate
				}
				tiles += q.winogradTiles(&s.wino, tiles, b, o0, lo, hi, n0, n1, thread)
			}
		}
	}
	q.winogradSums(s, tiles, n1-n0, flags)
	q.winogradTaps(s, chunk, cell, n0, n1)
}

// winogradTaps transforms a chunk's sums back.
func (q *filterPass) winogradTaps(s *scratch, chunk, cell, n0, n1 int) {
	dw, size, plane := q.sum.array(chunk), q.cs*q.cd, winogradPlane(q.cs*(n1-n0))
	m := s.wino.u[:16*plane]
	rows, n := 1, size // of a tap that lie together
	if n1-n0 < q.cd {
		rows, n = q.cs, n1-n0
	}
	for i := range rows {
		out := dw[i*q.cd+n0:]
		_ = out[8*size+n-1]
		table.winogradFilterGrad(&out[0], &m[i*n], uintptr(plane)*4, uintptr(size)*4, n)
		for tap := range 9 {
			if sum := Sum(out[tap*size:][:n]); sum-sum != 0 {
				q.grad.bad.Store(true)
			}
		}
	}
	q.sum.made(chunk, cell, n0, n, 9*rows, size/rows)
}

// winogradTiles transforms a strip of the input and of filters [n0, n1) of dy, whose first
// tile is number tile.
func (q *filterPass) winogradTiles(m *winogradMemory, tile, b, o0, lo, hi, n0, n1, thread int) (tiles int) {
	a, across, n := &q.ax, q.wino.across, n1-n0
	down := ceilDiv(hi-lo, 2)
	q.winogradInputs(m.v[tile*q.cs:], winogradPlane(q.grad.tiles*q.cs), q.input(b, o0, lo, lo+2*down, thread), down)
	plane := winogradPlane(q.grad.tiles * n)
	row := func(o1 int) []float32 {
		if o1 >= a[1].n {
			return q.grad.zeros
		}
		return q.dy[((b*a[0].n+o0)*a[1].n+o1)*a[2].n*q.cd:][:a[2].n*q.cd]
	}
	for i := range down {
		q.winogradDY(m.m[(tile+i*across)*n:], plane, m.edge, row(lo+2*i), row(lo+2*i+1), n0, n)
	}
	return down * across
}

// winogradDY transforms n filters from n0 on of two rows of dy into planes at v.
func (q *filterPass) winogradDY(v []float32, plane int, edge, y0, y1 []float32, n0, n int) {
	whole, across, step := q.ax[2].n/2, q.wino.across, uintptr(plane)*4
	_ = v[15*plane+across*n-1]
	if whole > 0 {
		table.winogradGrad(&v[0], &y0[n0], &y1[n0], uintptr(q.cd)*4, step, whole, n)
	}
	if whole == across {
		return
	}
	// The last pixel is the left half of a tile.
	last := 2*whole*q.cd + n0
	clear(edge[:4*n])
	copy(edge, y0[last:last+n])
	copy(edge[2*n:], y1[last:last+n])
	table.winogradGrad(&v[whole*n], &edge[0], &edge[2*n], uintptr(n)*4, step, 1, n)
}

// winogradSums multiplies the 16 planes of transformed tiles.
func (q *filterPass) winogradSums(s *scratch, tiles, n int, flags uintptr) {
	t, e, m := &s.tile, tiled, &s.wino
	limit, most := e.widest(q.cs)
	rows := evenly(q.cs, most)
	t.k, t.segs, t.flags = uintptr(tiles), 1, flags
	t.aRow, t.aCol, t.bRow, t.ldc = 4, uintptr(q.cs)*4, uintptr(n)*4, uintptr(n)*4
	for i := range 16 {
		a, b, c := m.v[i*winogradPlane(q.grad.tiles*q.cs):], m.m[i*winogradPlane(q.grad.tiles*n):], m.u[i*winogradPlane(q.cs*n):]
		for j := 0; j < n; {
			v := e.vectors(n-j, limit)
			w := min(v*e.lanes, n-j)
			t.last = uintptr(w - (v-1)*e.lanes)
			t.b = base(b[j:])
			lo := 0
			for r := range rows.count {
				t.a, t.c = base(a[lo:]), base(c[lo*n+j:])
				t.run(e.tiles[rows.len(r)][v])
				lo += rows.len(r)
			}
			j += w
		}
	}
}
