package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
	"github.com/rhyton/rhyton/graph"
)

// markTables notes how the program uses each variable: one of which it uses single rows only
// may be a table, and one that it changes otherwise may not.
func (s *scope) markTables() {
	at := map[*graph.Variable]*plan.External{}
	for i, v := range s.g.Variables {
		at[v] = &s.c.Program.Vars[i]
		at[v].Rows = true
	}
	plain := func(n *graph.Node) {
		if r, ok := n.Op.(graph.Read); ok {
			at[r.Var].Rows = false
		}
	}
	for _, n := range s.g.Nodes {
		if s.uses[n.ID] == 0 {
			continue
		}
		rows := 0 // operands that may be tables
		switch n.Op.(type) {
		case graph.Gather:
			rows = 1
		case native.SparseAdam:
			rows = 3
		}
		for _, x := range n.In[rows:] {
			plain(x)
		}
	}
	for _, n := range s.g.Outputs {
		plain(n)
	}
	for _, u := range s.g.Updates {
		plain(u.Node)
		if !isSparse(u.Node) {
			at[u.Var].Rows, at[u.Var].Writes = false, true
		}
	}
}

func isSparse(n *graph.Node) bool {
	if _, ok := n.Op.(graph.Result); !ok {
		return false
	}
	_, ok := n.In[0].Op.(native.SparseAdam)
	return ok
}

// sparseUpdate is a step of Adam on the rows of a table that have gradients.
type sparseUpdate struct {
	w, m, v   *plan.External
	config    kernel.AdamConfig
	idx, up   []*plan.Ref // of the terms of the gradient
	sum, rate *plan.Ref   // sum: room for the gradients of the touched rows
	rows      *storage.RowUpdate
}

// sparseAdam emits an update of rows. Its results are the variables themselves: whatever
// reads w has to come first.
func (s *scope) sparseAdam(op native.SparseAdam, n *graph.Node) []plan.Value {
	c := s.c
	for _, reader := range s.users[n.In[0].ID] {
		if reader != n {
			s.need(reader)
		}
	}
	in := s.operands(n)
	w, m, v := in[0], in[1], in[2]
	width := w.Shape[1:].Size()
	u := &sparseUpdate{w: c.TableAt(w.Slot), m: c.TableAt(m.Slot), v: c.TableAt(v.Slot), rate: c.Span(in[3]),
		config: kernel.AdamConfig{Beta1: op.Beta1, Beta2: op.Beta2, Epsilon: float32(op.Epsilon)}}
	reads := []plan.Value{w, m, v, in[3]}
	count := 0
	for i := 4; i < len(in); i += 2 {
		idx, up := c.dense(c.cast(in[i], graph.Int64)), c.dense(in[i+1])
		u.idx, u.up = append(u.idx, c.Ref(idx)), append(u.up, c.Ref(up))
		reads = append(reads, idx, up)
		count += idx.Shape.Size()
	}
	sum := c.Temp(graph.Type{DType: graph.Float32, Shape: graph.Shape{count, width}})
	u.sum = c.Ref(sum)
	u.rows = storage.NewRowUpdate(len(u.idx), count)
	c.Program.Bound = append(c.Program.Bound, u.bind)
	p := c.Program
	c.Emit("adam of rows "+w.Type.String(), func() { u.run(p.Threads) }, []plan.Value{w, m, v, sum}, reads)
	return []plan.Value{w, m, v}
}

// bind finds the table that the buffers of a run are, or makes them one.
func (u *sparseUpdate) bind(team *threads.Team) {
	u.rows.T = storage.TableOf(u.w.Buffer, u.m.Buffer, u.v.Buffer, u.config, team)
}

func (u *sparseUpdate) run(pool *kernel.ThreadPool) {
	for i := range u.idx {
		u.rows.Terms[i] = storage.RowTerm{Index: plan.Data[int64](u.idx[i]), Up: u.up[i].F32()}
	}
	u.rows.Run(pool, u.rate.F32()[0], u.sum.F32())
}
