package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
)

// weightGrads are the gradients of the stacked kernels and biases of a layer: the sums over all
// steps and samples of step rows times the gates' gradients. A chunk adds up blocks of steps,
// while both are in the cache.
type weightGrads struct {
	layer      *fusedRNN
	sums       *plan.Ref // (chunks, inputs, wide)
	blocks     int
	blockSteps int // of the longest
	panels     []panel
	products   [][][2]kernel.Gemm // of chunk and panel, for blocks of blockSteps and of one less
}

// A panel is a part of the sums: what belongs to some inputs and some gates.
type panel struct{ row, rows, col, cols int }

// A piece is a panel of the totals and its place: columns of a matrix from col on.
type piece struct {
	panel
	to      *plan.Ref
	col, ld int
}

// blockRows is about how many rows a block has: enough to make reading and writing the sums
// worth it.
const blockRows = 128

func (c *compiler) weightGrads(l *fusedRNN, panels ...panel) (weightGrads, plan.Value) {
	v := c.Temp(native.Vector(len(l.chunks) * l.row.Inputs * l.wide))
	w := weightGrads{layer: l, sums: c.Ref(v), panels: panels}
	steps := max(1, (blockRows*len(l.chunks)+l.batch-1)/l.batch)
	w.blocks = (l.steps + steps - 1) / steps
	w.blockSteps = (l.steps + w.blocks - 1) / w.blocks
	for _, q := range l.chunks {
		var products [][2]kernel.Gemm
		for _, p := range panels {
			g := kernel.Gemm{M: p.rows, N: p.cols, TransA: true, LDA: l.row.Width, LDB: l.wide, LDC: l.wide}
			long, short := g, g
			long.K, short.K = w.blockSteps*q.rows, (w.blockSteps-1)*q.rows
			products = append(products, [2]kernel.Gemm{long, short})
		}
		w.products = append(w.products, products)
	}
	return w, v
}

// block is the steps of block i.
func (w *weightGrads) block(i int) (lo, hi int) {
	return w.layer.steps * i / w.blocks, w.layer.steps * (i + 1) / w.blocks
}

// of is the sums of chunk i.
func (w *weightGrads) of(i int) []float32 {
	n := w.layer.row.Inputs * w.layer.wide
	return w.sums.F32()[i*n : (i+1)*n]
}

// add adds a block of steps; the first is the sum itself.
func (w *weightGrads) add(i int, q *chunk, first bool, steps int, rows, d []float32) {
	for j, p := range w.panels {
		g := &w.products[i][j][w.blockSteps-steps]
		g.Accumulate = !first
		g.A, g.B, g.C = rows[p.row:], d[p.col:], w.of(i)[p.row*w.layer.wide+p.col:]
		w.layer.run(q, g)
	}
}

// total returns a function that sums the chunks' sums up to pieces.
func (w *weightGrads) total(c *compiler, pieces []piece) func() {
	rows := 0
	for _, p := range pieces {
		rows += p.rows
	}
	return c.Program.Spread(rows, max(1, plan.RowGrain/w.layer.wide), func(lo, hi int) {
		first := 0 // row of the present piece
		for _, p := range pieces {
			for r := max(lo-first, 0); r < min(hi-first, p.rows); r++ {
				w.fold(p.to.F32()[r*p.ld+p.col:][:p.cols], (p.row+r)*w.layer.wide+p.panel.col)
			}
			first += p.rows
		}
	})
}

// fold adds up what every chunk's sums have from index from on.
func (w *weightGrads) fold(to []float32, from int) {
	copy(to, w.of(0)[from:])
	for i := 1; i < len(w.layer.chunks); i++ {
		kernel.Binary(kernel.Add, to, to, w.of(i)[from:from+len(to)])
	}
}
