package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// gruBackward is the operands of the steps of a native.ProjectedGRUGrad.
type gruBackward struct {
	*fusedRNN
	weightGrads
	toH, toX    []kernel.Gemm // products of the chunks with the kernels' transposes
	gates, seen store
	dhs, dx     series    // not there: zeros, or not wanted
	dh          *plan.Ref // of the last; nil: zeros
	dh0         *plan.Ref
	state       store // the gradient of h, laid out as in a step row
	d           store // the gates' of the steps of a block
}

// projectedGRUGrad emits the gradient of the layer.
func (s *scope) projectedGRUGrad(op native.ProjectedGRUGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	w, k := c.dense(in[0]), c.dense(in[1])
	reads := []plan.Value{w, k, in[2], in[3]}
	b := &gruBackward{gates: c.stored(in[2]), seen: c.stored(in[3])}
	b.dhs = c.seriesOrZero(in[4], &reads)
	b.dh = c.denseOrZero(in[5], &reads)
	out, writes, dx := s.results(n)
	u, features := k.Shape[0], w.Shape[0]
	b.fusedRNN = c.fusedRNN(graph.Shape{b.gates.slots, n.Results[3].Shape[0], u}, op.Reverse, native.GRURow(u, features))
	b.dx, b.dh0 = dx, c.Ref(out[3])
	var state, d, sums plan.Value
	b.weightGrads, sums = c.weightGrads(b.fusedRNN, panel{0, b.row.Inputs, u, 2 * u}, panel{u, 1 + features, 0, u}, panel{0, u + 1, 3 * u, u})
	b.state, state = c.store(b.batch, 1, b.row.Width)
	b.d, d = c.store(b.batch, b.blockSteps, b.wide)
	toH, toX, turned := kernel.NewPackedB(3*u, u), kernel.NewPackedB(3*u, features), c.Temp(w.Type)
	for _, q := range b.chunks {
		b.toH = append(b.toH, kernel.Gemm{M: q.rows, N: u, K: 3 * u, LDA: b.wide, LDC: b.row.Width, Accumulate: true, Packed: toH})
		b.toX = append(b.toX, kernel.Gemm{M: q.rows, N: features, K: 3 * u, LDA: b.wide, LDC: dx.row, Packed: toX})
	}
	kr, wr, tr, run, total := c.Ref(k), c.Ref(w), c.Ref(turned), b.over(b.backward), b.total(c, b.pieces(c, op, out))
	c.Emit(op.String()+" "+n.Results[0].Shape.String(), func() {
		candidateFirst(tr.F32(), wr.F32(), u)
		toH.Repack(kr.F32(), 0, true)
		toX.Repack(tr.F32(), 0, true)
		run()
		total()
	}, append(writes, state, d, sums, turned), reads)
	return out
}

// pieces says where the sums belong: of the gates cand, z, r and hh, z and r have a kernel of
// the inputs and one of the state, the others one of them.
func (b *gruBackward) pieces(c *compiler, op native.ProjectedGRUGrad, out []plan.Value) (all []piece) {
	u := b.units
	put := func(v plan.Value, row, rows, last int) {
		to := c.Ref(v)
		all = append(all, piece{panel{row, rows, u, 2 * u}, to, 0, 3 * u}, piece{panel{row, rows, last, u}, to, 2 * u, 3 * u})
	}
	put(out[1], 0, u, 3*u)
	put(out[2], u, 1, 3*u)
	put(out[4], u+1, b.row.Inputs-u-1, 0)
	if op.Bias {
		put(out[5], u, 1, 0)
	}
	return all
}

// candidateFirst copies rows of z, r and h to rows of h, z and r, each u wide.
func candidateFirst(to, from []float32, u int) {
	for i := 0; i < len(from); i += 3 * u {
		copy(to[i:i+u], from[i+2*u:i+3*u])
		copy(to[i+u:i+3*u], from[i:i+2*u])
	}
}

// backward takes a chunk through all steps, the last first, block by block.
func (b *gruBackward) backward(i int, q *chunk) {
	s, state := b.row, b.state.of(q, 0)
	b.begin(q, state, s.Width, b.dh)
	for j := b.blocks - 1; j >= 0; j-- {
		lo, hi := b.block(j)
		for k := hi - 1; k >= lo; k-- {
			b.step(i, q, state, b.d.of(q, k-lo), k)
		}
		b.add(i, q, j == b.blocks-1, hi-lo, b.seen.span(q, lo, hi), b.d.span(q, 0, hi-lo))
	}
	b.end(q, b.dh0, state, s.Width)
}

// step goes back through step number k.
func (b *gruBackward) step(i int, q *chunk, state, d []float32, k int) {
	s, t := b.row, b.time(k)
	if b.dhs.at != nil {
		b.dhs.addTo(state, s.Width, t, q.lo, q.rows)
	}
	kernel.GRUStepBack(d, state, b.gates.of(q, k), b.seen.of(q, k), q.rows, b.units, s.Width)
	g := &b.toH[i]
	g.A, g.C = d[b.units:], state
	b.run(q, g)
	if b.dx.at != nil {
		g = &b.toX[i]
		g.A, g.C = d, b.dx.from(t, q.lo)
		b.run(q, g)
	}
}
