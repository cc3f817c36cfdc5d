package cpu

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// optimizerGrain is the weights a thread updates at a time, optimizerSerial how many one
// thread updates faster than two do, and optimizerNear how many if they are near.
const (
	optimizerGrain  = 4096
	optimizerSerial = 16384
	optimizerNear   = 4096
)

// adam emits one pass over a weight: gradient, moments and weight are read once. The
// results stand in the place of the operands where the plan can put them there.
func (s *scope) adam(op fused.Adam, n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	w, g, m, v := c.dense(in[0]), c.dense(in[1]), c.dense(in[2]), c.dense(in[3])
	out := []value{c.temp(w.Type), c.temp(m.Type), c.temp(v.Type)}
	u := &update{grad: c.ref(g), rate: c.span(in[4])}
	for i, x := range []value{w, m, v} {
		u.old, u.new = append(u.old, c.ref(x)), append(u.new, c.ref(out[i]))
	}
	cfg := kernel.AdamConfig{Beta1: op.Beta1, Beta2: op.Beta2, Epsilon: float32(op.Epsilon)}
	part := func(lo, hi int) {
		u.bring(lo, hi)
		kernel.Adam(u.new[0].f32()[lo:hi], u.grad.f32()[lo:hi], u.new[1].f32()[lo:hi], u.new[2].f32()[lo:hi], cfg)
	}
	shared, p := c.p.spread(u.grad.n, optimizerGrain, part), c.p
	if u.grad.n <= optimizerSerial { // halves: each thread finds there what it computed of the gradient
		shared = c.p.spread(u.grad.n, max(optimizerNear, (u.grad.n+1)/2), part)
	}
	c.emit("adam "+w.Type.String(), func() {
		cfg.Rate = u.rate.f32()[0]
		if u.grad.n <= optimizerSerial && !p.pool.Near() {
			part(0, u.grad.n)
		} else {
			shared()
		}
	}, out, []value{w, g, m, v, in[4]})
	c.mayOverwrite(out[0], w)
	c.mayOverwrite(out[1], m)
	c.mayOverwrite(out[2], v)
	return out
}

// update is the operands of an optimizer's kernel, which works in place: values that have
// to keep the old ones are copied first.
type update struct {
	grad, rate *ref
	old, new   []*ref
}

func (u *update) bring(lo, hi int) {
	for i, r := range u.old {
		if from, to := r.pointer(), u.new[i].pointer(); from != to {
			copy(unsafe.Slice((*float32)(unsafe.Add(to, lo*4)), hi-lo), unsafe.Slice((*float32)(unsafe.Add(from, lo*4)), hi-lo))
		}
	}
}
