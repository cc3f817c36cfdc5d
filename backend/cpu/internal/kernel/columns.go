package kernel

// Columns are reductions down the columns of (m, n) on the threads of a pool:
// blocks of colBlock rows are summed apart and then added up in their order, so
// that the threads do not show in the result. It keeps the blocks' sums between
// runs and serves one goroutine at a time.
type Columns struct {
	parts [][]float32 // per sum: (blocks, n)
	m, n  int
	x, dy []float32
	mean  []float32
	rstd  []float32
	job   func(c *Columns, block, lo, rows int)
	run   func(part, thread int)

	dx, dgamma, dbeta, gamma []float32
}

// columnsSerial is the elements below which one thread is faster. Above it even
// one thread sums in blocks.
const columnsSerial = 32 << 10

// Sum is SumCols on the pool's threads.
func (c *Columns) Sum(p *Pool, dst, x []float32, m, n int) {
	if m <= colBlock || m*n < columnsSerial {
		SumCols(dst, x, m, n)
		return
	}
	c.x = x[:m*n]
	c.blocks(p, m, n, 1, (*Columns).sumBlock)
	SumCols(dst, c.parts[0], c.count(), n)
}

// Moments is ColMoments on the pool's threads.
func (c *Columns) Moments(p *Pool, mean, variance, x []float32, m, n int) {
	if m <= colBlock || m*n < columnsSerial {
		ColMoments(mean, variance, x, m, n)
		return
	}
	mean, variance = mean[:n], variance[:n]
	c.Sum(p, mean, x, m, n)
	BinaryVS(Mul, mean, mean, 1/float32(m))
	c.mean = mean
	c.blocks(p, m, n, 1, (*Columns).squareBlock)
	SumCols(variance, c.parts[0], c.count(), n)
	BinaryVS(Mul, variance, variance, 1/float32(m))
}

// BatchNormGrad is the function of that name on the pool's threads.
func (c *Columns) BatchNormGrad(p *Pool, dx, dgamma, dbeta, dy, x, mean, rstd, gamma []float32, m, n int) {
	if m <= colBlock || m*n < columnsSerial || gamma == nil {
		BatchNormGrad(dx, dgamma, dbeta, dy, x, mean, rstd, gamma, m, n)
		return
	}
	c.x, c.dy, c.mean, c.rstd = x[:m*n], dy[:m*n], mean, rstd
	c.blocks(p, m, n, 2, (*Columns).normBlock)
	SumCols(dgamma, c.parts[0], c.count(), n)
	SumCols(dbeta, c.parts[1], c.count(), n)
	c.dx, c.dgamma, c.dbeta, c.gamma = dx[:m*n], dgamma, dbeta, gamma
	c.job = (*Columns).applyBlock
	p.Run(c.count(), c.run)
}

// count is the number of blocks.
func (c *Columns) count() int { return (c.m + colBlock - 1) / colBlock }

// blocks runs job for every block, with room for sums results each.
func (c *Columns) blocks(p *Pool, m, n, sums int, job func(c *Columns, block, lo, rows int)) {
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

func (c *Columns) squareBlock(block, lo, rows int) {
	squareCols(c.parts[0][block*c.n:(block+1)*c.n], c.x[lo*c.n:], c.mean, rows, c.n)
}

func (c *Columns) normBlock(block, lo, rows int) {
	at := block * c.n
	batchNormSums(c.parts[0][at:at+c.n], c.parts[1][at:at+c.n], c.dy[lo*c.n:], c.x[lo*c.n:], c.mean, c.rstd, rows, c.n)
}

func (c *Columns) applyBlock(_, lo, rows int) {
	batchNormApply(c.dx[lo*c.n:], c.dgamma, c.dbeta, c.dy[lo*c.n:], c.x[lo*c.n:], c.mean, c.rstd, c.gamma, 1/float32(c.m), rows, c.n)
}
