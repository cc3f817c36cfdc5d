package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// lstm emits the layer. The gates overwrite the projected inputs if those are not needed any
// more.
func (s *scope) lstm(op fused.LSTM, n *graph.Node) []plan.Value {
	c := s.c
	in := s.denseOperands(n)
	hs, gates, cs := c.Temp(n.Results[0]), c.Temp(n.Results[3]), c.Temp(n.Results[4])
	c.copy(gates, in[0])
	r := c.recurrent(gates.Type, in[2].Shape[1], op.Reverse, in[1])
	g, h, cell, h0, c0 := c.Ref(gates), c.Ref(hs), c.Ref(cs), c.Ref(in[2]), c.Ref(in[3])
	u := r.units
	r.do = func(l *rnnWorker, lo, hi int) {
		for k := range r.steps {
			t, _ := r.step(k)
			z := r.at(g, t, r.gates, lo, hi)
			r.product(l, z, r.previous(h, h0, k, lo, hi))
			kernel.LSTMForward(r.at(h, t, u, lo, hi), r.at(cell, t, u, lo, hi), z, r.previous(cell, c0, k, lo, hi), hi-lo, u, u)
		}
	}
	c.Emit("lstm "+gates.Shape.String(), r.run, []plan.Value{hs, gates, cs}, append(in[1:], gates))
	return []plan.Value{hs, r.last(hs), r.last(cs), gates, cs}
}

// lstmGrad emits the gradient of the layer. The gradients of the projected inputs overwrite
// the gates if those are not needed any more.
func (s *scope) lstmGrad(op fused.LSTMGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	for i, v := range in[:6] {
		in[i] = c.dense(v)
	}
	reads := append([]plan.Value{}, in[:6]...)
	dhs, dhLast, dcLast := c.denseOrZero(in[6], &reads), c.denseOrZero(in[7], &reads), c.denseOrZero(in[8], &reads)
	dz, dk, dh, dc := c.Temp(n.Results[0]), c.Temp(n.Results[1]), c.Temp(n.Results[2]), c.Temp(n.Results[3])
	r := c.recurrent(dz.Type, in[1].Shape[1], op.Reverse, in[0])
	r.backward = true
	u := r.units
	h0, c0, h, g, cell := c.Ref(in[1]), c.Ref(in[2]), c.Ref(in[3]), c.Ref(in[4]), c.Ref(in[5])
	z, dhr, dcr := c.Ref(dz), c.Ref(dh), c.Ref(dc)
	r.do = func(l *rnnWorker, lo, hi int) {
		a, b := dhr.F32()[lo*u:hi*u], dcr.F32()[lo*u:hi*u]
		r.begin(a, dhLast, lo, hi)
		r.begin(b, dcLast, lo, hi)
		for k := r.steps - 1; k >= 0; k-- {
			t, _ := r.step(k)
			r.addStep(a, dhs, t, lo, hi)
			d := r.at(z, t, r.gates, lo, hi)
			kernel.LSTMBackward(d, b, a, r.at(g, t, r.gates, lo, hi), r.at(cell, t, u, lo, hi), r.previous(cell, c0, k, lo, hi), hi-lo, u, u)
			clear(a)
			r.product(l, a, d)
		}
	}
	weights := r.kernelGrad(c.Ref(dk), h, h0, z)
	out := []plan.Value{dz, dk, dh, dc}
	c.Emit("lstm_grad "+dz.Shape.String(), func() {
		r.run()
		weights()
	}, out, reads)
	c.MayOverwrite(dz, in[4])
	return out
}
