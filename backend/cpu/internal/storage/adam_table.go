package storage

import (
	"math"
	"sync"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
)

// An AdamTable is a weight of which a step reads a few rows, such as the vectors of an
// embedding, with its moments of Adam. Adam moves every row at every step, for m decays
// slowly; a table leaves a row without a gradient alone and makes up for the steps it missed,
//
//	m ← β₁m    v ← β₂v    w ← w − α·m/(√v+ε)    for each rate α since,
//
// when the row is next read. Readers see what Adam gives, and a step costs as much as the
// rows of its batch. A row soon stops moving: its steps shrink by β₁/√β₂, and from the first
// that does not change w even at the largest rate, only powers of β₁ and β₂ remain for m and v.
//
// The buffers of w, m and v know their table. Programs that read no more than rows of w
// bring these up to date first (a gather, a [RowUpdate]). Before anything else reads one of the
// buffers all rows are brought up to date, and before anything else changes one the table is
// dissolved.
type AdamTable struct {
	w, m, v     *Buffer
	rows, width int
	grain       int // rows a thread takes at a time
	team        *threads.Team
	solo        *kernel.ThreadPool

	mu    sync.Mutex // predictions bring rows up to date at the same time
	idle  kernel.Idle
	rates []float32 // of the steps since all rows were up to date
	last  []int32   // of each row, how many of these it has done; atRest; or below, see tableUpdate
	late  []lateRow

	replay, sweep func(part, thread int)
}

// atRest says that a row has no moments, so that nothing happens to it.
const atRest = -1

// TableSteps is how many steps a row may be behind; then all rows are brought up to date, which
// costs about as much as that many steps on a batch of one row.
const TableSteps = 1 << 14

// lateRow is a row to bring up to date and how many steps it has done.
type lateRow struct{ row, last int32 }

func newAdamTable(w, m, v *Buffer, cfg kernel.AdamConfig, team *threads.Team) *AdamTable {
	t := &AdamTable{w: w, m: m, v: v, rows: w.Type.Shape[0], width: w.Type.Shape[1:].Size(), team: team}
	t.grain = max(1, tableGrain/t.width)
	t.idle = kernel.Idle{AdamConfig: cfg, Kept1: powers(cfg.Beta1), Kept2: powers(cfg.Beta2)}
	t.rates, t.last = make([]float32, 0, TableSteps), make([]int32, t.rows)
	t.replay = func(part, _ int) {
		for _, x := range t.late[part*t.grain : min((part+1)*t.grain, len(t.late))] {
			t.catchUpRow(x)
		}
	}
	t.sweep = func(part, _ int) {
		for row := part * t.grain; row < min((part+1)*t.grain, t.rows); row++ {
			if last := t.last[row]; last >= 0 {
				t.last[row] = 0
				t.catchUpRow(lateRow{int32(row), last})
			}
		}
	}
	return t
}

// tableGrain is the weights a thread takes at a time.
const tableGrain = 2048

// powers is what r steps leave of a moment, (1−(1−β))ʳ with 1−β rounded as in the steps.
func powers(beta float64) []float32 {
	out := make([]float32, TableSteps+1)
	for r := range out {
		out[r] = float32(math.Pow(1-float64(float32(1-beta)), float64(r)))
	}
	return out
}

// parts is how many pieces n rows are dealt out in.
func (t *AdamTable) parts(n int) int { return (n + t.grain - 1) / t.grain }

// catchUpRow applies the steps that a row has missed.
func (t *AdamTable) catchUpRow(x lateRow) {
	if int(x.last) == len(t.rates) {
		return
	}
	lo, hi := int(x.row)*t.width, (int(x.row)+1)*t.width
	m, v := t.m.f32()[lo:hi], t.v.f32()[lo:hi]
	if zero(m) && zero(v) { // and stays so: its memory is not even written
		t.last[x.row] = atRest
		return
	}
	kernel.AdamIdle(t.w.f32()[lo:hi], m, v, t.rates[x.last:], &t.idle)
}

func zero(x []float32) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

// catchUp brings rows up to date; indices out of range stand for the nearest row.
func (t *AdamTable) catchUp(pool *kernel.ThreadPool, rows []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := int32(len(t.rates))
	t.late = t.late[:0]
	for _, row := range rows {
		row = min(max(row, 0), int64(t.rows-1))
		if last := t.last[row]; last >= 0 && last < now {
			t.last[row] = now // a row that comes again is not late
			t.late = append(t.late, lateRow{int32(row), last})
		}
	}
	pool.Run(t.parts(len(t.late)), t.replay)
}

// settle brings all rows up to date.
func (t *AdamTable) settle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rates) > 0 {
		t.team.With(&t.solo, t.settleWith)
	}
}

func (t *AdamTable) settleWith(pool *kernel.ThreadPool) {
	pool.Run(t.parts(t.rows), t.sweep)
	t.rates, t.idle.Most = t.rates[:0], 0
}

// stepped counts a step of all rows but those it updated.
func (t *AdamTable) stepped(pool *kernel.ThreadPool, rate float32) {
	t.rates = append(t.rates, rate)
	t.idle.Most = max(t.idle.Most, rate, -rate)
	if len(t.rates) == TableSteps {
		t.settleWith(pool)
	}
}
