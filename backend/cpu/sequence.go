package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// A sequence is a recurrent layer with the projection of its inputs. A step's products
// with the two kernels are one where they are added: the kernels lie one upon the other, the
// bias between them, and a sample's row is h, 1 and x. The batch is cut into chunks, whose
// number does not depend on the threads; a thread takes one through all steps. So what a step
// needs of the step before is in the cache of its core. On the way back so are the gates'
// gradients when they are multiplied by the kernels and, some steps later, summed up for the
// kernels' gradients, chunk by chunk.
type sequence struct {
	p                   *program
	steps, batch, units int
	wide                int // width of the gates
	reverse             bool
	sight               sight
	chunks              []*chunk
}

// A chunk is some rows of the batch, from lo on.
type chunk struct {
	lo, rows int
	pool     *kernel.Pool // nil: the program's
}

// chunkCount is as many chunks of at least laneRows rows as threads can share evenly, at most
// 16, fewer where there are so few steps that adding up what the chunks summed would show.
// Above four they have twice the rows; and two of half the rows are better than one, which is
// for a thread alone.
func chunkCount(batch, steps int) int {
	rows := max(laneRows, chunkWork/steps)
	n := 1
	for n < 16 && (batch >= 2*n*rows || n == 1 && batch >= laneRows) {
		if n *= 2; n == 4 {
			rows *= 2
		}
	}
	return n
}

// chunkWork is how many rows a chunk should have in all its steps.
const chunkWork = 256

// sequence is a layer with outputs of type hs.
func (c *compiler) sequence(hs graph.Shape, reverse bool, how sight) *sequence {
	l := &sequence{p: c.p, steps: hs[0], batch: hs[1], units: hs[2], wide: 4 * hs[2], reverse: reverse, sight: how}
	n := chunkCount(l.batch, l.steps)
	for i := range n {
		lo, hi := l.batch*i/n, l.batch*(i+1)/n
		q := &chunk{lo: lo, rows: hi - lo}
		if n > 1 {
			q.pool = kernel.NewPool(1)
		}
		l.chunks = append(l.chunks, q)
	}
	return l
}

// over returns a run of do for every chunk.
func (l *sequence) over(do func(i int, q *chunk)) func() {
	part := func(i, _ int) { do(i, l.chunks[i]) }
	return func() { l.p.pool.Run(len(l.chunks), part) }
}

// time is the index of step number k in the order they run.
func (l *sequence) time(k int) int {
	if l.reverse {
		return l.steps - 1 - k
	}
	return k
}

// run computes g on the chunk's thread.
func (l *sequence) run(q *chunk, g *kernel.Gemm) {
	if q.pool == nil {
		g.Run(l.p.pool)
	} else {
		g.Run(q.pool)
	}
}

// begin sets the rows of a chunk, ld apart, to those of first (batch, units), nil being zeros.
func (l *sequence) begin(q *chunk, to []float32, ld int, first *ref) {
	for i := range q.rows {
		row := to[i*ld : i*ld+l.units]
		if first == nil {
			clear(row)
		} else {
			copy(row, first.f32()[(q.lo+i)*l.units:])
		}
	}
}

// end copies the rows of a chunk, ld apart, to those of last (batch, units).
func (l *sequence) end(q *chunk, last *ref, from []float32, ld int) {
	for i := range q.rows {
		copy(last.f32()[(q.lo+i)*l.units:][:l.units], from[i*ld:])
	}
}

// see completes the sights of step t, where h is.
func (l *sequence) see(q *chunk, sights []float32, x series, t int) {
	s := l.sight
	if s.x > l.units { // there is a bias
		for i := range q.rows {
			sights[i*s.width+l.units] = 1
		}
	}
	x.take(sights[s.x:], s.width, t, q.lo, q.rows)
}

// stale returns a function that reports whether any of these may have changed.
func (c *compiler) stale(parts ...value) func() bool {
	var changed []func() bool
	for _, v := range parts {
		if !c.kept(v) {
			return func() bool { return true }
		}
		changed = append(changed, c.changed(v))
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
	at           *ref
	slots, width int
}

// store makes room for slots of width numbers of each sample.
func (c *compiler) store(batch, slots, width int) (store, value) {
	v := c.temp(vectorType(slots * batch * width))
	return store{c.ref(v), slots, width}, v
}

// stored is v (slots, batch, width) as a store.
func (c *compiler) stored(v value) store { return store{c.ref(v), v.Shape[0], v.Shape[2]} }

// of is a chunk's rows of slot k; slots are used again if there are fewer.
func (x store) of(q *chunk, k int) []float32 {
	k %= x.slots
	return x.span(q, k, k+1)
}

// span is a chunk's rows of slots [lo, hi).
func (x store) span(q *chunk, lo, hi int) []float32 {
	first := q.lo * x.slots
	return x.at.f32()[(first+lo*q.rows)*x.width : (first+hi*q.rows)*x.width]
}

// results makes room for the results of n, which are dense but for the first, a series that
// its reader may want in another order: it is there if somebody reads it.
func (s *scope) results(n *graph.Node) (out, writes []value, first series) {
	for i, t := range n.Results {
		if i > 0 {
			out = append(out, s.c.temp(t))
			continue
		}
		var v value
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
