package cpu

import (
	"fmt"
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

// adam emits a step of Adam for the weight of n, and with it for all others that are small
// and have the same settings: one pass, one handing over to the threads. The results stand in
// the place of the operands where the plan can put them there.
func (s *scope) adam(op fused.Adam, n *graph.Node) {
	c := s.c
	nodes := s.joined(op, n)
	rate := s.value(n.In[4])
	u := &update{rate: c.span(rate), config: kernel.AdamConfig{Beta1: op.Beta1, Beta2: op.Beta2, Epsilon: float32(op.Epsilon)}}
	reads, writes, olds := []value{rate}, []value{}, []value{}
	for _, n := range nodes {
		in := s.operands(n)
		w, g, m, v := c.dense(in[0]), c.dense(in[1]), c.dense(in[2]), c.dense(in[3])
		out := []value{c.temp(w.Type), c.temp(m.Type), c.temp(v.Type)}
		u.add(c, g, []value{w, m, v}, out)
		reads, writes, olds = append(reads, w, g, m, v), append(writes, out...), append(olds, w, m, v)
		s.set(n, out[0])
		s.tuples[n] = out
	}
	name := "adam " + n.Type.String()
	if len(nodes) > 1 {
		name = fmt.Sprintf("adam of %d weights, %d elements", len(nodes), u.total)
	}
	run := u.runner(c.p)
	if op, ok := n.In[1].Op.(gemm); ok && op.TransA && len(nodes) == 1 && n.Rank() == 2 {
		run = u.byColumns(c.p, n.Shape[0], n.Shape[1], run)
	}
	c.emit(name, run, writes, reads)
	for i, v := range writes {
		c.mayOverwrite(v, olds[i])
	}
}

// joined is n and the steps of Adam that are done with it.
func (s *scope) joined(op fused.Adam, n *graph.Node) []*graph.Node {
	nodes := []*graph.Node{n}
	if s.early == nil || n.Shape.Size() >= s.c.large {
		return nodes
	}
	for _, m := range s.g.Nodes[n.ID+1:] {
		if m.Op == op && m.In[4] == n.In[4] && m.Shape.Size() < s.c.large && s.uses[m.ID] > 0 && !s.done(m) && s.early.near(m) {
			nodes = append(nodes, m)
		}
	}
	return nodes
}

// update is a step of Adam for some weights, one after the other.
type update struct {
	config kernel.AdamConfig
	rate   *ref
	parts  []updatePart
	total  int // elements
}

// updatePart is the operands for one weight; elements from lo on are its. The kernel works in
// place: values that have to keep the old ones are copied first.
type updatePart struct {
	lo, n    int
	grad     *ref
	old, new [3]*ref // weight and moments
}

func (u *update) add(c *compiler, grad value, old, new []value) {
	p := updatePart{lo: u.total, n: grad.Shape.Size(), grad: c.ref(grad)}
	for i := range p.old {
		p.old[i], p.new[i] = c.ref(old[i]), c.ref(new[i])
	}
	u.parts = append(u.parts, p)
	u.total += p.n
}

// runner returns the instruction.
func (u *update) runner(p *program) func() {
	grain := optimizerGrain
	if u.total <= optimizerSerial { // halves: each thread finds there what it computed of the gradient
		grain = max(optimizerNear, (u.total+1)/2)
	}
	shared := p.spread(u.total, grain, u.do)
	return func() {
		u.config.Rate = u.rate.f32()[0]
		if u.total > optimizerNear && (u.total > optimizerSerial || p.pool.Near()) {
			shared()
		} else {
			u.do(0, u.total)
		}
	}
}

// byColumns returns the instruction for a matrix (m, n) whose gradient is a product: where
// each thread has columns of it there, it has them here. otherwise is for where it has not.
func (u *update) byColumns(p *program, m, n int, otherwise func()) func() {
	part := func(i, _ int) {
		lo, hi := kernel.WeightColumns(n, i, p.pool.Threads())
		for row := range m {
			u.do(row*n+lo, row*n+hi)
		}
	}
	return func() {
		if !kernel.ByColumns(m, n, p.pool.Threads()) {
			otherwise()
			return
		}
		u.config.Rate = u.rate.f32()[0]
		p.pool.Run(p.pool.Threads(), part)
	}
}

// do updates elements [lo, hi).
func (u *update) do(lo, hi int) {
	for i := range u.parts {
		p := &u.parts[i]
		if from, to := max(lo-p.lo, 0), min(hi-p.lo, p.n); from < to {
			p.bring(from, to)
			kernel.Adam(p.new[0].f32()[from:to], p.grad.f32()[from:to], p.new[1].f32()[from:to], p.new[2].f32()[from:to], u.config)
		}
	}
}

func (p *updatePart) bring(lo, hi int) {
	for i, r := range p.old {
		if from, to := r.pointer(), p.new[i].pointer(); from != to {
			copy(unsafe.Slice((*float32)(unsafe.Add(to, lo*4)), hi-lo), unsafe.Slice((*float32)(unsafe.Add(from, lo*4)), hi-lo))
		}
	}
}
