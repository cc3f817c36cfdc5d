package cpu

import "github.com/rhyton/rhyton/backend/cpu/internal/kernel"

// weightSums are the gradients of the kernels and the bias of a layer, one upon the other:
// the sums over all steps and samples of sights times the gates' gradients. A chunk adds
// up block by block of steps, while both lie in the cache.
type weightSums struct {
	layer      *sequence
	sums       *ref // (chunks, inputs, wide)
	blocks     int
	blockSteps int // of the longest
	products   [][2]kernel.Gemm
}

// blockRows is about how many rows a block has: enough for the product to be worth reading
// and writing the sums.
const blockRows = 128

func (c *compiler) weightSums(l *sequence) (weightSums, value) {
	v := c.temp(vectorType(len(l.chunks) * l.sight.inputs * l.wide))
	w := weightSums{layer: l, sums: c.ref(v)}
	steps := max(1, blockRows*len(l.chunks)/l.batch)
	w.blocks = (l.steps + steps - 1) / steps
	w.blockSteps = (l.steps + w.blocks - 1) / w.blocks
	for _, q := range l.chunks {
		var g [2]kernel.Gemm // of the longer blocks and those of a step less
		for i := range g {
			g[i] = kernel.Gemm{M: l.sight.inputs, N: l.wide, K: (w.blockSteps - i) * q.rows, TransA: true, LDA: l.sight.width, Accumulate: true}
		}
		w.products = append(w.products, g)
	}
	return w, v
}

// block is the steps of block i.
func (w *weightSums) block(i int) (lo, hi int) {
	return w.layer.steps * i / w.blocks, w.layer.steps * (i + 1) / w.blocks
}

// of is the sums of chunk i.
func (w *weightSums) of(i int) []float32 {
	n := w.layer.sight.inputs * w.layer.wide
	return w.sums.f32()[i*n : (i+1)*n]
}

func (w *weightSums) clear(i int) { clear(w.of(i)) }

// add adds a block.
func (w *weightSums) add(i int, q *chunk, sights, dz []float32) {
	g := &w.products[i][0]
	if len(dz) < g.K*w.layer.wide {
		g = &w.products[i][1]
	}
	g.A, g.B, g.C = sights, dz, w.of(i)
	w.layer.run(q, g)
}

// total returns a run that sums the chunks' sums up to the gradients of the kernel of the
// state, of the bias, and of the kernel of the inputs.
func (w *weightSums) total(c *compiler, parts ...value) func() {
	l := w.layer
	var runs []func()
	at := 0
	for i, v := range parts {
		n := v.Shape.Size()
		if i == 1 && l.sight.x == l.units {
			continue // there is no bias
		}
		to, from := c.ref(v), at
		runs = append(runs, c.p.spread(n, rowGrain, func(lo, hi int) { w.fold(to.f32()[lo:hi], from+lo) }))
		at += n
	}
	return func() {
		for _, run := range runs {
			run()
		}
	}
}

// fold sums what lies from on in every chunk's sums.
func (w *weightSums) fold(to []float32, from int) {
	copy(to, w.of(0)[from:])
	for i := 1; i < len(w.layer.chunks); i++ {
		kernel.Binary(kernel.Add, to, to, w.of(i)[from:from+len(to)])
	}
}
