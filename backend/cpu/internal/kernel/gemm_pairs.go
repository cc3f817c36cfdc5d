package kernel

import "unsafe"

// A product of bfloat16 is to its tiles one of 32-bit elements, each a pair of neighbours in
// k. Both operands are rounded and packed into pairs: B in panels (pairs, panel width), A in
// rows of pairs, or in panels too where k runs down its columns. With three products the
// pairs of a block of k come three times: A's high, high, low meet B's high, low, high.

// pairUnit is what AMX does of k at a time, in pairs, and what a row of pairs is filled up
// to with zeros.
const pairUnit = 16

// pairPlan is how the pairs of a block of k lie.
type pairPlan struct {
	k     int // of the block, in elements
	half  int // pairs of one product
	steps int // pairs of all
	split bool
}

func (g *Gemm) pairPlan(k int) pairPlan {
	p := pairPlan{k: k, half: (k + 1) / 2, split: g.Precision == Triple}
	if g.plan.engine.amx || p.split {
		p.half = roundTo(p.half, pairUnit)
	}
	p.steps = p.half * g.Precision.products()
	return p
}

func roundTo(n, unit int) int { return (n + unit - 1) / unit * unit }

// stride is the bytes from one row of pairs to the next: an odd number of cache lines, so that
// rows fall into different sets of the cache.
func (p pairPlan) stride() uintptr { return uintptr(roundTo(p.steps, pairUnit)/pairUnit|1) * 64 }

// rows rounds rows, k along them, into rows of pairs at dst.
func (p pairPlan) rows(e *engine, dst, src unsafe.Pointer, dist uintptr, rows int, right bool) {
	if !p.split {
		e.pairRows((*float32)(src), dist, (*float32)(dst), p.stride(), uintptr(p.k), uintptr(rows))
		return
	}
	again, low := p.places(4, right)
	e.pairRowsSplit((*float32)(src), dist, (*float32)(dst), p.stride(), uintptr(p.k), uintptr(rows), again, low)
}

// cols rounds w columns, k down them, into a panel of pairs at dst whose rows lie dist apart.
func (p pairPlan) cols(e *engine, dst, src unsafe.Pointer, row uintptr, w int, dist uintptr, right bool) {
	v := (w + e.lanes - 1) / e.lanes
	last := uintptr(w - (v-1)*e.lanes)
	again, low := p.places(dist, right)
	if p.split {
		e.pairColsSplit[v]((*float32)(src), row, (*float32)(dst), dist, uintptr(p.k), last, again, low)
	} else {
		e.pairCols[v]((*float32)(src), row, (*float32)(dst), dist, uintptr(p.k), last)
	}
	for seg := 0; seg < p.steps; seg += p.half {
		for i := (p.k + 1) / 2; i < p.half; i++ {
			clear(unsafe.Slice((*byte)(at(dst, uintptr(seg+i)*dist)), dist))
		}
	}
}

// places are the bytes from high to its second place and to low, for pairs that lie step
// apart.
func (p pairPlan) places(step uintptr, right bool) (again, low uintptr) {
	one, two := uintptr(p.half)*step, uintptr(2*p.half)*step
	if right {
		return two, one
	}
	return one, two
}

// pairB packs columns [j, j+w) of a block of B at b.
func (g *Gemm) pairB(s *scratch, b unsafe.Pointer, k, w int) {
	p, t, e := g.pairPlan(k), &s.tile, g.plan.engine
	width := e.panel()
	s.b = grow(s.b, roundTo(p.steps, pairUnit)*width)
	t.b, t.bRow = base(s.b), uintptr(width)*4
	if g.plan.bCol == 4 {
		p.cols(e, t.b, b, g.plan.bRow, w, t.bRow, true)
		return
	}
	s.t = grow(s.t, w*int(p.stride()/4))
	p.rows(e, base(s.t), b, g.plan.bCol, w, true)
	e.pack(s, t.b, base(s.t), 4, p.stride(), p.steps, w, width)
}

// pairA packs m rows of a block of A at a; panels are the runs of rows of the tiles.
func (g *Gemm) pairA(s *scratch, a unsafe.Pointer, k, m int, panels runs) {
	p, e := g.pairPlan(k), g.plan.engine
	if g.plan.aCol == 4 {
		s.a = grow(s.a, roundTo(m, e.rows)*int(p.stride()/4))
		p.rows(e, base(s.a), a, g.plan.aRow, m, false)
		s.aRow, s.aCol, s.aPanel = p.stride(), 4, 0
		return
	}
	if e.amx {
		g.pairTurned(s, p, a, m)
		return
	}
	size := uintptr(p.steps) * 64
	s.a = grow(s.a, panels.count*int(size/4))
	s.aRow, s.aCol, s.aPanel = 4, 64, size
	for i, lo := 0, 0; i < panels.count; i++ {
		p.cols(e, at(base(s.a), uintptr(i)*size), at(a, uintptr(lo)*4), g.plan.aCol, panels.len(i), 64, false)
		lo += panels.len(i)
	}
}

// pairTurned packs rows of A whose k runs down, for tiles that want it along the rows.
func (g *Gemm) pairTurned(s *scratch, p pairPlan, a unsafe.Pointer, m int) {
	e := g.plan.engine
	s.a = grow(s.a, roundTo(m, e.rows)*int(p.stride()/4))
	s.t = grow(s.t, p.steps*16)
	s.aRow, s.aCol, s.aPanel = p.stride(), 4, 0
	for i := range s.offs {
		s.offs[i] = uintptr(i) * 64
	}
	for lo := 0; lo < m; lo += 16 {
		p.cols(e, base(s.t), at(a, uintptr(lo)*4), g.plan.aCol, min(16, m-lo), 64, false)
		for i := 0; i < p.steps; i += 16 {
			e.transpose((*float32)(at(base(s.t), uintptr(i)*64)), &s.offs, (*float32)(at(base(s.a), uintptr(lo)*s.aRow+uintptr(i)*4)), s.aRow, 16)
		}
	}
}
