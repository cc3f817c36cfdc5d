package kernel

import "unsafe"

// PackedB is a right-hand operand laid out for the kernels, for weights that
// are used many times: panels of panel columns, each (k, panel), or plain (k, n)
// where panel is 0.
type PackedB struct {
	k, n, panel int
	data        []float32
	scratch     *scratch // of packing
}

// PackB lays out op(B) (k, n); ldb 0 means dense. Repack the same PackedB when
// the weights changed.
func PackB(b []float32, k, n, ldb int, trans bool) *PackedB {
	p := NewPackedB(k, n)
	p.Repack(b, ldb, trans)
	return p
}

// NewPackedB is zeros (k, n) laid out.
func NewPackedB(k, n int) *PackedB {
	p := newPackedB(k, n)
	p.data = alignedFloats(p.size())
	return p
}

// newPackedB is a PackedB without memory.
func newPackedB(k, n int) *PackedB {
	p := &PackedB{k: k, n: n}
	if tiled != nil {
		p.panel = tiled.panel()
	}
	return p
}

// size is the floats of memory that p wants.
func (p *PackedB) size() int {
	if p.panel == 0 {
		return p.k * p.n
	}
	return (p.n + p.panel - 1) / p.panel * p.panel * ((p.k + 15) &^ 15)
}

// Repack lays out new values of the same shape.
func (p *PackedB) Repack(b []float32, ldb int, trans bool) {
	ldb = denseLD(ldb, trans, p.k, p.n)
	if trans {
		need(b, 1, 0, p.n, ldb, p.k)
	} else {
		need(b, 1, 0, p.k, ldb, p.n)
	}
	if p.panel == 0 {
		p.repackPlain(b, ldb, trans)
		return
	}
	if p.scratch == nil {
		p.scratch = newScratch()
	}
	row, col := strides(ldb, trans)
	for j := 0; j < p.n && p.k > 0; j += p.panel {
		dst, _ := p.at(0, j)
		tiled.pack(p.scratch, dst, at(base(b), uintptr(j)*col), row, col, p.k, min(p.panel, p.n-j), p.panel)
	}
}

// RepackRows lays out rows [k0, k0+rows) anew, from rows of b that lie ldb apart.
func (p *PackedB) RepackRows(k0, rows int, b []float32, ldb int) {
	if k0 < 0 || rows < 0 || k0+rows > p.k {
		panic("kernel: rows that a packed operand does not have")
	}
	need(b, 1, 0, rows, ldb, p.n)
	if p.panel == 0 {
		for l := range rows {
			copy(p.data[(k0+l)*p.n:(k0+l+1)*p.n], b[l*ldb:])
		}
		return
	}
	for j := 0; j < p.n && rows > 0; j += p.panel {
		dst, _ := p.at(k0, j)
		tiled.pack(p.scratch, dst, at(base(b), uintptr(j)*4), uintptr(ldb)*4, 4, rows, min(p.panel, p.n-j), p.panel)
	}
}

func (p *PackedB) repackPlain(b []float32, ldb int, trans bool) {
	for l := range p.k {
		for j := range p.n {
			if trans {
				p.data[l*p.n+j] = b[j*ldb+l]
			} else {
				p.data[l*p.n+j] = b[l*ldb+j]
			}
		}
	}
}

// at returns the place of (k0, j), j at the start of a panel or in its second
// half, and the distance between rows.
func (p *PackedB) at(k0, j int) (unsafe.Pointer, uintptr) {
	rows := (p.k + 15) &^ 15
	i := j/p.panel*p.panel*rows + k0*p.panel + j%p.panel
	return at(base(p.data), uintptr(i)*4), uintptr(p.panel) * 4
}
