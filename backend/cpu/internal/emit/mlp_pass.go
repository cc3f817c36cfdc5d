package emit

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// mlpChunks is how many chunks the hidden units are cut into. It must not depend on the
// number of threads, for the order of sums depends on it.
const mlpChunks = 2

// mlpPass is what the forward and backward pass through two dense layers have in common.
type mlpPass struct {
	p                     *plan.Program
	batch, in, units, out int
	x, w1, w2             *plan.Ref
	h                     *plan.Ref // the hidden values
	chunks                [mlpChunks]hiddenChunk
	work                  int // multiply-adds
	part                  func(i, thread int)

	// The sum of the chunks' parts, and the parts of all chunks but the first; nil: none.
	total, parts *plan.Ref
}

// hiddenChunk is hidden units [lo, hi) and their products, which one thread computes.
type hiddenChunk struct {
	lo, hi   int
	threads  *kernel.ThreadPool
	products []kernel.Gemm
}

func (c *compiler) mlpPass(x matrix, w1, w2, h plan.Value) *mlpPass {
	f := &mlpPass{p: c.Program, batch: x.v.Shape[0], in: w1.Shape[0], units: w1.Shape[1], out: w2.Shape[1],
		x: c.Span(x.v), w1: c.Ref(w1), w2: c.Ref(w2), h: c.Ref(h)}
	for i := range f.chunks {
		lo, hi := kernel.WeightColumns(f.units, i, mlpChunks)
		f.chunks[i] = hiddenChunk{lo: lo, hi: hi, threads: kernel.NewThreadPool(1)}
	}
	return f
}

// addUp makes total the sum of the chunks' parts and returns the memory for those.
func (f *mlpPass) addUp(c *compiler, total plan.Value) plan.Value {
	parts := c.Temp(native.Vector((mlpChunks - 1) * total.Shape.Size()))
	f.total, f.parts = c.Ref(total), c.Ref(parts)
	return parts
}

// products gives each chunk its products, which of makes for so many units.
func (f *mlpPass) products(precision kernel.Precision, of func(units int) []kernel.Gemm) {
	for i := range f.chunks {
		q := &f.chunks[i]
		q.products = of(q.hi - q.lo)
		for j := range q.products {
			q.products[j].Precision = precision
		}
	}
}

func (f *mlpPass) name(op graph.Op) string {
	return fmt.Sprintf("%v (%d, %d, %d, %d)", op, f.batch, f.in, f.units, f.out)
}

// hidden is a chunk's part of values of the hidden units, which lie chunk by chunk.
func (f *mlpPass) hidden(q *hiddenChunk, of *plan.Ref) []float32 {
	return of.F32()[f.batch*q.lo : f.batch*q.hi]
}

// rows is a chunk's part of the second layer's weights or their gradient.
func (f *mlpPass) rows(q *hiddenChunk, of *plan.Ref) []float32 {
	return of.F32()[q.lo*f.out : q.hi*f.out]
}

// sum is where chunk i puts its part of the total.
func (f *mlpPass) sum(i int) []float32 {
	if i == 0 {
		return f.total.F32()
	}
	return f.parts.F32()[(i-1)*f.total.N : i*f.total.N]
}

// run computes the chunks and adds up their parts.
func (f *mlpPass) run() {
	f.p.Threads.RunWork(mlpChunks, f.work, f.part)
	if f.total == nil {
		return
	}
	y := f.total.F32()
	for i := 1; i < mlpChunks; i++ {
		kernel.Binary(kernel.Add, y, y, f.sum(i))
	}
}

// run computes product i of the chunk.
func (q *hiddenChunk) run(i int, a, b, c []float32) {
	g := &q.products[i]
	g.A, g.B, g.C = a, b, c
	g.Run(q.threads)
}
