package emit

import (
	"fmt"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// optimizerGrain is the weights a thread updates at a time, optimizerSerial how many one
// thread updates faster than two do, and optimizerLeast how many where sharing small work pays.
const (
	optimizerGrain  = 4096
	optimizerSerial = 16384
	optimizerLeast  = 4096
)

// adam emits a step of Adam for the weight of n, and for all other small weights with the same
// settings: one pass, one dispatch to the threads. The results overwrite the operands where the
// plan allows it.
func (s *scope) adam(op fused.Adam, n *graph.Node) []plan.Value {
	nodes := s.joined(op, n)
	u := s.newUpdate(op, nodes)
	name := "adam " + n.Type.String()
	if len(nodes) > 1 {
		name = fmt.Sprintf("adam of %d weights, %d elements", len(nodes), u.total)
	}
	run := u.runner(s.c.Program)
	if op, ok := n.In[1].Op.(native.Gemm); ok && op.TransA && len(nodes) == 1 && n.Rank() == 2 {
		run = u.byColumns(s.c.Program, n.Shape[0], n.Shape[1], run)
	}
	s.c.Emit(name, run, u.writes, u.reads)
	for i, v := range u.writes {
		s.c.MayOverwrite(v, u.olds[i])
	}
	return s.tuples[n]
}

// newUpdate is the steps of Adam of nodes, which have the same settings.
func (s *scope) newUpdate(op fused.Adam, nodes []*graph.Node) *adamStep {
	c := s.c
	rate := s.value(nodes[0].In[4])
	u := &adamStep{rate: c.Span(rate), config: kernel.AdamConfig{Beta1: op.Beta1, Beta2: op.Beta2, Epsilon: float32(op.Epsilon)}, reads: []plan.Value{rate}}
	for _, n := range nodes {
		in := s.operands(n)
		w, g, m, v := c.dense(in[0]), c.dense(in[1]), c.dense(in[2]), c.dense(in[3])
		out := []plan.Value{c.Temp(w.Type), c.Temp(m.Type), c.Temp(v.Type)}
		u.add(c, g, []plan.Value{w, m, v}, out)
		u.reads, u.writes, u.olds = append(u.reads, w, g, m, v), append(u.writes, out...), append(u.olds, w, m, v)
		s.set(n, out[0])
		s.tuples[n] = out
	}
	return u
}

// joined is n and the steps of Adam that are done in the same dispatch.
func (s *scope) joined(op fused.Adam, n *graph.Node) []*graph.Node {
	nodes, total := []*graph.Node{n}, n.Shape.Size()
	if s.early == nil || total > optimizerSerial {
		return nodes
	}
	for _, m := range s.g.Nodes {
		if size := m.Shape.Size(); m != n && m.Op == op && m.In[4] == n.In[4] && s.uses[m.ID] > 0 && !s.done(m) && s.early.near(m) &&
			(size < s.c.large || total+size <= optimizerSerial && s.early.blocker(m) == nil) {
			nodes, total = append(nodes, m), total+size
		}
	}
	return nodes
}

// adamStep is a step of Adam for some weights, one after the other.
type adamStep struct {
	config kernel.AdamConfig
	rate   *plan.Ref
	parts  []adamWeight
	total  int // elements

	reads, writes, olds []plan.Value // olds are those that writes may overwrite
}

// adamWeight is the operands for one weight, elements [lo, lo+n) of all. The kernel works in
// place: where the old values have to be kept they are copied first.
type adamWeight struct {
	lo, n    int
	grad     *plan.Ref
	old, new [3]*plan.Ref // weight and moments
}

func (u *adamStep) add(c *compiler, grad plan.Value, old, new []plan.Value) {
	p := adamWeight{lo: u.total, n: grad.Shape.Size(), grad: c.Ref(grad)}
	for i := range p.old {
		p.old[i], p.new[i] = c.Ref(old[i]), c.Ref(new[i])
	}
	u.parts = append(u.parts, p)
	u.total += p.n
}

// runner returns the instruction.
func (u *adamStep) runner(p *plan.Program) func() {
	shared, half := p.Spread(u.total, optimizerGrain, u.do), u.half
	return func() {
		u.config.Rate = u.rate.F32()[0]
		switch {
		case u.total > optimizerSerial:
			shared()
		case u.total > optimizerLeast && p.Threads.Eager():
			p.Threads.Run(2, half)
		default:
			u.do(0, u.total)
		}
	}
}

// half updates half i of each weight: that half of the gradient is in the thread's cache.
func (u *adamStep) half(i, _ int) {
	for j := range u.parts {
		p := &u.parts[j]
		middle := p.n / 2 &^ 15
		if i == 0 {
			p.do(0, middle, u.config)
		} else {
			p.do(middle, p.n, u.config)
		}
	}
}

// byColumns returns the instruction for a matrix (m, n) whose gradient is a product. Where
// each thread computed columns of the gradient it updates the same columns; otherwise does the
// rest.
func (u *adamStep) byColumns(p *plan.Program, m, n int, otherwise func()) func() {
	part := func(i, _ int) {
		lo, hi := kernel.WeightColumns(n, i, p.Threads.Threads())
		for row := range m {
			u.do(row*n+lo, row*n+hi)
		}
	}
	return func() {
		if !kernel.ByColumns(m, n, p.Threads.Threads()) {
			otherwise()
			return
		}
		u.config.Rate = u.rate.F32()[0]
		p.Threads.Run(p.Threads.Threads(), part)
	}
}

// do updates elements [lo, hi).
func (u *adamStep) do(lo, hi int) {
	for i := range u.parts {
		p := &u.parts[i]
		if from, to := max(lo-p.lo, 0), min(hi-p.lo, p.n); from < to {
			p.do(from, to, u.config)
		}
	}
}

// do updates elements [lo, hi) of the weight.
func (p *adamWeight) do(lo, hi int, config kernel.AdamConfig) {
	p.copyOld(lo, hi)
	kernel.Adam(p.new[0].F32()[lo:hi], p.grad.F32()[lo:hi], p.new[1].F32()[lo:hi], p.new[2].F32()[lo:hi], config)
}

func (p *adamWeight) copyOld(lo, hi int) {
	for i, r := range p.old {
		if from, to := r.Pointer(), p.new[i].Pointer(); from != to {
			copy(unsafe.Slice((*float32)(unsafe.Add(to, lo*4)), hi-lo), unsafe.Slice((*float32)(unsafe.Add(from, lo*4)), hi-lo))
		}
	}
}
