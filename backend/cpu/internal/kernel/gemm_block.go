package kernel

import "unsafe"

// A gemmBlock is rows and columns of one product of all, which are done with tiles.
type gemmBlock struct {
	a, b   unsafe.Pointer // the operands; b is nil if it is packed for good
	c      int            // the first element of the product in C
	m0, m  int            // rows [m0, m0+m)
	n0, n1 int            // columns [n0, n1)
	limit  int            // the most vectors that a tile is wide
	rows   int            // the most rows that a tile is high
	panels runs           // the rows of the tiles
}

func (g *Gemm) blockOf(product, m0, m1, n0, n1 int) (x gemmBlock) {
	p, e := &g.plan, g.plan.engine
	fromA, fromB, toC := g.place(product)
	x = gemmBlock{a: base(g.A[fromA:]), c: toC, m0: m0, m: m1 - m0, n0: n0, n1: n1}
	if g.Packed == nil {
		x.b = base(g.B[fromB:])
	}
	if p.swap {
		x.a, x.b = x.b, x.a
	}
	x.limit, x.rows = e.widest(x.m)
	if p.packB || g.Packed != nil {
		x.limit, x.rows = 2, e.rows
	}
	x.panels = evenly(x.m, x.rows)
	if e.amx {
		x.panels = whole(x.m, x.rows)
	}
	return x
}

// block computes rows [m0, m1) and columns [n0, n1) of one product of all
// with tiles: k in blocks of depth, columns in panels, rows split evenly.
func (g *Gemm) block(s *scratch, product, m0, m1, n0, n1 int) {
	p, t, e := &g.plan, &s.tile, g.plan.engine
	x := g.blockOf(product, m0, m1, n0, n1)
	if e.amx {
		e.enter()
		defer e.leave()
		s.spill = grow(s.spill, x.rows*e.panel())
		t.spill = base(s.spill)
	}
	t.ldc, t.segs = uintptr(g.LDC)*4, 1
	if p.swap {
		t.ldc = 0
	}
	for k0 := 0; k0 < p.k; k0 += p.depth {
		g.blockOfK(s, &x, k0, min(p.depth, p.k-k0))
	}
	if g.Act > ReluAct {
		g.finish(x.c, m0, m1, n0, n1, false)
	}
}

// blockOfK adds columns [k0, k0+k) of A by those rows of B.
func (g *Gemm) blockOfK(s *scratch, x *gemmBlock, k0, k int) {
	p, t, e := &g.plan, &s.tile, g.plan.engine
	t.k, t.flags = uintptr(k), g.tileFlags(k0, k0+k == p.k)
	a := at(x.a, uintptr(x.m0)*p.aRow+uintptr(k0)*p.aCol)
	switch {
	case p.pairs:
		t.k = uintptr(g.pairPlan(k).steps)
		g.pairA(s, a, k, x.m, x.panels)
	case p.packA:
		g.packRows(s, a, k, x.panels)
	}
	j := x.n0
	if g.takesWholePanels(t, x) {
		j = g.wholePanels(t, a, x.c+x.m0*g.LDC, k0, x.m, x.n0, x.n1)
	}
	for j < x.n1 {
		v := e.vectors(x.n1-j, x.limit)
		w := min(v*e.lanes, x.n1-j)
		t.last = uintptr(w - (v-1)*e.lanes)
		g.panelB(s, x.b, k0, k, j, w)
		if t.flags&tileBias != 0 {
			t.bias = at(base(g.Bias), uintptr(j)*4)
		}
		c := uintptr(x.c+j)*4 + uintptr(x.m0)*t.ldc
		if t.flags&tileMask != 0 {
			t.mask = at(base(g.Mask), c)
		}
		t.c = at(base(g.C), c)
		g.panelRows(s, a, x.panels, v)
		j += w
	}
}

// takesWholePanels reports whether wholePanels can begin with the block's columns.
func (g *Gemm) takesWholePanels(t *tile, x *gemmBlock) bool {
	p := &g.plan
	return g.Packed != nil && x.panels.count == 1 && !p.pairs && !p.packA && t.flags&tileMask == 0 && x.n0%p.engine.panel() == 0
}

