package emit

import (
	"cmp"
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/uses"
	"github.com/rhyton/rhyton/graph"
)

// A compiler turns a graph into a program.
type compiler struct {
	*plan.Builder
	precision kernel.Precision // of products of float32
	large     int              // elements of a variable whose update comes early
	prelude   []func()         // of the present scan: what is done once before its steps
	err       error
}

// Compile turns g, which the passes have rewritten, into a program. Products of float32 have
// the given precision; updates of variables of at least large elements come early.
func Compile(g *graph.Graph, precision kernel.Precision, large int) (*plan.Program, error) {
	c := &compiler{Builder: plan.NewBuilder(), precision: precision, large: large}
	s := c.scope(g, nil)
	vars := map[*graph.Variable]plan.Value{}
	for _, v := range g.Variables {
		vars[v] = c.NewVariable(v.Type)
	}
	s.vars = vars
	s.early = s.newEarlyUpdater()
	s.markTables()
	for _, n := range g.Inputs {
		s.set(n, c.NewInput(n.Type))
	}
	s.emitAll()
	outputs := make([]plan.Value, len(g.Outputs))
	for i, n := range g.Outputs {
		outputs[i] = c.NewOutput(n.Type)
	}
	if c.err != nil {
		return nil, c.err
	}
	s.close(g, outputs)
	return c.Finish(), nil
}

// close moves the results to the outputs and the new values to the variables: first results
// that are old values of variables, then those that can be computed in place, then copies of
// the rest.
func (s *scope) close(g *graph.Graph, outputs []plan.Value) {
	c := s.c
	news := make([]plan.Value, len(g.Updates))
	moved := make([]bool, len(g.Updates))
	for i, u := range g.Updates {
		news[i] = s.value(u.Node)
		if moved[i] = news[i].Slot == s.vars[u.Var].Slot && news[i].Dense(); moved[i] {
			continue // as a table's is
		}
		if c.Lent(news[i]) {
			v := news[i]
			news[i] = c.Temp(v.Type)
			c.copy(news[i], v)
		}
	}
	for i, n := range g.Outputs {
		if v := s.value(n); c.Lent(v) {
			c.copy(outputs[i], v)
		}
	}
	for i, u := range g.Updates {
		moved[i] = moved[i] || c.MoveTo(news[i], s.vars[u.Var])
	}
	for i, n := range g.Outputs {
		if v := s.value(n); !c.Lent(v) && !c.MoveTo(v, outputs[i]) {
			c.copy(outputs[i], v)
		}
	}
	for i, u := range g.Updates {
		if !moved[i] {
			c.copy(s.vars[u.Var], news[i])
		}
	}
}

// dense returns v, copied if its elements do not lie one after the other.
func (c *compiler) dense(v plan.Value) plan.Value {
	if v.Dense() {
		return v
	}
	d := c.Temp(v.Type)
	c.copy(d, v)
	return d
}

// A scope is the values of one graph: the whole one or the body of a scan.
type scope struct {
	c      *compiler
	g      *graph.Graph
	parent *scope
	vars   map[*graph.Variable]plan.Value
	vals   []plan.Value
	has    []bool
	tuples map[*graph.Node][]plan.Value
	uses   []int           // readers of each node, outputs and updates among them
	users  [][]*graph.Node // the nodes among them
	units  []*unit
	sums   map[*graph.Node]*unit // that sums are done with
	early  *earlyUpdater         // of the whole graph

	crossings  map[crossEntropyKey]crossEntropy
	norms      map[normKey]normed
	attentions map[attentionKey][]plan.Value // what forward passes left for gradients
}

func (c *compiler) scope(g *graph.Graph, parent *scope) *scope {
	n := len(g.Nodes)
	s := &scope{c: c, g: g, parent: parent, vals: make([]plan.Value, n), has: make([]bool, n), uses: uses.Readers(g),
		tuples:    map[*graph.Node][]plan.Value{},
		crossings: map[crossEntropyKey]crossEntropy{}, norms: map[normKey]normed{}, attentions: map[attentionKey][]plan.Value{}}
	s.users = uses.Users(g, s.uses)
	s.fuse()
	return s
}

func (s *scope) set(n *graph.Node, v plan.Value) { s.vals[n.ID], s.has[n.ID] = v, true }

// emitAll emits every node in order; a fused unit comes with its last node or when it
// is first needed.
func (s *scope) emitAll() {
	for _, n := range s.g.Nodes {
		if u := s.units[n.ID]; s.uses[n.ID] == 0 || u != nil && u.last() != n {
			continue
		}
		s.need(n)
		if s.early != nil {
			s.early.emit()
		}
		if s.c.err != nil {
			return
		}
	}
}

// value returns the value of n, emitting its instructions first if need be.
func (s *scope) value(n *graph.Node) plan.Value {
	s.need(n)
	return s.vals[n.ID]
}

// operands are the values of n's operands.
func (s *scope) operands(n *graph.Node) []plan.Value {
	in := make([]plan.Value, len(n.In))
	for i, o := range n.In {
		in[i] = s.value(o)
	}
	return in
}

// denseOperands are the values of n's operands, each in one piece.
func (s *scope) denseOperands(n *graph.Node) []plan.Value {
	in := s.operands(n)
	for i, v := range in {
		in[i] = s.c.dense(v)
	}
	return in
}

func (s *scope) need(n *graph.Node) {
	if s.has[n.ID] || s.tuples[n] != nil || s.c.err != nil {
		return
	}
	if u := cmp.Or(s.units[n.ID], s.sums[n]); u != nil {
		if !u.emitted {
			s.emitUnit(u)
		}
		return
	}
	if s.source(n) || s.view(n) || s.primitive(n) || s.composite(n) {
		return
	}
	if s.c.err == nil {
		s.c.err = fmt.Errorf("cpu: %v of %v: %w", n.Op, n.Type, backend.ErrUnsupported)
	}
}
