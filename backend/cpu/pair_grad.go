package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// pairBack is what the way back of a pair of layers reads and writes.
type pairBack struct {
	*pairPass
	dy, dh        *ref
	dw1, db1, dw2 *ref
}

// layerPairGrad emits the way back.
func (s *scope) layerPairGrad(op layerPairGrad, n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	x, w1, w2, h, dy := c.matrix(in[0], false), c.dense(in[1]), c.dense(in[2]), c.dense(in[3]), c.dense(in[4])
	out := make([]value, len(n.Results))
	for i, t := range n.Results {
		out[i] = c.temp(t)
	}
	dh := c.temp(h.Type)
	writes := append([]value{dh}, out...)
	f := &pairBack{pairPass: c.pairPass(x, w1, w2, h), dy: c.ref(dy), dh: c.ref(dh),
		dw1: c.ref(out[pairDW1]), db1: c.ref(out[pairDB1]), dw2: c.ref(out[pairDW2])}
	f.work = f.batch * f.units * (f.in + 2*f.out)
	if op.dx {
		f.work += f.batch * f.units * f.in
		writes = append(writes, f.addUp(c, out[pairDX]))
	}
	f.products(op.precision, func(units int) []kernel.Gemm {
		return []kernel.Gemm{
			{M: units, N: f.out, K: f.batch, TransA: true},
			{M: f.batch, N: units, K: f.out, TransB: true},
			{M: f.in, N: units, K: f.batch, TransA: !x.trans, LDA: x.ld, LDC: f.units},
			{M: f.batch, N: f.in, K: units, TransB: true, LDB: f.units},
		}
	})
	f.part = f.chunk
	c.emit(f.name(op), f.run, writes, []value{x.v, w1, w2, h, dy})
	return out
}

// chunk does the way back through chunk i of the hidden units.
func (f *pairBack) chunk(i, _ int) {
	q := &f.chunks[i]
	h, dh := f.hidden(q, f.h), f.hidden(q, f.dh)
	q.run(0, h, f.dy.f32(), f.rows(q, f.dw2))
	q.products[1].Mask = h
	q.run(1, f.dy.f32(), f.rows(q, f.w2), dh)
	kernel.SumCols(f.db1.f32()[q.lo:q.hi], dh, f.batch, q.hi-q.lo)
	q.run(2, f.x.f32(), dh, f.dw1.f32()[q.lo:])
	if f.total != nil { // the gradient by x
		q.run(3, dh, f.w1.f32()[q.lo:], f.sum(i))
	}
}
