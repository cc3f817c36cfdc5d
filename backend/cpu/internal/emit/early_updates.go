package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// Updates of large variables are emitted as soon as they cost no more than at the end of the
// graph: when only elementwise operations separate them from what has been computed, and all
// readers of the old value have been emitted. The gradient is still in the caches then, and its
// memory can be reused; at the end all gradients would be alive at once.
//
// This changes no result: if an old value is read later after all, the new one is kept beside
// it until the end, see close.
type earlyUpdater struct {
	s       *scope
	waiting []waiting
	reads   map[*graph.Variable][]*graph.Node
	code    int // instructions there were when it last looked

	// Of one search:
	seen []int
	mark int
	vars []*graph.Variable // that what is not computed yet reads
}

// waiting is the new value of a variable and a node that has to come before it.
type waiting struct{ node, before *graph.Node }

// EarlySize is the least elements of a variable that is updated early; smaller ones are
// updated together.
const EarlySize = optimizerLeast + 1

func (s *scope) newEarlyUpdater() *earlyUpdater {
	e := &earlyUpdater{s: s, seen: make([]int, len(s.g.Nodes)), reads: map[*graph.Variable][]*graph.Node{}}
	for _, u := range s.g.Updates {
		if u.Var.Type.Shape.Size() >= s.c.large {
			e.waiting = append(e.waiting, waiting{node: u.Node})
		}
	}
	for _, n := range s.g.Nodes {
		if r, ok := n.Op.(graph.Read); ok && s.uses[n.ID] > 0 {
			e.reads[r.Var] = append(e.reads[r.Var], n)
		}
	}
	return e
}

// emit emits the updates that nothing blocks any more.
func (e *earlyUpdater) emit() {
	if e.code == e.s.c.Length() {
		return
	}
	left := e.waiting[:0]
	for _, w := range e.waiting {
		if w.before == nil || e.s.done(w.before) {
			if w.before = e.blocker(w.node); w.before == nil {
				e.s.need(w.node)
				continue
			}
		}
		left = append(left, w)
	}
	e.waiting, e.code = left, e.s.c.Length()
}

// done reports whether n has been emitted.
func (s *scope) done(n *graph.Node) bool {
	u := s.units[n.ID]
	return s.has[n.ID] || s.tuples[n] != nil || u != nil && u.emitted
}

// blocker returns a node that has to come before n, nil if there is none.
func (e *earlyUpdater) blocker(n *graph.Node) *graph.Node {
	e.search()
	if b := e.missing(n, true); b != nil {
		return b
	}
	for _, v := range e.vars {
		for _, r := range e.reads[v] {
			if b := e.reader(r); b != nil {
				return b
			}
		}
	}
	return nil
}

// near reports whether no more than elementwise operations stand between n's operands and
// what has been computed.
func (e *earlyUpdater) near(n *graph.Node) bool {
	e.search()
	for _, in := range n.In {
		if e.missing(in, false) != nil {
			return false
		}
	}
	return true
}

func (e *earlyUpdater) search() {
	e.mark++
	e.vars = e.vars[:0]
}

// missing returns a node that n depends on, is not done and is more than elementwise, or
// than that and a step of Adam.
func (e *earlyUpdater) missing(n *graph.Node, adam bool) *graph.Node {
	if e.seen[n.ID] == e.mark {
		return nil
	}
	e.seen[n.ID] = e.mark
	if r, ok := n.Op.(graph.Read); ok {
		e.vars = append(e.vars, r.Var)
		return nil
	}
	if e.s.done(n) && !isView(n) {
		return nil
	}
	if u := e.s.units[n.ID]; u != nil {
		for _, m := range u.nodes {
			e.seen[m.ID] = e.mark
		}
		return e.missingOf(adam, u.nodes...)
	}
	if _, step := n.Op.(fused.Adam); !light(n) && !(step && adam) {
		return n
	}
	return e.missingOf(adam, n)
}

func (e *earlyUpdater) missingOf(adam bool, nodes ...*graph.Node) *graph.Node {
	for _, n := range nodes {
		for _, in := range n.In {
			if b := e.missing(in, adam); b != nil {
				return b
			}
		}
	}
	return nil
}

// reader returns a node that reads r, or another view of it, and is neither done nor one of
// those that the search has seen.
func (e *earlyUpdater) reader(r *graph.Node) *graph.Node {
	users := e.s.users[r.ID]
	if len(users) < e.s.uses[r.ID] { // at the end of the graph
		return e.s.g.Nodes[len(e.s.g.Nodes)-1]
	}
	for _, m := range users {
		switch {
		case isView(m):
			if b := e.reader(m); b != nil {
				return b
			}
		case e.seen[m.ID] != e.mark && !e.s.done(m):
			return m
		}
	}
	return nil
}

// isView reports whether n is its operand in another shape.
func isView(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.StopGradient, graph.Reshape, graph.Broadcast, graph.Transpose, graph.Slice, graph.Reverse:
		return true
	}
	return false
}

// light reports whether n costs no more than a pass over its elements.
func light(n *graph.Node) bool {
	switch n.Op.(type) {
	case graph.Input, graph.Const, graph.Literal, graph.Iota, graph.Result, graph.Unary, graph.Binary, graph.Compare, graph.Select,
		graph.Cast, native.Narrow, native.Round:
		return true
	}
	return isView(n)
}
