package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// gruForward is the operands of the steps of a native.ProjectedGRU.
type gruForward struct {
	*fusedRNN
	products    [][3]kernel.Gemm // of the chunks: z and r, xh, hh
	x, hs       series           // hs is not there if nobody reads it
	h0          *plan.Ref        // nil: zeros
	h           *plan.Ref
	gates, seen store
}

// projectedGRU emits the layer.
func (s *scope) projectedGRU(op native.ProjectedGRU, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	x, read := c.series(in[0])
	last := len(in) - 3
	weights := []plan.Value{c.dense(in[last]), c.dense(in[last+1]), c.dense(in[1])}
	if op.Bias {
		weights = append(weights, c.dense(in[2]))
	}
	reads := append([]plan.Value{read}, weights...)
	f := &gruForward{x: x, h0: c.denseOrZero(in[last+2], &reads)}
	out, writes, hs := s.results(n)
	u := weights[0].Shape[0]
	f.fusedRNN = c.fusedRNN(n.Results[0].Shape, op.Reverse, native.GRURow(u, x.width))
	f.hs, f.h, f.gates, f.seen = hs, c.Ref(out[1]), c.stored(out[2]), c.stored(out[3])
	packed := [3]*kernel.PackedB{kernel.NewPackedB(f.row.Inputs, 2*u), kernel.NewPackedB(1+x.width, u), kernel.NewPackedB(u+1, u)}
	for _, q := range f.chunks {
		var g [3]kernel.Gemm
		for i, k := range []int{f.row.Inputs, 1 + x.width, u + 1} {
			g[i] = kernel.Gemm{M: q.rows, N: u, K: k, LDA: f.row.Width, LDC: f.wide, Packed: packed[i]}
		}
		g[0].N = 2 * u
		f.products = append(f.products, g)
	}
	lay, run := c.stackGRUWeights(packed, weights, u), f.over(f.forward)
	c.Emit(op.String()+" "+read.Shape.String(), func() { lay(); run() }, writes, reads)
	return out
}

// stackGRUWeights returns a function that stacks the kernels and biases of the state and of the
// inputs if they may have changed: for z and r, whose biases are added; for xh, and for hh.
func (c *compiler) stackGRUWeights(to [3]*kernel.PackedB, weights []plan.Value, u int) func() {
	stale := c.stale(weights...)
	k, rb, w := c.Ref(weights[0]), c.Ref(weights[1]), c.Ref(weights[2])
	var b *plan.Ref
	if len(weights) > 3 {
		b = c.Ref(weights[3])
	}
	bias, sum := make([]float32, 3*u), make([]float32, 2*u)
	return func() {
		if !stale() {
			return
		}
		if b != nil {
			copy(bias, b.F32())
		}
		kernel.Binary(kernel.Add, sum, bias[:2*u], rb.F32()[:2*u])
		features, wide := w.N/(3*u), 3*u
		to[0].RepackRows(0, u, k.F32(), wide)
		to[0].RepackRows(u, 1, sum, wide)
		to[0].RepackRows(u+1, features, w.F32(), wide)
		to[1].RepackRows(0, 1, bias[2*u:], wide)
		to[1].RepackRows(1, features, w.F32()[2*u:], wide)
		to[2].RepackRows(0, u, k.F32()[2*u:], wide)
		to[2].RepackRows(u, 1, rb.F32()[2*u:], wide)
	}
}

// forward takes a chunk through all steps.
func (f *gruForward) forward(i int, q *chunk) {
	s, u := f.row, f.units
	now := f.seen.of(q, 0)
	f.begin(q, now, s.Width, f.h0)
	for k := range f.steps {
		t := f.time(k)
		next, gates := f.seen.of(q, k+1), f.gates.of(q, k)
		f.fillRows(q, now, f.x, t)
		for j, at := range [3][2]int{{0, u}, {u, 0}, {0, 3 * u}} { // of a step row and of the gates
			g := &f.products[i][j]
			g.A, g.C = now[at[0]:], gates[at[1]:]
			f.run(q, g)
		}
		kernel.GRUStep(next, gates, now, q.rows, u, s.Width)
		if f.hs.at != nil {
			f.hs.give(next, s.Width, t, q.lo, q.rows)
		}
		now = next
	}
	f.end(q, f.h, now, s.Width)
}
