package kernel

// Sums are values of a Program whose sums are wanted, over the middle axis of (Outer, K, Inner),
// all the elements: a block is added up while it lies in the L1 cache. The order of additions
// depends on the sizes alone. Inner is 1 or at least 16.
type Sums struct {
	Of              []Ref // registers or outputs
	Outer, K, Inner int
	Out             [][]float32 // (Outer, Inner) each

	chunks  int         // of K
	partial [][]float32 // (Outer, chunks, Inner) each, if there are several
	part    func(part, thread int)
	parts   int
}

// small reports whether a block holds whole sums.
func (s *Sums) small() bool { return s.K*s.Inner <= programBlock }

func (q *Program) prepareSums() {
	s := &q.Sums
	s.chunks = 1
	if s.small() {
		group := max(1, programGrain/(s.K*s.Inner))
		s.parts = ceilDiv(s.Outer, group)
		s.part = func(part, thread int) {
			q.smallSums(part*group, min((part+1)*group, s.Outer), q.plan.pool.scratch[thread])
		}
		return
	}
	s.chunks = ceilDiv(s.K, max(8, programGrain/s.Inner)) // of 8 rows at least: the sums of a chunk are few beside it
	s.parts = s.Outer * s.chunks
	if s.chunks > 1 {
		for range s.Of {
			s.partial = append(s.partial, make([]float32, s.parts*s.Inner))
		}
	}
	s.part = func(part, thread int) { q.chunkSums(part, q.plan.pool.scratch[thread]) }
}

// runSums is Run for a program with sums.
func (q *Program) runSums(p *ThreadPool) {
	s := &q.Sums
	q.plan.pool = p
	if q.plan.cost*float64(q.N) < programSerial {
		for i := range s.parts {
			s.part(i, 0)
		}
	} else {
		p.Run(s.parts, s.part)
	}
	for i, x := range s.partial {
		SumAxis(s.Out[i], x, s.Outer, s.chunks, s.Inner)
	}
}

// smallSums does the sums [lo, hi) of Outer, several to a block.
func (q *Program) smallSums(lo, hi int, s *scratch) {
	size := q.Sums.K * q.Sums.Inner
	step := programBlock / size
	at := q.bindFixed(s, min((hi-lo)*size, programBlock))
	for ; lo < hi; lo += step {
		n := min(step, hi-lo)
		q.block(at, lo*size, n*size, s)
		for i, r := range q.Sums.Of {
			out, x := q.Sums.Out[i][lo*q.Sums.Inner:(lo+n)*q.Sums.Inner], slice(at[q.place(r)], n*size)
			SumAxis(out, x, n, q.Sums.K, q.Sums.Inner)
		}
	}
}

// chunkSums adds up one chunk of K for one of Outer, a block of rows or of a row at a time.
func (q *Program) chunkSums(part int, s *scratch) {
	z := &q.Sums
	outs := z.Out
	if z.chunks > 1 {
		outs = z.partial
	}
	from, to := share(z.K, part%z.chunks, z.chunks, 1)
	first := part / z.chunks * z.K * z.Inner
	for _, out := range outs {
		clear(out[part*z.Inner : (part+1)*z.Inner])
	}
	at := q.bindFixed(s, programBlock)
	cols := min(z.Inner, programBlock)
	rows := programBlock / cols
	for row := from; row < to; row += rows {
		m := min(rows, to-row)
		for col := 0; col < z.Inner; col += cols {
			n := min(cols, z.Inner-col)
			q.block(at, first+row*z.Inner+col, m*n, s)
			for i, r := range z.Of {
				addRows(outs[i][part*z.Inner+col:][:n], slice(at[q.place(r)], m*n), m, n)
			}
		}
	}
}

// addRows adds the m rows of x (m, n) to dst.
func addRows(dst, x []float32, m, n int) {
	switch {
	case n == 1:
		dst[0] += Sum(x)
	case m == 1:
		Binary(Add, dst, dst, x)
	case table.sumCols != nil:
		table.sumCols(&dst[0], &x[0], m, n, uintptr(n)*4)
	default:
		foldCols(dst, x, m, n, add[float32])
	}
}
