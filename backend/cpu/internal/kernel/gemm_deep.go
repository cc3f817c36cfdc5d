package kernel

// deepProduct is AᵀB over many rows of A and B, the gradient of a weight that many rows share,
// as the sum of products over chunks of the rows: a thread reads the rows that it has made and
// will read again, where otherwise every thread reads all. The chunks depend on the sizes
// alone, and so do the bits.
type deepProduct struct {
	of     *Gemm
	chunks [deepChunks]Gemm
	cells  int // of a chunk
	pool   *ThreadPool
	part   func(part, thread int)
	add    func(part, thread int)
}

const (
	deepChunks = 2
	// deepRows is the least rows of A and B that are cut. There must be many for each row and
	// column of C too, for the results of the chunks are added.
	deepRows, deepRatio = 1024, 4
	// deepGrain is the elements of C that are added at a time.
	deepGrain = 8192
)

// deep is how g is done in chunks, nil if it is not.
func (g *Gemm) deep() *deepProduct {
	t := &g.plan
	if t.generic || t.dots || t.swap || !g.TransA || g.TransB || g.products() != 1 || g.Packed != nil || g.Act != Identity ||
		g.LDC != g.N || g.K < deepRows || g.K < deepRatio*max(g.M, g.N) || g.M*g.N*g.K < gemmSerial {
		return nil
	}
	d := &deepProduct{of: g}
	d.part, d.add = d.chunk, d.addPart
	for i := range d.chunks {
		lo, hi := share(g.K, i, deepChunks, 1)
		d.chunks[i] = Gemm{M: g.M, N: g.N, K: hi - lo, TransA: true, LDA: g.LDA, LDB: g.LDB, LDC: g.LDC, Precision: g.Precision}
		d.chunks[i].Prepare()
	}
	return d
}

func (d *deepProduct) run(p *ThreadPool) {
	g, size := d.of, d.of.M*d.of.N
	p.sums = grow(p.sums, (deepChunks-1)*size)
	for i := range d.chunks {
		c := &d.chunks[i]
		if d.pool != p {
			c.plan.split(ceilDiv(p.threads, deepChunks), 1)
			d.cells = c.plan.mParts * c.plan.nParts
		}
		row, _ := share(g.K, i, deepChunks, 1)
		c.A, c.B, c.C, c.Accumulate = g.A[row*g.LDA:], g.B[row*g.LDB:], g.C, g.Accumulate
		if i > 0 {
			c.C, c.Accumulate = p.sums[(i-1)*size:i*size], false
		}
		c.check()
	}
	d.pool = p
	p.RunWork(deepChunks*d.cells, size*g.K, d.part)
	p.Run(ceilDiv(size, deepGrain), d.add)
	if g.Bias != nil || g.Mask != nil {
		g.finish(0, 0, g.M, 0, g.N, true)
	}
}

func (d *deepProduct) chunk(part, thread int) {
	d.chunks[part/d.cells].cell(d.pool.scratch[thread], part%d.cells)
}

// addPart adds up some elements of the chunks' results.
func (d *deepProduct) addPart(part, _ int) {
	size := d.of.M * d.of.N
	lo, hi := part*deepGrain, min((part+1)*deepGrain, size)
	for i := range deepChunks - 1 {
		Binary(Add, d.of.C[lo:hi], d.of.C[lo:hi], d.pool.sums[i*size+lo:i*size+hi])
	}
}
