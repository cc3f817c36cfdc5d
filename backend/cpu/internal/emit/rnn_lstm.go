package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// lstmForward is the operands of the steps of a native.ProjectedLSTM.
type lstmForward struct {
	*fusedRNN
	products    []kernel.Gemm // of the chunks
	x, hs       series        // hs is not there if nobody reads it
	h0, c0      *plan.Ref     // nil: zeros
	h, c        *plan.Ref
	gates, seen store
}

// projectedLSTM emits the layer.
func (s *scope) projectedLSTM(op native.ProjectedLSTM, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	x, read := c.series(in[0])
	last := len(in) - 3
	k, w := c.dense(in[last]), c.dense(in[1])
	weights := []plan.Value{k, w}
	if op.Bias {
		weights = []plan.Value{k, c.dense(in[2]), w}
	}
	reads := append([]plan.Value{read}, weights...)
	f := &lstmForward{x: x, h0: c.denseOrZero(in[last+1], &reads), c0: c.denseOrZero(in[last+2], &reads)}
	out, writes, hs := s.results(n)
	f.fusedRNN = c.fusedRNN(n.Results[0].Shape, op.Reverse, native.LSTMRow(k.Shape[0], x.width, op.Bias))
	f.hs, f.h, f.c, f.gates, f.seen = hs, c.Ref(out[1]), c.Ref(out[2]), c.stored(out[3]), c.stored(out[4])
	packed := kernel.NewPackedB(f.row.Inputs, f.wide)
	for _, q := range f.chunks {
		f.products = append(f.products, kernel.Gemm{M: q.rows, N: f.wide, K: f.row.Inputs, LDA: f.row.Width, Packed: packed})
	}
	lay, run := c.stackWeights(packed, weights), f.over(f.forward)
	c.Emit(op.String()+" "+read.Shape.String(), func() { lay(); run() }, writes, reads)
	return out
}

// stackWeights returns a function that stacks weights as wide as to if they may have changed.
func (c *compiler) stackWeights(to *kernel.PackedB, weights []plan.Value) func() {
	stale := c.stale(weights...)
	var refs []*plan.Ref
	for _, v := range weights {
		refs = append(refs, c.Ref(v))
	}
	width := weights[0].Shape[1]
	return func() {
		if !stale() {
			return
		}
		at := 0
		for _, r := range refs {
			to.RepackRows(at, r.N/width, r.F32(), width)
			at += r.N / width
		}
	}
}

// forward takes a chunk through all steps.
func (f *lstmForward) forward(i int, q *chunk) {
	s, g := f.row, &f.products[i]
	now := f.seen.of(q, 0)
	f.begin(q, now, s.Width, f.h0)
	f.begin(q, now[s.Cell:], s.Width, f.c0)
	for k := range f.steps {
		t := f.time(k)
		next, z := f.seen.of(q, k+1), f.gates.of(q, k)
		f.fillRows(q, now, f.x, t)
		g.A, g.C = now, z
		f.run(q, g)
		kernel.LSTMForward(next, next[s.Cell:], z, now[s.Cell:], q.rows, f.units, s.Width)
		if f.hs.at != nil {
			f.hs.give(next, s.Width, t, q.lo, q.rows)
		}
		now = next
	}
	f.end(q, f.h, now, s.Width)
	f.end(q, f.c, now[s.Cell:], s.Width)
}
