package kernel

// Tuned sizes; measured on Zen 4 and on Granite Rapids.
const (
	gemmDepth     = 384       // k of a packed panel: 48 KiB at 32 columns
	gemmRows      = 252       // rows of a block of A, which stays in the L2 cache
	gemmSerial    = 1_500_000 // multiply-adds, 30 µs, below which one thread does it: two break even at 0.2 to 4 million
	gemmLeast     = 200_000   // likewise where sharing pays, see Sharing
	gemmColumns   = 1 << 16   // weights from which on each thread has columns of them, in the product by them and in their gradient
	gemmMaxDirect = 42        // rows up to which B is read in place
	gemmPart      = 50_000    // multiply-adds of small products that a thread takes at a time
	gemvSerial    = 100_000   // elements of B likewise where there are so few rows of A that memory sets the pace
)

// gemmPlan is what Prepare finds out: the strides in bytes and the split. m, n
// and k may be Gemm's M, N and K with the product turned round.
type gemmPlan struct {
	ready                  bool
	m, n, k                int
	aRow, aCol, bRow, bCol uintptr
	swap                   bool // the operands are B and A
	dots                   bool // one column: a dot product for each row
	packA, packB           bool
	pairs                  bool    // of bfloat16
	engine                 *engine // nil: portable
	depth                  int     // of a k block
	mParts, nParts         int
	grain                  int // products of a part that is not one of several of a product
	part                   func(part, thread int)
	generic                bool
	pool                   *ThreadPool
	alone                  bool         // one thread does it
	eagerOnly              bool         // one thread does it unless small work is shared
	whole                  bool         // one thread needs one block a product
	deep                   *deepProduct // nil unless it is done in chunks of k
}

func (g *Gemm) prepare() {
	t := &g.plan
	t.m, t.n, t.k = g.M, g.N, g.K
	t.aRow, t.aCol = strides(g.LDA, g.TransA)
	t.bRow, t.bCol = strides(g.LDB, g.TransB)
	if t.k == 1 && g.TransB && g.LDB == 1 && g.Packed == nil {
		t.bCol = 4 // a column is as good as a row
	}
	t.generic = tiled == nil || t.k == 0
	t.pairs, t.engine = g.pairs(), tiled
	if t.pairs {
		t.engine = paired
	}
	t.swap, t.dots = g.isWideColumn(), g.isDots()
	if t.swap { // Cᵀ = Bᵀ·A: a row of C is wide
		t.m, t.n = 1, g.M
		t.aRow, t.aCol, t.bRow, t.bCol = t.bCol, t.bRow, t.aCol, t.aRow
	}
	t.depth = g.depth()
	t.packA, t.packB = t.packsA(), t.packsB(g.Packed != nil)
	t.part = g.runPart
	t.ready = true
}

// isColumn reports whether the result is one column, which tiles of float32 do.
func (g *Gemm) isColumn() bool {
	return !g.plan.generic && !g.plan.pairs && g.N == 1 && g.LDC == 1 && g.Packed == nil
}

// isWideColumn reports whether the result is better taken for a row.
func (g *Gemm) isWideColumn() bool { return g.isColumn() && g.TransA && g.Bias == nil }

// isDots reports whether each element of the result is a dot product of two rows in one piece.
func (g *Gemm) isDots() bool { return g.isColumn() && !g.TransA && (g.TransB || g.LDB == 1) }

// packsB reports whether B is packed: where its rows are not in one piece, and where many rows
// of A read rows of B that share places of a cache or are more than it holds.
func (t *gemmPlan) packsB(packed bool) bool {
	switch {
	case t.pairs:
		return true
	case t.generic || packed:
		return false
	}
	return t.bCol != 4 || t.m > gemmMaxDirect && (t.bRow%4096 == 0 || t.k*int(t.bRow) > 1<<20)
}

// packsA reports whether A is packed: where its rows share places of a cache, or are not in one
// piece, and enough tiles read them.
func (t *gemmPlan) packsA() bool {
	switch {
	case t.pairs:
		return true
	case t.generic || t.m <= t.engine.rows/2:
		return false
	}
	lanes := t.engine.lanes
	return t.aRow%2048 == 0 && t.n > 4*lanes || t.aCol != 4 && t.n > 8*lanes
}

// depth cuts k evenly into blocks.
func (g *Gemm) depth() int {
	limit := gemmDepth
	if g.plan.pairs {
		limit = 2 * gemmDepth / g.Precision.products()
	}
	blocks := max(1, (g.K+limit-1)/limit)
	if g.K <= limit*4/3 {
		blocks = 1
	}
	depth := (g.K + blocks - 1) / blocks
	if g.plan.pairs {
		depth = roundTo(depth, 2*pairUnit)
	}
	return depth
}

// strides returns the distances in bytes from row to row and column to column
// of op(X).
func strides(ld int, trans bool) (row, col uintptr) {
	if trans {
		return 4, uintptr(ld) * 4
	}
	return uintptr(ld) * 4, 4
}

// serial reports whether one thread does all products of the batch, and whether it does
// unless small work is shared.
func (t *gemmPlan) serial(threads, batch int) (always, mostly bool) {
	few := t.m <= 4 && batch*t.n*t.k >= gemvSerial
	work := batch * t.m * t.n * t.k
	return threads == 1 || work < gemmLeast && !few, work < gemmSerial && !few
}

// RunWork is Run of parts that are so many multiply-adds in all: the caller does them alone
// where sharing does not pay.
func (p *ThreadPool) RunWork(parts, work int, f func(part, thread int)) {
	if work >= gemmSerial || work >= gemmLeast && p.Eager() {
		p.Run(parts, f)
		return
	}
	for i := range parts {
		f(i, 0)
	}
}

