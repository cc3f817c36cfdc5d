package kernel

// Columns are reductions down the columns of (m, n) on the threads of a pool:
// blocks of colBlock rows are summed apart and then added up in their order, so
// that the threads do not show in the result. It keeps the blocks' sums between
// runs and serves one goroutine at a time.
type Columns struct {
	parts [][]float32 // per sum: (blocks, n)
	m, n  int
	x     []float32
	norm  NormGrad
	job   func(c *Columns, block, lo, rows int)
	run   func(part, thread int)
}

// columnsSerial is the elements below which one thread is faster. Above it even
// one thread sums in blocks.
const columnsSerial = 32 << 10

// Sum is SumCols on the pool's threads.
func (c *Columns) Sum(p *ThreadPool, dst, x []float32, m, n int) {
	if m <= colBlock || m*n < columnsSerial {
		SumCols(dst, x, m, n)
		return
	}
	c.x = x[:m*n]
	f := fold(m, n)
	c.blocks(p, m/f, n*f, 1, (*Columns).sumBlock)
	SumCols(dst, c.parts[0], c.count()*f, n)
}

// fold is how many rows of (m, n) count as one longer row, whose sums are several to each
// column: an addition of a short row waits for the one before.
func fold(m, n int) int {
	f := 1
	for n*f < 64 && m%(2*f) == 0 {
		f *= 2
	}
	return f
}

// Moments is ColMoments on the pool's threads, and reads x once: each block has moments of its
// own, which are put together (Chan, Golub, LeVeque, Algorithms for Computing the Sample
// Variance, 1983).
func (c *Columns) Moments(p *ThreadPool, mean, variance, x []float32, m, n int) {
	if m <= colBlock || m*n < columnsSerial {
		ColMoments(mean, variance, x, m, n)
		return
	}
	mean, variance = mean[:n], variance[:n]
	c.x = x[:m*n]
	f := fold(m, n)
	c.blocks(p, m/f, n*f, 3, (*Columns).momentBlock)
	blocks, whole := c.count()*f, c.m/colBlock*f
	SumCols(mean, c.parts[0], blocks, n)
	BinaryVS(Mul, mean, mean, 1/float32(m))
	SumCols(variance, c.parts[1], blocks, n)
	c.between(variance, mean, 0, whole, colBlock)
	c.between(variance, mean, whole, blocks, c.m%colBlock)
	BinaryVS(Mul, variance, variance, 1/float32(m))
}

// between adds the squares of the distances from blocks' means to the mean, rows times each.
func (c *Columns) between(variance, mean []float32, lo, hi, rows int) {
	if lo < hi {
		d := c.parts[0][:len(mean)]
		squareCols(d, c.parts[2][lo*len(mean):], mean, hi-lo, len(mean))
		Axpy(variance, float32(rows), d)
	}
}

// BatchNormGrad is [NormGrad.BatchNorm] on the pool's threads.
func (c *Columns) BatchNormGrad(p *ThreadPool, g NormGrad) {
	m, n := g.M, g.N
	c.norm = g
	if m <= colBlock || m*n < columnsSerial || g.Gamma == nil {
		c.norm.BatchNorm()
		return
	}
	c.blocks(p, m, n, 2, (*Columns).normBlock)
	SumCols(g.DGamma, c.parts[0], c.count(), n)
	SumCols(g.DBeta, c.parts[1], c.count(), n)
	c.job = (*Columns).applyBlock
	p.Run(c.count(), c.run)
}

// count is the number of blocks.
func (c *Columns) count() int { return (c.m + colBlock - 1) / colBlock }

// blocks runs job for every block, with room for sums results each.
func (c *Columns) blocks(p *ThreadPool, m, n, sums int, job func(c *Columns, block, lo, rows int)) {
	c.m, c.n, c.job = m, n, job
	if c.run == nil {
		c.run = func(part, _ int) {
			lo := part * colBlock
			c.job(c, part, lo, min(colBlock, c.m-lo))
		}
	}
	for len(c.parts) < sums {
		c.parts = append(c.parts, nil)
	}
	for i := range sums {
		c.parts[i] = grow(c.parts[i], c.count()*n)
	}
	p.Run(c.count(), c.run)
}

func (c *Columns) sumBlock(block, lo, rows int) {
	SumCols(c.parts[0][block*c.n:(block+1)*c.n], c.x[lo*c.n:], rows, c.n)
}

// momentBlock sets a block's sums, the sums of its squares about its means, and these.
func (c *Columns) momentBlock(block, lo, rows int) {
	at := block * c.n
	sum, squares, mean := c.parts[0][at:at+c.n], c.parts[1][at:at+c.n], c.parts[2][at:at+c.n]
	SumCols(sum, c.x[lo*c.n:], rows, c.n)
	BinaryVS(Mul, mean, sum, 1/float32(rows))
	squareCols(squares, c.x[lo*c.n:], mean, rows, c.n)
}

func (c *Columns) normBlock(block, lo, rows int) {
	at := block * c.n
	c.norm.sums(c.parts[0][at:at+c.n], c.parts[1][at:at+c.n], lo, rows)
}

func (c *Columns) applyBlock(_, lo, rows int) { c.norm.apply(lo, rows) }
