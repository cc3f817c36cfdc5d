package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// A recurrent layer is one instruction. Rows of the batch are independent, so each thread
// takes some of them through all steps without waiting for another.
type recurrent struct {
	p                   *plan.Program
	steps, batch, units int
	gates               int // width of the gates: 4 or 3 times the units
	reverse             bool
	kernel              *plan.Ref // (units, gates)
	backward            bool      // multiply by the kernel's transpose
	bias                *plan.Ref // added to the product, nil for none

	packed  *kernel.PackedB
	workers []*rnnWorker
	do      func(l *rnnWorker, lo, hi int) // all steps of rows [lo, hi)
	part    func(i, thread int)
	n       int // workers of the present run
}

// An rnnWorker is what one thread needs.
type rnnWorker struct {
	gemm    kernel.Gemm
	solo    *kernel.ThreadPool
	threads *kernel.ThreadPool
}

// workerRows is the least rows for a thread of its own: fewer do not fill the kernel's tiles.
const workerRows = 8

func (r *recurrent) run() {
	k, n := r.units, r.gates
	if r.backward {
		k, n = n, k
	}
	if r.packed == nil {
		r.packed = kernel.PackB(r.kernel.F32(), k, n, r.gates, r.backward)
		r.part = func(i, _ int) { r.do(r.workers[i], r.batch*i/r.n, r.batch*(i+1)/r.n) }
	} else {
		r.packed.Repack(r.kernel.F32(), r.gates, r.backward)
	}
	r.n = max(1, min(r.p.Threads.Threads(), r.batch/workerRows))
	for len(r.workers) < r.n {
		r.workers = append(r.workers, &rnnWorker{solo: kernel.NewThreadPool(1)})
	}
	for i, l := range r.workers[:r.n] {
		if l.threads = l.solo; r.n == 1 {
			l.threads = r.p.Threads
		}
		if rows := r.batch*(i+1)/r.n - r.batch*i/r.n; rows != l.gemm.M {
			l.gemm = kernel.Gemm{M: rows, N: n, K: k, Accumulate: r.bias == nil, Packed: r.packed}
		}
	}
	if r.n == 1 {
		r.part(0, 0)
		return
	}
	r.p.Threads.Run(r.n, r.part)
}

// product sets c to a times the kernel plus the bias, or adds to it if there is no bias.
func (r *recurrent) product(l *rnnWorker, c, a []float32) {
	g := &l.gemm
	g.A, g.C = a, c
	if r.bias != nil {
		g.Bias = r.bias.F32()
	}
	g.Run(l.threads)
}

// at is rows [lo, hi) of width w at step t of x (steps, batch, w).
func (r *recurrent) at(x *plan.Ref, t, w, lo, hi int) []float32 {
	return x.F32()[(t*r.batch+lo)*w : (t*r.batch+hi)*w]
}

// step numbers the steps in the order they run, and says which one came before.
func (r *recurrent) step(k int) (t, before int) {
	if r.reverse {
		return r.steps - 1 - k, r.steps - k
	}
	return k, k - 1
}

// previous is the state that step number k began with: first or one of all.
func (r *recurrent) previous(all, first *plan.Ref, k, lo, hi int) []float32 {
	if k == 0 {
		return first.F32()[lo*r.units : hi*r.units]
	}
	_, before := r.step(k)
	return r.at(all, before, r.units, lo, hi)
}

// last is the state after all steps, a view of all.
func (r *recurrent) last(all plan.Value) plan.Value {
	t, _ := r.step(r.steps - 1)
	v := all
	v.Shape, v.Strides = all.Shape[1:], all.Strides[1:]
	v.Offset += t * all.Strides[0]
	return v
}

// kernelGrad returns a run that sums, over all steps, the product of the state before,
// transposed, with d (steps, batch, gates), into dk.
func (r *recurrent) kernelGrad(dk, all, first, d *plan.Ref) func() {
	g := kernel.Gemm{M: r.units, N: r.gates, K: r.batch, TransA: true}
	rest := kernel.Gemm{M: r.units, N: r.gates, K: (r.steps - 1) * r.batch, TransA: true, Accumulate: true}
	t0, _ := r.step(0)
	return func() {
		g.A, g.B, g.C = first.F32(), r.at(d, t0, r.gates, 0, r.batch), dk.F32()
		g.Run(r.p.Threads)
		if r.steps == 1 {
			return
		}
		from, to := all.F32(), d.F32()[r.batch*r.gates:]
		if r.reverse {
			from, to = all.F32()[r.batch*r.units:], d.F32()
		}
		rest.A, rest.B, rest.C = from, to, dk.F32()
		rest.Run(r.p.Threads)
	}
}

// addStep adds step t of x, rows [lo, hi), to y; nil adds nothing.
func (r *recurrent) addStep(y []float32, x *plan.Ref, t, lo, hi int) {
	if x != nil {
		kernel.Binary(kernel.Add, y, y, r.at(x, t, r.units, lo, hi))
	}
}

// denseOrZero is the ref of v, nil if v is known to be zero.
func (c *compiler) denseOrZero(v plan.Value, reads *[]plan.Value) *plan.Ref {
	if v.Known && v.Number == 0 {
		return nil
	}
	v = c.dense(v)
	*reads = append(*reads, v)
	return c.Ref(v)
}

// begin sets y to rows [lo, hi) of x (batch, units), nil being zeros.
func (r *recurrent) begin(y []float32, x *plan.Ref, lo, hi int) {
	if x == nil {
		clear(y)
		return
	}
	copy(y, x.F32()[lo*r.units:hi*r.units])
}

func (c *compiler) recurrent(z graph.Type, units int, reverse bool, k plan.Value) *recurrent {
	return &recurrent{p: c.Program, steps: z.Shape[0], batch: z.Shape[1], units: units, gates: z.Shape[2], reverse: reverse, kernel: c.Ref(k)}
}
