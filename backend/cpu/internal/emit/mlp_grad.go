package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// mlpBackward is the operands of the gradient of two dense layers.
type mlpBackward struct {
	*mlpPass
	dy, dh        *plan.Ref
	dw1, db1, dw2 *plan.Ref
}

// mlpGrad emits the gradients of the two layers.
func (s *scope) mlpGrad(op native.MLPGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	x, w1, w2, h, dy := c.matrix(in[0], false), c.dense(in[1]), c.dense(in[2]), c.dense(in[3]), c.dense(in[4])
	out := make([]plan.Value, len(n.Results))
	for i, t := range n.Results {
		out[i] = c.Temp(t)
	}
	dh := c.Temp(h.Type)
	writes := append([]plan.Value{dh}, out...)
	f := &mlpBackward{mlpPass: c.mlpPass(x, w1, w2, h), dy: c.Ref(dy), dh: c.Ref(dh),
		dw1: c.Ref(out[native.MLPGradW1]), db1: c.Ref(out[native.MLPGradB1]), dw2: c.Ref(out[native.MLPGradW2])}
	f.work = f.batch * f.units * (f.in + 2*f.out)
	if op.DX {
		f.work += f.batch * f.units * f.in
		writes = append(writes, f.addUp(c, out[native.MLPGradX]))
	}
	f.products(op.Precision, func(units int) []kernel.Gemm {
		return []kernel.Gemm{
			{M: units, N: f.out, K: f.batch, TransA: true},
			{M: f.batch, N: units, K: f.out, TransB: true},
			{M: f.in, N: units, K: f.batch, TransA: !x.trans, LDA: x.ld, LDC: f.units},
			{M: f.batch, N: f.in, K: units, TransB: true, LDB: f.units},
		}
	})
	f.part = f.chunk
	c.Emit(f.name(op), f.run, writes, []plan.Value{x.v, w1, w2, h, dy})
	return out
}

// chunk computes the gradients of chunk i of the hidden units.
func (f *mlpBackward) chunk(i, _ int) {
	q := &f.chunks[i]
	h, dh := f.hidden(q, f.h), f.hidden(q, f.dh)
	q.run(0, h, f.dy.F32(), f.rows(q, f.dw2))
	q.products[1].Mask = h
	q.run(1, f.dy.F32(), f.rows(q, f.w2), dh)
	kernel.SumCols(f.db1.F32()[q.lo:q.hi], dh, f.batch, q.hi-q.lo)
	q.run(2, f.x.F32(), dh, f.dw1.F32()[q.lo:])
	if f.total != nil { // the gradient by x
		q.run(3, dh, f.w1.F32()[q.lo:], f.sum(i))
	}
}
