package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// lstmPass is what the steps of a projectedLSTM read and write.
type lstmPass struct {
	*sequence
	products    []kernel.Gemm // of the chunks
	x, hs       series        // hs is not there if nobody reads it
	h0, c0      *ref          // nil: zeros
	h, c        *ref
	gates, seen store
}

// projectedLSTM emits the layer.
func (s *scope) projectedLSTM(op projectedLSTM, n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	x, read := c.series(in[0])
	last := len(in) - 3
	k, w := c.dense(in[last]), c.dense(in[1])
	weights := []value{k, w}
	if op.bias {
		weights = []value{k, c.dense(in[2]), w}
	}
	reads := append([]value{read}, weights...)
	f := &lstmPass{x: x, h0: c.denseOrZero(in[last+1], &reads), c0: c.denseOrZero(in[last+2], &reads)}
	out, writes, hs := s.results(n)
	f.sequence = c.sequence(n.Results[0].Shape, op.reverse, lstmSight(k.Shape[0], x.width, op.bias))
	f.hs, f.h, f.c, f.gates, f.seen = hs, c.ref(out[1]), c.ref(out[2]), c.stored(out[3]), c.stored(out[4])
	packed := kernel.NewPackedB(f.sight.inputs, f.wide)
	for _, q := range f.chunks {
		f.products = append(f.products, kernel.Gemm{M: q.rows, N: f.wide, K: f.sight.inputs, LDA: f.sight.width, Packed: packed})
	}
	lay, run := c.upon(packed, weights), f.over(f.forward)
	c.emit(op.String()+" "+read.Shape.String(), func() { lay(); run() }, writes, reads)
	return out
}

// upon returns what lays weights of the width of to out one upon the other, if they may have
// changed.
func (c *compiler) upon(to *kernel.PackedB, weights []value) func() {
	stale := c.stale(weights...)
	var refs []*ref
	for _, v := range weights {
		refs = append(refs, c.ref(v))
	}
	width := weights[0].Shape[1]
	return func() {
		if !stale() {
			return
		}
		at := 0
		for _, r := range refs {
			to.RepackRows(at, r.n/width, r.f32(), width)
			at += r.n / width
		}
	}
}

// forward takes a chunk through all steps.
func (f *lstmPass) forward(i int, q *chunk) {
	s, g := f.sight, &f.products[i]
	now := f.seen.of(q, 0)
	f.begin(q, now, s.width, f.h0)
	f.begin(q, now[s.cell:], s.width, f.c0)
	for k := range f.steps {
		t := f.time(k)
		next, z := f.seen.of(q, k+1), f.gates.of(q, k)
		f.see(q, now, f.x, t)
		g.A, g.C = now, z
		f.run(q, g)
		kernel.LSTMForward(next, next[s.cell:], z, now[s.cell:], q.rows, f.units, s.width)
		if f.hs.at != nil {
			f.hs.give(next, s.width, t, q.lo, q.rows)
		}
		now = next
	}
	f.end(q, f.h, now, s.width)
	f.end(q, f.c, now[s.cell:], s.width)
}
