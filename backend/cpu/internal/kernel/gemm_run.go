package kernel

type gemmPlan struct {
	ready bool
	part  func(part, thread int)
}

const gemmRows = 64

func (g *Gemm) prepare() {
	blocks := (g.M + gemmRows - 1) / gemmRows
	g.plan.part = func(part, _ int) {
		lo := part % blocks * gemmRows
		g.runGeneric(part/blocks, lo, min(lo+gemmRows, g.M))
	}
	g.plan.ready = true
}

func (g *Gemm) run(p *Pool) {
	p.Run(g.Batch*((g.M+gemmRows-1)/gemmRows), g.plan.part)
}

// PackedB is a right-hand operand laid out for the kernels, for weights that
// are used many times.
type PackedB struct {
	k, n int
	data []float32
}

// PackB lays out op(B) (k, n); ldb 0 means dense. Pack again into the same
// PackedB with Repack when the weights changed.
func PackB(b []float32, k, n, ldb int, trans bool) *PackedB {
	p := &PackedB{k: k, n: n, data: alignedFloats(k * n)}
	p.Repack(b, ldb, trans)
	return p
}

// Repack lays out new values of the same shape.
func (p *PackedB) Repack(b []float32, ldb int, trans bool) {
	ldb = denseLD(ldb, trans, p.k, p.n)
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