// wholePanels does few rows of A, from C's element c on, for the panels of a packed B
// that are as wide as two vectors, and returns the column after them. One tile each, they
// take so short that what the general loop does between tiles would show.
func (g *Gemm) wholePanels(t *tile, a unsafe.Pointer, c, k0, m, n0, n1 int) (j int) {
	p, e := &g.plan, g.plan.engine
	width, f := e.panel(), e.tiles[m][2]
	b, row := g.Packed.at(k0, n0)
	next := uintptr((g.Packed.k+15)&^15*width) * 4
	t.a, t.aRow, t.aCol, t.bRow, t.rows, t.last = a, p.aRow, p.aCol, row, uintptr(m), uintptr(e.lanes)
	for j = n0; j+width <= n1; j += width {
		t.b, t.c = at(b, uintptr((j-n0)/width)*next), base(g.C[c+j:])
		if t.flags&tileBias != 0 {
			t.bias = base(g.Bias[j:])
		}
		t.run(f)
	}
	return j
}

// tileFlags is the epilogue of a k block.
func (g *Gemm) tileFlags(k0 int, last bool) (f uintptr) {
	if k0 > 0 || g.Accumulate {
		f |= tileAccumulate
	}
	if !last {
		return f
	}
	if g.Bias != nil {
		f |= tileBias
	}
	if g.Act == ReluAct {
		f |= tileRelu
	}
	if g.Mask != nil && g.Act <= ReluAct {
		f |= tileMask
	}
	return f
}

// panelB points the tile at columns [j, j+w) of k block k0, packed if need be.
func (g *Gemm) panelB(s *scratch, b unsafe.Pointer, k0, k, j, w int) {
	p, t, e := &g.plan, &s.tile, g.plan.engine
	if g.Packed != nil {
		t.b, t.bRow = g.Packed.at(k0, j)
		return
	}
	t.b, t.bRow = at(b, uintptr(k0)*p.bRow+uintptr(j)*p.bCol), p.bRow
	if p.pairs {
		g.pairB(s, t.b, k, w)
		return
	}
	if p.packB {
		width := e.panel()
		s.b = grow(s.b, (k+15)&^15*width)
		e.pack(s, base(s.b), t.b, p.bRow, p.bCol, k, w, width)
		t.b, t.bRow = base(s.b), uintptr(width)*4
	}
}

// packRows packs the rows of A in panels of 16 rows by k.
func (g *Gemm) packRows(s *scratch, a unsafe.Pointer, k int, panels runs) {
	p, e := &g.plan, tiled
	size := (k + 15) &^ 15 * 16
	s.a = grow(s.a, size*panels.count)
	s.aRow, s.aCol, s.aPanel = 4, 64, uintptr(size)*4
	for i, lo := 0, 0; i < panels.count; i++ {
		e.pack(s, base(s.a[i*size:]), at(a, uintptr(lo)*p.aRow), p.aCol, p.aRow, k, panels.len(i), 16)
		lo += panels.len(i)
	}
}

// panelRows runs the tiles of one panel of B over all rows.
func (g *Gemm) panelRows(s *scratch, a unsafe.Pointer, panels runs, v int) {
	p, t, e := &g.plan, &s.tile, g.plan.engine
	c, mask, lo := t.c, t.mask, 0
	for i := range panels.count {
		rows := panels.len(i)
		if p.packA {
			from := uintptr(i) * s.aPanel
			if s.aPanel == 0 {
				from = uintptr(lo) * s.aRow
			}
			t.a, t.aRow, t.aCol = at(base(s.a), from), s.aRow, s.aCol
		} else {
			t.a, t.aRow, t.aCol = at(a, uintptr(lo)*p.aRow), p.aRow, p.aCol
		}
		t.c = at(c, uintptr(lo)*t.ldc) // never past the end: the collector looks here
		if t.flags&tileMask != 0 {
			t.mask = at(mask, uintptr(lo)*t.ldc)
		}
		t.rows = uintptr(rows)
		t.run(e.tiles[rows][v])
		lo += rows
	}
}

// runs is a length cut evenly into count runs, the first extra of them one longer, or
// into runs of which only the last is shorter, by short.
type runs struct{ count, size, extra, short int }

// whole cuts n into runs of size.
func whole(n, size int) runs {
	count := (n + size - 1) / size
	return runs{count: count, size: size, short: count*size - n}
}

// evenly cuts n into the fewest runs of at most limit.
func evenly(n, limit int) runs {
	if n <= limit {
		return runs{count: 1, size: n}
	}
	count := (n + limit - 1) / limit
	return runs{count: count, size: n / count, extra: n % count}
}

func (r runs) len(i int) int {
	switch {
	case i < r.extra:
		return r.size + 1
	case i == r.count-1:
		return r.size - r.short
	}
	return r.size
}
