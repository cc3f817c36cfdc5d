package storage

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
)

// A RowUpdate is a step of Adam on the rows of a table that have gradients.
type RowUpdate struct {
	T     *AdamTable // of this run
	Terms []RowTerm  // whose sum is the gradient

	sum     []float32 // gradients of the touched rows, one after the other
	rate    float32
	touched []lateRow
	step    func(part, thread int)
}

// RowTerm is gradients of rows: those of row Index[k] are the k-th of Up.
type RowTerm struct {
	Index []int64
	Up    []float32
}

// NewRowUpdate returns a step whose gradient has so many terms, of so many rows altogether.
func NewRowUpdate(terms, rows int) *RowUpdate {
	u := &RowUpdate{Terms: make([]RowTerm, terms), touched: make([]lateRow, 0, rows)}
	u.step = u.part
	return u
}

// TableOf returns the table of the buffers; it makes one if there is none with that configuration.
func TableOf(w, m, v *Buffer, config kernel.AdamConfig, team *threads.Team) *AdamTable {
	if t := w.table; t == nil || t.w != w || t.m != m || t.v != v || t.idle.AdamConfig != config {
		for _, b := range []*Buffer{w, m, v} {
			b.detach()
		}
		t = newAdamTable(w, m, v, config, team)
		w.table, m.table, v.table = t, t, t
	}
	return w.table
}

// Run does the step; sum has room for the gradients of all rows.
func (u *RowUpdate) Run(pool *kernel.ThreadPool, rate float32, sum []float32) {
	t := u.T
	t.mu.Lock()
	defer t.mu.Unlock()
	u.rate, u.sum = rate, sum
	u.add()
	pool.Run(t.parts(len(u.touched)), u.step)
	t.stepped(pool, rate)
}

// add sums the gradients of each row in their order. Meanwhile last of a row that is touched[k]
// is −2−k.
func (u *RowUpdate) add() {
	last, w, sum := u.T.last, u.T.width, u.sum
	u.touched = u.touched[:0]
	for _, term := range u.Terms {
		for k, row := range term.Index {
			if row < 0 || row >= int64(len(last)) {
				continue
			}
			from := term.Up[k*w : (k+1)*w]
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

func (u *RowUpdate) part(part, _ int) {
	t, w := u.T, u.T.width
	config := t.idle.AdamConfig
	config.Rate = u.rate
	for k := part * t.grain; k < min((part+1)*t.grain, len(u.touched)); k++ {
		x := u.touched[k]
		if x.last != atRest {
			t.catchUpRow(x)
		}
		lo, hi := int(x.row)*w, (int(x.row)+1)*w
		kernel.Adam(t.w.f32()[lo:hi], u.sum[k*w:(k+1)*w], t.m.f32()[lo:hi], t.v.f32()[lo:hi], config)
		t.last[x.row] = int32(len(t.rates)) + 1
	}
}
