package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// tableUpdate is a step of Adam on the rows of a table that have gradients.
type tableUpdate struct {
	w, m, v   *external
	config    kernel.AdamConfig
	terms     []rowTerm
	sum, rate *ref // sum: gradients of the touched rows, one after the other
	width     int

	t       *table // of this run
	touched []lateRow
	step    func(part, thread int)
}

// rowTerm is gradients of rows: up[k] belongs to row idx[k].
type rowTerm struct{ idx, up *ref }

// tableAdam emits an update of rows. Its results are the variables themselves: whatever
// reads w has to come first.
func (s *scope) tableAdam(op tableAdam, n *graph.Node) []value {
	c := s.c
	for _, reader := range s.users[n.In[0].ID] {
		if reader != n {
			s.need(reader)
		}
	}
	in := s.operands(n)
	w, m, v := in[0], in[1], in[2]
	width := w.Shape[1:].Size()
	u := &tableUpdate{w: c.tableAt(w.slot), m: c.tableAt(m.slot), v: c.tableAt(v.slot), rate: c.span(in[3]), width: width,
		config: kernel.AdamConfig{Beta1: op.Beta1, Beta2: op.Beta2, Epsilon: float32(op.Epsilon)}}
	reads := []value{w, m, v, in[3]}
	count := 0
	for i := 4; i < len(in); i += 2 {
		idx, up := c.dense(c.cast(in[i], graph.Int64)), c.dense(in[i+1])
		u.terms = append(u.terms, rowTerm{c.ref(idx), c.ref(up)})
		reads = append(reads, idx, up)
		count += idx.Shape.Size()
	}
	sum := c.temp(graph.Type{DType: graph.Float32, Shape: graph.Shape{count, width}})
	u.sum = c.ref(sum)
	u.touched = make([]lateRow, 0, count)
	u.step = u.part
	c.p.tables = append(c.p.tables, u)
	p := c.p
	c.emit("adam of rows "+w.Type.String(), func() { u.run(p.pool) }, []value{w, m, v, sum}, reads)
	return []value{w, m, v}
}

// bind finds the table that the buffers of a run are, or makes them one.
func (u *tableUpdate) bind(team *team) {
	w, m, v := u.w.last, u.m.last, u.v.last
	if t := w.table; t == nil || t.w != w || t.m != m || t.v != v || t.idle.AdamConfig != u.config {
		for _, b := range []*buffer{w, m, v} {
			b.release()
		}
		t = newTable(w, m, v, u.config, team)
		w.table, m.table, v.table = t, t, t
	}
	u.t = w.table
}

func (u *tableUpdate) run(pool *kernel.Pool) {
	t := u.t
	t.mu.Lock()
	defer t.mu.Unlock()
	u.add()
	u.config.Rate = u.rate.f32()[0]
	pool.Run(t.parts(len(u.touched)), u.step)
	t.stepped(pool, u.config.Rate)
	u.config.Rate = 0
}

// add sums the gradients of each row, in the order they come. While it does, last of a row
// that has place k in touched is −2−k.
func (u *tableUpdate) add() {
	last, w, sum := u.t.last, u.width, u.sum.f32()
	u.touched = u.touched[:0]
	for _, term := range u.terms {
		up := term.up.f32()
		for k, row := range data[int64](term.idx) {
			if row < 0 || row >= int64(len(last)) {
				continue
			}
			from := up[k*w : (k+1)*w]
			if at := last[row]; at < atRest {
				to := sum[int(-2-at)*w : int(-1-at)*w]
				kernel.Binary(kernel.Add, to, to, from)
				continue
			}
			copy(sum[len(u.touched)*w:], from)
			u.touched = append(u.touched, lateRow{int32(row), last[row]})
			last[row] = int32(-1 - len(u.touched))
		}
	}
}

func (u *tableUpdate) part(part, _ int) {
	t, w := u.t, u.width
	for k := part * t.grain; k < min((part+1)*t.grain, len(u.touched)); k++ {
		x := u.touched[k]
		if x.last != atRest {
			t.bring(x)
		}
		lo, hi := int(x.row)*w, (int(x.row)+1)*w
		kernel.Adam(t.w.f32()[lo:hi], u.sum.f32()[k*w:(k+1)*w], t.m.f32()[lo:hi], t.v.f32()[lo:hi], u.config)
		t.last[x.row] = int32(len(t.rates)) + 1
	}
}
