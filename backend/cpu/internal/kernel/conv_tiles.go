package kernel

import "unsafe"

// tileRows computes output rows [lo, hi) with tiles.
func (q *convPass) tileRows(s *scratch, dst []float32, v view, o0, lo, hi int) {
	t, e, a := &s.tile, tiled, &q.ax
	kg, ng, width := q.cs/q.groups, q.cd/q.groups, tiled.panel()
	panels := (ng + width - 1) / width
	t.aRow, t.aCol, t.bRow = uintptr(a[2].stride*q.cs)*4, 4, uintptr(width)*4
	t.ldc, t.bSkip = uintptr(a[2].dstStep*q.cd)*4, 0
	for g := range q.groups {
		for j := 0; j < ng; j += width {
			w := min(width, ng-j)
			n := e.vectors(w, 2)
			if n*e.lanes < w {
				n = 2
			}
			t.last = uintptr(w - (n-1)*e.lanes)
			if q.bias != nil {
				t.bias = at(base(q.bias), uintptr(g*ng+j)*4)
			}
			panel := base(q.packed[(g*panels+j/width)*q.panelRows*width:])
			for o1 := lo; o1 < hi; o1++ {
				x := at(v.x, uintptr((o1-lo)*a[1].stride*v.row+g*kg)*4)
				q.tileRow(t, x, panel, v, dst[q.dstAt(o0, o1, 0)+g*ng+j:], n, q.rowTaps(o1))
			}
		}
	}
}

// span is the taps [lo, hi).
type span struct{ lo, hi int }

// rowTaps are the taps of axis 1 that output row o1 sees of the input; the others
// see padding, and all do where none is left.
func (q *convPass) rowTaps(o1 int) span {
	a := &q.ax[1]
	at := o1*a.stride - a.low
	s := span{0, a.taps}
	for s.lo < s.hi && at+s.lo*a.dil < 0 {
		s.lo++
	}
	for s.lo < s.hi && at+(s.hi-1)*a.dil >= a.src {
		s.hi--
	}
	if s.lo == s.hi {
		return span{0, a.taps}
	}
	return s
}

// tileRow computes one row of outputs for one panel.
func (q *convPass) tileRow(t *tile, x, panel unsafe.Pointer, v view, dst []float32, vectors int, taps span) {
	e, a := tiled, &q.ax
	parts := (a[2].n + e.rows - 1) / e.rows
	lo := 0
	for i := range parts {
		hi := a[2].n * (i + 1) / parts
		t.c = base(dst[lo*a[2].dstStep*q.cd:])
		q.tileTaps(t, at(x, uintptr(lo)*t.aRow), panel, v, taps, e.tiles[hi-lo][vectors])
		lo = hi
	}
}

// tileTaps adds up all taps of one tile: a kernel row at once where its elements
// lie side by side, else tap by tap; rows are segments of one call.
func (q *convPass) tileTaps(t *tile, x, panel unsafe.Pointer, v view, taps span, f func(*byte)) {
	a, kg := &q.ax, q.cs/q.groups
	if a[2].dil == 1 && q.groups == 1 {
		k := a[2].taps * kg
		t.k, t.segs = uintptr(k), uintptr(taps.hi-taps.lo)
		t.aSkip = uintptr((a[1].dil*v.row - k) * 4)
		for i := range a[0].taps {
			t.a, t.b = at(x, uintptr(i*v.plane+taps.lo*a[1].dil*v.row)*4), at(panel, uintptr((i*a[1].taps+taps.lo)*k)*t.bRow)
			t.flags = q.tileFlags(i == 0, i == a[0].taps-1)
			t.run(f)
		}
		return
	}
	t.k, t.segs = uintptr(kg), uintptr(a[2].taps)
	t.aSkip = uintptr((a[2].dil*q.cs - kg) * 4)
	for i := range a[0].taps {
		for j := range a[1].taps {
			r := i*a[1].taps + j
			t.a = at(x, uintptr(i*v.plane+j*a[1].dil*v.row)*4)
			t.b = at(panel, uintptr(r*a[2].taps*kg)*t.bRow)
			t.flags = q.tileFlags(r == 0, r == a[0].taps*a[1].taps-1)
			t.run(f)
		}
	}
}

func (q *convPass) tileFlags(first, last bool) (f uintptr) {
	if !first {
		f |= tileAccumulate
	}
	if last && q.bias != nil {
		f |= tileBias
	}
	if last && q.act == ReluAct {
		f |= tileRelu
	}
	return f
}
