package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// lstmBackward is the operands of the steps of a native.ProjectedLSTMGrad.
type lstmBackward struct {
	*fusedRNN
	weightGrads
	toH, toX    []kernel.Gemm // products of the chunks with the kernels' transposes
	gates, seen store
	dhs, dx     series    // not there: zeros, or not wanted
	dh, dc      *plan.Ref // of the last; nil: zeros
	dh0, dc0    *plan.Ref
	state       store // the gradients of h and c, laid out as in a step row
	dz          store // of the steps of a block
}

// projectedLSTMGrad emits the gradient of the layer.
func (s *scope) projectedLSTMGrad(op native.ProjectedLSTMGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	w, k := c.dense(in[0]), c.dense(in[1])
	reads := []plan.Value{w, k, in[2], in[3]}
	b := &lstmBackward{gates: c.stored(in[2]), seen: c.stored(in[3])}
	b.dhs = c.seriesOrZero(in[4], &reads)
	b.dh, b.dc = c.denseOrZero(in[5], &reads), c.denseOrZero(in[6], &reads)
	out, writes, dx := s.results(n)
	u, features := k.Shape[0], w.Shape[0]
	b.fusedRNN = c.fusedRNN(graph.Shape{b.gates.slots, n.Results[2].Shape[0], u}, op.Reverse, native.LSTMRow(u, features, op.Bias))
	b.dx, b.dh0, b.dc0 = dx, c.Ref(out[2]), c.Ref(out[3])
	var state, dz, sums plan.Value
	b.weightGrads, sums = c.weightGrads(b.fusedRNN, panel{0, b.row.Inputs, 0, b.wide})
	b.state, state = c.store(b.batch, 1, b.row.Width)
	b.dz, dz = c.store(b.batch, b.blockSteps, b.wide)
	toH, toX := kernel.NewPackedB(b.wide, u), kernel.NewPackedB(b.wide, features)
	for _, q := range b.chunks {
		b.toH = append(b.toH, kernel.Gemm{M: q.rows, N: u, K: b.wide, LDC: b.row.Width, Packed: toH})
		b.toX = append(b.toX, kernel.Gemm{M: q.rows, N: features, K: b.wide, LDC: dx.row, Packed: toX})
	}
	kr, wr, run := c.Ref(k), c.Ref(w), b.over(b.backward)
	dk, db, dw := c.Ref(out[1]), c.Ref(out[5]), c.Ref(out[4])
	pieces := []piece{{panel{0, u, 0, b.wide}, dk, 0, b.wide}, {panel{b.row.X, features, 0, b.wide}, dw, 0, b.wide}}
	if op.Bias {
		pieces = append(pieces, piece{panel{u, 1, 0, b.wide}, db, 0, b.wide})
	}
	total := b.total(c, pieces)
	c.Emit(op.String()+" "+n.Results[0].Shape.String(), func() {
		toH.Repack(kr.F32(), 0, true)
		toX.Repack(wr.F32(), 0, true)
		run()
		total()
	}, append(writes, state, dz, sums), reads)
	return out
}

// backward takes a chunk through all steps, the last first, block by block.
func (b *lstmBackward) backward(i int, q *chunk) {
	s, state := b.row, b.state.of(q, 0)
	b.begin(q, state, s.Width, b.dh)
	b.begin(q, state[s.Cell:], s.Width, b.dc)
	for j := b.blocks - 1; j >= 0; j-- {
		lo, hi := b.block(j)
		for k := hi - 1; k >= lo; k-- {
			b.step(i, q, state, b.dz.of(q, k-lo), k)
		}
		b.add(i, q, j == b.blocks-1, hi-lo, b.seen.span(q, lo, hi), b.dz.span(q, 0, hi-lo))
	}
	b.end(q, b.dh0, state, s.Width)
	b.end(q, b.dc0, state[s.Cell:], s.Width)
}

// step goes back through step number k.
func (b *lstmBackward) step(i int, q *chunk, state, dz []float32, k int) {
	s, t := b.row, b.time(k)
	if b.dhs.at != nil {
		b.dhs.addTo(state, s.Width, t, q.lo, q.rows)
	}
	kernel.LSTMBackward(dz, state[s.Cell:], state, b.gates.of(q, k), b.seen.of(q, k+1)[s.Cell:], b.seen.of(q, k)[s.Cell:], q.rows, b.units, s.Width)
	g := &b.toH[i]
	g.A, g.C = dz, state
	b.run(q, g)
	if b.dx.at != nil {
		g = &b.toX[i]
		g.A, g.C = dz, b.dx.from(t, q.lo)
		b.run(q, g)
	}
}
