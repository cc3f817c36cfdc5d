package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// gru emits the layer with the reset gate after the product.
func (s *scope) gru(op fused.GRU, n *graph.Node) []plan.Value {
	c := s.c
	in := s.denseOperands(n)
	hs, gates, yh := c.Temp(n.Results[0]), c.Temp(n.Results[2]), c.Temp(n.Results[3])
	r := c.recurrent(gates.Type, in[3].Shape[1], op.Reverse, in[1])
	r.bias = c.Ref(in[2])
	product := c.Temp(graph.Type{DType: graph.Float32, Shape: gates.Shape[1:]})
	x, h0, h, g, last, y := c.Ref(in[0]), c.Ref(in[3]), c.Ref(hs), c.Ref(gates), c.Ref(yh), c.Ref(product)
	u := r.units
	r.do = func(l *rnnWorker, lo, hi int) {
		b := y.F32()[lo*r.gates : hi*r.gates]
		for k := range r.steps {
			t, _ := r.step(k)
			prev := r.previous(h, h0, k, lo, hi)
			r.product(l, b, prev)
			third(r.at(last, t, u, lo, hi), b, u, false)
			kernel.GRUForward(r.at(h, t, u, lo, hi), r.at(g, t, r.gates, lo, hi), r.at(x, t, r.gates, lo, hi), b, prev, hi-lo, u)
		}
	}
	c.Emit("gru "+gates.Shape.String(), r.run, []plan.Value{hs, gates, yh, product}, in)
	c.MayOverwrite(gates, in[0])
	return []plan.Value{hs, r.last(hs), gates, yh}
}

// third copies the last third of rows of y (rows, 3u) to yh (rows, u), or back.
func third(yh, y []float32, u int, back bool) {
	for i := 0; i < len(yh); i += u {
		row := y[3*i+2*u : 3*i+3*u]
		if back {
			copy(row, yh[i:i+u])
		} else {
			copy(yh[i:i+u], row)
		}
	}
}

// gruGrad emits the gradient of the layer.
func (s *scope) gruGrad(op fused.GRUGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	for i, v := range in[:5] {
		in[i] = c.dense(v)
	}
	reads := append([]plan.Value{}, in[:5]...)
	dhs, dhLast := c.denseOrZero(in[5], &reads), c.denseOrZero(in[6], &reads)
	dx, dk, db, dh := c.Temp(n.Results[0]), c.Temp(n.Results[1]), c.Temp(n.Results[2]), c.Temp(n.Results[3])
	dy := c.Temp(dx.Type)
	product := c.Temp(graph.Type{DType: graph.Float32, Shape: dx.Shape[1:]})
	r := c.recurrent(dx.Type, in[1].Shape[1], op.Reverse, in[0])
	r.backward = true
	u := r.units
	h0, h, g, last, y := c.Ref(in[1]), c.Ref(in[2]), c.Ref(in[3]), c.Ref(in[4]), c.Ref(product)
	dxr, dyr, dhr, dbr := c.Ref(dx), c.Ref(dy), c.Ref(dh), c.Ref(db)
	r.do = func(l *rnnWorker, lo, hi int) {
		a, b := dhr.F32()[lo*u:hi*u], y.F32()[lo*r.gates:hi*r.gates]
		r.begin(a, dhLast, lo, hi)
		for k := r.steps - 1; k >= 0; k-- {
			t, _ := r.step(k)
			r.addStep(a, dhs, t, lo, hi)
			third(r.at(last, t, u, lo, hi), b, u, true)
			d := r.at(dyr, t, r.gates, lo, hi)
			kernel.GRUBackward(r.at(dxr, t, r.gates, lo, hi), d, a, a, r.at(g, t, r.gates, lo, hi), b, r.previous(h, h0, k, lo, hi), hi-lo, u)
			r.product(l, a, d)
		}
	}
	weights, cols, p := r.kernelGrad(c.Ref(dk), h, h0, dyr), &kernel.Columns{}, c.Program
	out := []plan.Value{dx, dk, db, dh}
	c.Emit("gru_grad "+dx.Shape.String(), func() {
		r.run()
		weights()
		cols.Sum(p.Threads, dbr.F32(), dyr.F32(), r.steps*r.batch, r.gates)
	}, append([]plan.Value{dx, dk, db, dh, dy}, product), reads)
	c.MayOverwrite(dx, in[3])
	return out
}
