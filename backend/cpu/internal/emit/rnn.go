package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// A fusedRNN is a recurrent layer with the projection of its inputs. Where a step adds its
// products with the two kernels they are one product: the kernels are stacked, the bias between
// them, and a sample's row is h, 1 and x. The batch is cut into chunks, whose number does not
// depend on the threads, and a thread takes a chunk through all steps: what a step needs of the
// step before is in the cache of its core. In the backward pass so are the gates' gradients when
// they are multiplied by the kernels and, some steps later, summed for the kernels' gradients,
// chunk by chunk.
type fusedRNN struct {
	p                   *plan.Program
	steps, batch, units int
	wide                int // width of the gates
	reverse             bool
	row                 native.StepRow
	chunks              []*chunk
}

// A chunk is some rows of the batch, from lo on.
type chunk struct {
	lo, rows int
	threads  *kernel.ThreadPool // nil: the program's
}

// chunkCount is the number of chunks, a power of two up to 16, so that threads share them
// evenly. A chunk has at least workerRows rows, more if there are so few steps that adding up
// the chunks' sums would show, and twice as many above four chunks; but two chunks of half the
// rows are better than one, which leaves the other threads idle.
func chunkCount(batch, steps int) int {
	rows := max(workerRows, chunkWork/steps)
	n := 1
	for n < 16 && (batch >= 2*n*rows || n == 1 && batch >= workerRows) {
		if n *= 2; n == 4 {
			rows *= 2
		}
	}
	return n
}

// chunkWork is how many rows a chunk should have, counted over all steps.
const chunkWork = 256

// fusedRNN is a layer with outputs of type hs.
func (c *compiler) fusedRNN(hs graph.Shape, reverse bool, how native.StepRow) *fusedRNN {
	l := &fusedRNN{p: c.Program, steps: hs[0], batch: hs[1], units: hs[2], wide: 4 * hs[2], reverse: reverse, row: how}
	n := chunkCount(l.batch, l.steps)
	for i := range n {
		lo, hi := l.batch*i/n, l.batch*(i+1)/n
		q := &chunk{lo: lo, rows: hi - lo}
		if n > 1 {
			q.threads = kernel.NewThreadPool(1)
		}
		l.chunks = append(l.chunks, q)
	}
	return l
}

// over returns a function that calls do for every chunk.
func (l *fusedRNN) over(do func(i int, q *chunk)) func() {
	part := func(i, _ int) { do(i, l.chunks[i]) }
	return func() { l.p.Threads.Run(len(l.chunks), part) }
}

// time is the index of step number k in the order they run.
func (l *fusedRNN) time(k int) int {
	if l.reverse {
		return l.steps - 1 - k
	}
	return k
}

// run computes g on the chunk's thread.
func (l *fusedRNN) run(q *chunk, g *kernel.Gemm) {
	if q.threads == nil {
		g.Run(l.p.Threads)
	} else {
		g.Run(q.threads)
	}
}

// begin sets the rows of a chunk, ld apart, to those of first (batch, units), nil being zeros.
func (l *fusedRNN) begin(q *chunk, to []float32, ld int, first *plan.Ref) {
	for i := range q.rows {
		row := to[i*ld : i*ld+l.units]
		if first == nil {
			clear(row)
		} else {
			copy(row, first.F32()[(q.lo+i)*l.units:])
		}
	}
}

// end copies the rows of a chunk, ld apart, to those of last (batch, units).
func (l *fusedRNN) end(q *chunk, last *plan.Ref, from []float32, ld int) {
	for i := range q.rows {
		copy(last.F32()[(q.lo+i)*l.units:][:l.units], from[i*ld:])
	}
}

// fillRows completes the rows of step t, which have h already.
func (l *fusedRNN) fillRows(q *chunk, rows []float32, x series, t int) {
	s := l.row
	if s.X > l.units { // there is a bias
		for i := range q.rows {
			rows[i*s.Width+l.units] = 1
		}
	}
	x.take(rows[s.X:], s.Width, t, q.lo, q.rows)
}

// stale returns a function that reports whether any of these may have changed.
func (c *compiler) stale(parts ...plan.Value) func() bool {
	var changed []func() bool
	for _, v := range parts {
		if !c.Kept(v) {
			return func() bool { return true }
		}
		changed = append(changed, c.Changed(v))
	}
	return func() bool {
		any := false
		for _, f := range changed { // each notes that it was asked
			any = f() || any
		}
		return any
	}
}

// A store is what is kept of the steps: slots of rows, those of a chunk one after the other.
type store struct {
	at           *plan.Ref
	slots, width int
}

// store allocates slots of width numbers of each sample.
func (c *compiler) store(batch, slots, width int) (store, plan.Value) {
	v := c.Temp(native.Vector(slots * batch * width))
	return store{c.Ref(v), slots, width}, v
}

// stored is v (slots, batch, width) as a store.
func (c *compiler) stored(v plan.Value) store { return store{c.Ref(v), v.Shape[0], v.Shape[2]} }

// of is a chunk's rows of slot k; slots are used again if there are fewer.
func (x store) of(q *chunk, k int) []float32 {
	k %= x.slots
	return x.span(q, k, k+1)
}

// span is a chunk's rows of slots [lo, hi).
func (x store) span(q *chunk, lo, hi int) []float32 {
	first := q.lo * x.slots
	return x.at.F32()[(first+lo*q.rows)*x.width : (first+hi*q.rows)*x.width]
}

// results allocates the results of n. The first, a series, is laid out as its reader wants it
// and exists only if there is one; the others are dense.
func (s *scope) results(n *graph.Node) (out, writes []plan.Value, first series) {
	for i, t := range n.Results {
		if i > 0 {
			out = append(out, s.c.Temp(t))
			continue
		}
		var v plan.Value
		if r := s.resultOf(n, 0); r != nil {
			v = s.laidOut(r)
			first, _ = s.c.series(v)
			writes = append(writes, v)
		}
		out = append(out, v)
	}
	return out, append(writes, out[1:]...), first
}

// resultOf returns the node of result i of n, nil if nobody reads it.
func (s *scope) resultOf(n *graph.Node, i int) *graph.Node {
	for _, r := range s.users[n.ID] {
		if r.Op == (graph.Result{Index: i}) {
			return r
		}
	}
	return nil
}
