package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// pairChunks is how many chunks the hidden units of a pair of layers are cut into. It may not
// depend on the threads: the result's sums do on it.
const pairChunks = 2

// pairPass is what both ways through a pair of layers have in common.
type pairPass struct {
	p                     *program
	batch, in, units, out int
	x, w1, w2             *ref
	h                     *ref // the hidden values
	chunks                [pairChunks]pairChunk
	work                  int // multiply-adds
	part                  func(i, thread int)

	// What the chunks' parts add up to, and those of all but the first; nil: nothing.
	total, parts *ref
}

// pairChunk is hidden units [lo, hi) and their products, which one thread does.
type pairChunk struct {
	lo, hi   int
	pool     *kernel.Pool
	products []kernel.Gemm
}

func (c *compiler) pairPass(x matrix, w1, w2, h value) *pairPass {
	f := &pairPass{p: c.p, batch: x.v.Shape[0], in: w1.Shape[0], units: w1.Shape[1], out: w2.Shape[1],
		x: c.span(x.v), w1: c.ref(w1), w2: c.ref(w2), h: c.ref(h)}
	for i := range f.chunks {
		lo, hi := kernel.WeightColumns(f.units, i, pairChunks)
		f.chunks[i] = pairChunk{lo: lo, hi: hi, pool: kernel.NewPool(1)}
	}
	return f
}

// addUp makes total the sum of the chunks' parts and returns the room that they take.
func (f *pairPass) addUp(c *compiler, total value) value {
	parts := c.temp(vectorType((pairChunks - 1) * total.Shape.Size()))
	f.total, f.parts = c.ref(total), c.ref(parts)
	return parts
}

// products gives each chunk its products, which of makes for so many units.
func (f *pairPass) products(precision kernel.Precision, of func(units int) []kernel.Gemm) {
	for i := range f.chunks {
		q := &f.chunks[i]
		q.products = of(q.hi - q.lo)
		for j := range q.products {
			q.products[j].Precision = precision
		}
	}
}

func (f *pairPass) name(op graph.Op) string {
	return fmt.Sprintf("%v (%d, %d, %d, %d)", op, f.batch, f.in, f.units, f.out)
}

// hidden is a chunk's part of values of the hidden units, which lie chunk by chunk.
func (f *pairPass) hidden(q *pairChunk, of *ref) []float32 {
	return of.f32()[f.batch*q.lo : f.batch*q.hi]
}

// rows is a chunk's part of the second layer's weights or their gradient.
func (f *pairPass) rows(q *pairChunk, of *ref) []float32 { return of.f32()[q.lo*f.out : q.hi*f.out] }

// sum is where chunk i puts its part of the total.
func (f *pairPass) sum(i int) []float32 {
	if i == 0 {
		return f.total.f32()
	}
	return f.parts.f32()[(i-1)*f.total.n : i*f.total.n]
}

// run does the chunks and adds up their parts.
func (f *pairPass) run() {
	f.p.pool.RunWork(pairChunks, f.work, f.part)
	if f.total == nil {
		return
	}
	y := f.total.f32()
	for i := 1; i < pairChunks; i++ {
		kernel.Binary(kernel.Add, y, y, f.sum(i))
	}
}

// run does a product of the chunk.
func (q *pairChunk) run(i int, a, b, c []float32) {
	g := &q.products[i]
	g.A, g.B, g.C = a, b, c
	g.Run(q.pool)
}