// split chooses the grid of parts. It may depend on the number of threads: no
// element's sum does.
func (t *gemmPlan) split(threads, batch int) {
	t.mParts, t.nParts, t.grain = 1, 1, 1
	if alone, _ := t.serial(threads, batch); alone {
		return
	}
	if batch >= 4*threads {
		t.grain = max(1, min(gemmPart/max(1, t.m*t.n*t.k), batch/(4*threads)))
		return
	}
	want := (threads + batch - 1) / batch
	t.nParts = min(want, max(1, t.n/64))
	if !t.packB && t.m >= 28*want && (t.k*t.n < gemmColumns || t.aCol != 4 && t.m*t.n < gemmColumns) {
		t.nParts = 1 // the rows that a thread writes are those it reads next
	}
	if t.m >= 4*t.n || t.aCol == 4 && t.packA && t.m >= 4*gemmRows/3*want {
		t.nParts = 1 // every thread packs its own rows
	}
	t.mParts = min((want+t.nParts-1)/t.nParts, max(1, t.m/28))
	t.mParts *= rowBlocks(ceilDiv(t.m, t.mParts)) // for a faster thread to take over
}

// rowBlocks is how many blocks of A m rows are.
func rowBlocks(m int) int { return max(1, ceilDiv(m, gemmRows*4/3)) }

func (g *Gemm) run(p *ThreadPool) {
	t := &g.plan
	if t.pool != p {
		t.pool = p
		if t.deep == nil {
			t.deep = g.deep()
		}
		t.split(p.threads, g.products())
		t.alone, t.eagerOnly = t.serial(p.threads, g.products())
		t.whole = !t.generic && !t.dots && t.m <= gemmRows
	}
	if t.deep != nil {
		t.deep.run(p)
		return
	}
	alone := t.alone || t.eagerOnly && !p.Eager()
	if alone && t.whole {
		for i := range g.products() {
			g.block(p.scratch[0], i, 0, t.m, 0, t.n)
		}
		return
	}
	parts := ceilDiv(g.products(), t.grain) * t.mParts * t.nParts
	if parts == 1 || alone {
		for i := range parts {
			g.runPart(i, 0)
		}
		return
	}
	p.Run(parts, t.part)
}

// solo is Prepare for a Gemm that one thread runs, by on.
func (g *Gemm) solo() {
	g.Prepare()
	g.plan.mParts, g.plan.nParts, g.plan.grain = 1, 1, 1
}

// on runs g on the thread whose scratch is s.
func (g *Gemm) on(s *scratch) {
	g.check()
	for i := range g.products() {
		g.cell(s, i)
	}
}

// runPart does one cell of the grid, of one product or of a few small ones.
func (g *Gemm) runPart(part, thread int) { g.cell(g.plan.pool.scratch[thread], part) }

func (g *Gemm) cell(s *scratch, part int) {
	t := &g.plan
	cells := t.mParts * t.nParts
	first, cell := part/cells*t.grain, part%cells
	m0, m1 := share(t.m, cell%t.mParts, t.mParts, t.unit())
	n0, n1 := share(t.n, cell/t.mParts, t.nParts, 32)
	for i := first; i < min(first+t.grain, g.products()); i++ {
		switch {
		case t.generic:
			g.runGeneric(i, m0, m1, n0, n1)
		case t.dots:
			g.runDots(i, m0, m1)
		default:
			g.runBlocks(s, i, m0, m1, n0, n1)
		}
	}
}

// runBlocks does a cell of a product with tiles.
func (g *Gemm) runBlocks(s *scratch, product, m0, m1, n0, n1 int) {
	t := &g.plan
	n := rowBlocks(m1 - m0)
	for i := range n {
		lo, hi := share(m1-m0, i, n, t.unit())
		g.block(s, product, m0+lo, m0+hi, n0, n1)
	}
}

// unit is the rows that a block is a multiple of.
func (t *gemmPlan) unit() int {
	if t.pairs && t.engine.amx {
		return t.engine.rows
	}
	return 1
}

// ByColumns reports whether the threads have columns of a matrix of weights (m, n), those that
// WeightColumns says, in the product x·w and in the gradient by w.
func ByColumns(m, n, threads int) bool {
	return threads > 1 && m*n >= gemmColumns && m < 4*n && n >= 64*threads
}

// WeightColumns is the columns of n that thread i has.
func WeightColumns(n, i, threads int) (lo, hi int) { return share(n, i, threads, 32) }

// share is part i of n split in parts, cut at multiples of unit.
func share(n, i, parts, unit int) (lo, hi int) {
	units := (n + unit - 1) / unit
	return min(n, units*i/parts*unit), min(n, units*(i+1)/parts*unit)
}

// runDots does rows [m0, m1) of a product with one column.
func (g *Gemm) runDots(product, m0, m1 int) {
	fromA, fromB, at := g.place(product)
	at += m0
	c := g.C[at : at+m1-m0]
	a, b := g.A[fromA+m0*g.LDA:], g.B[fromB:]
	if g.Accumulate {
		for i := range c {
			c[i] += Dot(a[i*g.LDA:i*g.LDA+g.K], b[:g.K])
		}
	} else {
		dotRows(c, a, b, m1-m0, g.K, g.LDA, 0)
	}
	if g.Bias != nil {
		BinaryVS(Add, c, c, g.Bias[0])
	}
	if g.Act != Identity {
		Unary(g.Act.Op(), c, c)
	}
	if g.Mask != nil {
		Binary(ReluGrad, c, c, g.Mask[at:])
	}
}
