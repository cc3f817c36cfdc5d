package emit

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// attentionKey says which attention a gradient is of. The operands are five at most.
type attentionKey struct {
	op fused.Attention
	in [5]*graph.Node
}

func keyOf(op fused.Attention, in []*graph.Node) attentionKey {
	k := attentionKey{op: op}
	copy(k.in[:], in)
	return k
}

// attention emits the forward pass, which leaves the numbers that a gradient of it needs.
func (s *scope) attention(op fused.Attention, precision kernel.Precision, n *graph.Node) []plan.Value {
	c := s.c
	a := s.attending(op, precision, n.In)
	y := c.Temp(n.Type)
	to, bind := c.heads(y, &a.run.Y)
	writes := []plan.Value{to}
	if s.hasGradient(op, n) {
		left := a.leaves()
		s.attentions[keyOf(op, n.In)] = left
		a.bind = append(a.bind, a.remember(left))
		writes = append(writes, left...)
	}
	a.emit(fmt.Sprintf("attention %v by %v", n.In[0].Shape, n.In[1].Shape), a.run.Run, writes, bind)
	return []plan.Value{y}
}

// keptWeights is the most attention weights that are kept for the gradient, 4 MB: larger ones
// are recomputed faster than they are read back from memory.
const keptWeights = 1 << 20

// leaves is what a forward pass keeps for the gradient: two numbers a row, and the weights if
// there are few.
func (a *attentionCall) leaves() []plan.Value {
	rows := a.run.Batch * a.run.Heads * a.run.Queries
	left := []plan.Value{a.c.Temp(native.Vector(2 * rows))}
	if n := rows * a.run.Keys; n <= keptWeights {
		left = append(left, a.c.Temp(native.Vector(n)))
	}
	return left
}

// remember returns a function that binds the addresses of what is kept.
func (a *attentionCall) remember(left []plan.Value) func() {
	stats := a.c.Ref(left[0])
	if len(left) == 1 {
		return func() { a.run.Stats = stats.F32() }
	}
	weights := a.c.Ref(left[1])
	return func() { a.run.Stats, a.run.Weights = stats.F32(), weights.F32() }
}

// hasGradient reports whether the graph has the gradient of n.
func (s *scope) hasGradient(op fused.Attention, n *graph.Node) bool {
	for _, u := range s.users[n.In[0].ID] {
		g, ok := u.Op.(fused.AttentionGrad)
		if x, mixed := u.Op.(native.AttentionGrad); mixed {
			g, ok = x.AttentionGrad, true
		}
		if ok && keyOf(fused.Attention(g), u.In[:len(u.In)-1]) == keyOf(op, n.In) {
			return true
		}
	}
	return false
}

// attentionGrad emits the gradients of query, key and value.
func (s *scope) attentionGrad(op fused.AttentionGrad, precision kernel.Precision, n *graph.Node) []plan.Value {
	c := s.c
	last := len(n.In) - 1
	of := fused.Attention(op)
	a := s.attending(of, precision, n.In[:last])
	dy, bind := c.heads(s.value(n.In[last]), &a.run.DY)
	a.reads = append(a.reads, dy)
	binds := []func(){bind}
	var out []plan.Value
	for i, h := range []*kernel.HeadsData{&a.run.DQ, &a.run.DK, &a.run.DV} {
		v, bind := c.heads(c.Temp(n.Results[i]), h)
		out, binds = append(out, v), append(binds, bind)
	}
	if left := s.attentions[keyOf(of, n.In[:last])]; left != nil {
		binds = append(binds, a.remember(left))
		a.reads = append(a.reads, left...)
	}
	a.emit(fmt.Sprintf("attention_grad %v by %v", n.In[0].Shape, n.In[1].Shape), a.run.RunGrad, out, binds...)
	return out
}

// attentionCall is an attention instruction under construction.
type attentionCall struct {
	c     *compiler
	run   *kernel.Attention
	bind  []func() // set the addresses before a run
	reads []plan.Value
}

func (s *scope) attending(op fused.Attention, precision kernel.Precision, in []*graph.Node) *attentionCall {
	c := s.c
	qn, kn, vn, seen, bias := op.Split(in)
	q, k, v := qn.Shape, kn.Shape, vn.Shape
	if precision == kernel.Single {
		precision = c.precision
	}
	a := &attentionCall{c: c, run: &kernel.Attention{Batch: q[0], Heads: q[2], KeyHeads: k[2], Queries: q[1], Keys: k[1], Dim: q[3], ValueDim: v[3],
		Scale: float32(op.Scale), Hidden: float32(op.Hidden), Causal: op.Causal, Strict: op.Strict,
		Rate: float32(op.Rate), Stream: op.Stream, Precision: precision}}
	for i, h := range []*kernel.HeadsData{&a.run.Q, &a.run.K, &a.run.V} {
		x, bind := c.heads(s.value([]*graph.Node{qn, kn, vn}[i]), h)
		a.bind, a.reads = append(a.bind, bind), append(a.reads, x)
	}
	if seen != nil {
		a.rows(c.cast(s.value(seen), graph.Float32), &a.run.Seen)
	}
	if bias != nil {
		a.rows(s.value(bias), &a.run.Bias)
	}
	return a
}

// heads reads or writes v, (batch, time, heads, dim), as it lies if each head's numbers are in
// one piece and do not overlap. bind sets the address before a run.
func (c *compiler) heads(v plan.Value, h *kernel.HeadsData) (as plan.Value, bind func()) {
	one, time, dim := v.Shape[3] == 1 || v.Strides[3] == 1, v.Shape[1] == 1 || v.Strides[1] >= v.Shape[3], v.Shape[3]
	if !one || !time || v.Strides[0] < 0 || v.Strides[2] < 0 {
		v = c.dense(v)
	}
	h.Batch, h.Time, h.Head = v.Strides[0], max(v.Strides[1], dim), v.Strides[2]
	r := c.Span(v)
	return v, func() { h.Data = r.F32() }
}

// rows reads v, the mask or the bias, (batch, heads, queries, keys), of which all but the keys
// may be repeated.
func (a *attentionCall) rows(v plan.Value, h *kernel.HeadsData) {
	v = a.c.dense(v)
	at := func(axis int) int {
		if v.Shape[axis] == 1 {
			return 0
		}
		return v.Strides[axis]
	}
	h.Batch, h.Head, h.Time = at(0), at(1), at(2)
	r := a.c.Ref(v)
	a.bind, a.reads = append(a.bind, func() { h.Data = r.F32() }), append(a.reads, v)
}

func (a *attentionCall) emit(name string, run func(p *kernel.ThreadPool), writes []plan.Value, bind ...func()) {
	p, at, all := a.c.Program, a.run, append(a.bind, bind...)
	a.c.Emit(name, func() {
		for _, b := range all {
			b()
		}
		at.Seed = p.Seed
		run(p.Threads)
	}, writes, a.reads)
}
