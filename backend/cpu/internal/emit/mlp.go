package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// mlpForward is the operands of two dense layers, chunk by chunk of the hidden units.
type mlpForward struct {
	*mlpPass
	b1, b2 *plan.Ref // nil: none
	act    kernel.Activation
}

// mlp emits the two layers.
func (s *scope) mlp(op native.MLP, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	k := op.Second()
	x, w1, w2 := c.matrix(in[0], false), c.dense(in[1]), c.dense(in[k])
	y, h, reads := c.Temp(n.Results[0]), c.Temp(n.Results[1]), []plan.Value{x.v, w1, w2}
	bias := func(has bool, i int) *plan.Ref {
		if !has {
			return nil
		}
		b := c.dense(in[i])
		reads = append(reads, b)
		return c.Ref(b)
	}
	f := &mlpForward{mlpPass: c.mlpPass(x, w1, w2, h), b1: bias(op.Bias1, 2), b2: bias(op.Bias2, k+1), act: op.Act}
	f.work = f.batch * f.units * (f.in + f.out)
	parts := f.addUp(c, y)
	f.products(op.Precision, func(units int) []kernel.Gemm {
		return []kernel.Gemm{
			{M: f.batch, N: units, K: f.in, TransA: x.trans, LDA: x.ld, LDB: f.units, Act: kernel.ReluAct},
			{M: f.batch, N: f.out, K: units},
		}
	})
	f.part = f.chunk
	c.Emit(f.name(op), f.run, []plan.Value{y, h, parts}, reads)
	return []plan.Value{y, h}
}

// chunk computes chunk i of the hidden units. The first chunk adds the bias of y.
func (f *mlpForward) chunk(i, _ int) {
	q := &f.chunks[i]
	h := f.hidden(q, f.h)
	if f.b1 != nil {
		q.products[0].Bias = f.b1.F32()[q.lo:q.hi]
	}
	q.run(0, f.x.F32(), f.w1.F32()[q.lo:], h)
	if f.b2 != nil && i == 0 {
		q.products[1].Bias = f.b2.F32()
	}
	q.run(1, h, f.rows(q, f.w2), f.sum(i))
}

func (f *mlpForward) run() {
	f.mlpPass.run()
	if f.act != kernel.Identity {
		y := f.total.F32()
		kernel.Unary(f.act.Op(), y, y)
	}
}
