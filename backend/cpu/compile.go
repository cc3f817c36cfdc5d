package cpu

import (
	"cmp"
	"fmt"
	"unsafe"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// A compiler turns a graph into a program.
type compiler struct {
	p         *program
	slots     []slot
	refs      []*ref
	pairs     []pair
	code      []instr
	pos       int
	depth     int              // of scans around
	precision kernel.Precision // of products of float32
	large     int              // elements of a variable whose update comes early
	outer     map[int]bool     // slots from outside the present scan that it touches
	err       error

	carry   map[int]bool // slots of carries
	prelude []func()     // of the present scan: what is done once before its steps
}

// compile plans g, which is prepared and legal; products of float32 have that precision, and
// updates of variables of at least large elements come early.
func compile(g *graph.Graph, precision kernel.Precision, large int) (*program, error) {
	c := &compiler{p: &program{}, precision: precision, large: large, outer: map[int]bool{}, carry: map[int]bool{}}
	s := c.scope(g, nil)
	vars := map[*graph.Variable]value{}
	for _, v := range g.Variables {
		at := c.newSlot(caller, v.Type.Shape.Size()*v.Type.DType.Size())
		vars[v] = whole(v.Type, at)
		c.p.vars = append(c.p.vars, external{slot: at})
	}
	s.vars = vars
	s.early = s.earlyUpdates()
	s.access()
	for _, n := range g.Inputs {
		at := c.newSlot(caller, bytesOf(n.Type))
		s.set(n, whole(n.Type, at))
		c.p.inputs = append(c.p.inputs, external{slot: at})
	}
	s.emitAll()
	for _, n := range g.Outputs {
		at := c.newSlot(caller, bytesOf(n.Type))
		c.p.outputs = append(c.p.outputs, external{slot: at, writes: true})
	}
	if c.err != nil {
		return nil, c.err
	}
	s.close(g)
	c.finish()
	return c.p, c.err
}

func bytesOf(t graph.Type) int { return t.Shape.Size() * t.DType.Size() }

// close brings the results to the outputs and the new values to the variables: first what
// shows old values of variables, then what can stand in its place from the start, then
// the rest.
func (s *scope) close(g *graph.Graph) {
	c := s.c
	news := make([]value, len(g.Updates))
	moved := make([]bool, len(g.Updates))
	for i, u := range g.Updates {
		news[i] = s.value(u.Node)
		if moved[i] = news[i].slot == s.vars[u.Var].slot && news[i].dense(); moved[i] {
			continue // as a table's is
		}
		if c.lent(news[i]) {
			v := news[i]
			news[i] = c.temp(v.Type)
			c.copy(news[i], v)
		}
	}
	for i, n := range g.Outputs {
		if v := s.value(n); c.lent(v) {
			c.copy(whole(n.Type, c.p.outputs[i].slot), v)
		}
	}
	for i, u := range g.Updates {
		moved[i] = moved[i] || c.moveTo(news[i], s.vars[u.Var])
	}
	for i, n := range g.Outputs {
		to := whole(n.Type, c.p.outputs[i].slot)
		if v := s.value(n); !c.lent(v) && !c.moveTo(v, to) {
			c.copy(to, v)
		}
	}
	for i, u := range g.Updates {
		if !moved[i] {
			c.copy(s.vars[u.Var], news[i])
		}
	}
}

// lent reports whether v is memory of the caller's as it was given.
func (c *compiler) lent(v value) bool { return c.slots[v.slot].kind == caller }

// finish lays out the memory and resolves the references.
func (c *compiler) finish() {
	p := c.p
	place, bytes := c.layout()
	p.bytes = bytes
	p.slab = aligned(bytes)
	p.mem, p.stamps = make([]unsafe.Pointer, len(c.slots)), make([]uint64, len(c.slots))
	for i, s := range c.slots {
		switch {
		case s.root != i:
		case s.kind == arena:
			p.mem[i] = unsafe.Add(p.slab, place[i])
		case s.kind == fixed:
			p.mem[i] = s.data
		}
	}
	for _, r := range c.refs {
		r.base = &p.mem[c.root(r.slot)]
	}
	p.code = c.code
}

// emit appends an instruction that writes and reads the given values.
func (c *compiler) emit(name string, run func(), writes, reads []value) {
	c.code = append(c.code, instr{name: name, run: run})
	for _, v := range reads {
		c.touch(v.slot, true)
	}
	for _, v := range writes {
		c.touch(v.slot, false)
	}
	c.pos++
}

// mayOverwrite says that the instruction emitted last may write w where r was: it reads
// each element of r before it writes that element of w, and nothing of r after.
func (c *compiler) mayOverwrite(w, r value) {
	if w.dense() && r.dense() && w.off == 0 && r.off == 0 && bytesOf(w.Type) == bytesOf(r.Type) {
		c.pairs = append(c.pairs, pair{c.pos - 1, w.slot, r.slot})
	}
}

// ref makes the place of v's elements known to a kernel.
func (c *compiler) ref(v value) *ref {
	r := &ref{slot: v.slot, off: v.off * v.DType.Size(), n: v.Shape.Size()}
	c.refs = append(c.refs, r)
	return r
}

// temp is a new dense value.
func (c *compiler) temp(t graph.Type) value { return whole(t, c.newSlot(arena, bytesOf(t))) }

// dense returns v, copied if its elements do not lie one after the other.
func (c *compiler) dense(v value) value {
	if v.dense() {
		return v
	}
	d := c.temp(v.Type)
	c.copy(d, v)
	return d
}

// A scope is the values of one graph: the whole one or the body of a scan.
type scope struct {
	c      *compiler
	g      *graph.Graph
	parent *scope
	vars   map[*graph.Variable]value
	vals   []value
	has    []bool
	tuples map[*graph.Node][]value
	uses   []int           // readers of each node, outputs and updates among them
	users  [][]*graph.Node // the nodes among them
	units  []*unit
	sums   map[*graph.Node]*unit // that sums are done with
	early  *early                // of the whole graph

	crossings  map[crossingKey]crossing
	norms      map[normKey]normed
	attentions map[attentionKey][]value // what forward passes left for gradients
}

func (c *compiler) scope(g *graph.Graph, parent *scope) *scope {
	n := len(g.Nodes)
	s := &scope{c: c, g: g, parent: parent, vals: make([]value, n), has: make([]bool, n), uses: readers(g),
		tuples:    map[*graph.Node][]value{},
		crossings: map[crossingKey]crossing{}, norms: map[normKey]normed{}, attentions: map[attentionKey][]value{}}
	s.users = usersOf(g, s.uses)
	s.fuse()
	return s
}

func (s *scope) set(n *graph.Node, v value) { s.vals[n.ID], s.has[n.ID] = v, true }

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

// value returns the value of n, emitting what makes it if that has not been.
func (s *scope) value(n *graph.Node) value {
	s.need(n)
	return s.vals[n.ID]
}

// operands are the values of n's operands.
func (s *scope) operands(n *graph.Node) []value {
	in := make([]value, len(n.In))
	for i, o := range n.In {
		in[i] = s.value(o)
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
	if s.source(n) || s.view(n) || s.compute(n) || s.composite(n) {
		return
	}
	if s.c.err == nil {
		s.c.err = fmt.Errorf("cpu: %v of %v: %w", n.Op, n.Type, backend.ErrUnsupported)
	}
}

// compute emits the primitives that are kernels of their own.
func (s *scope) compute(n *graph.Node) bool {
	in := s.operands(n)
	v, ok := s.c.elementwise(n, in)
	if !ok {
		v, ok = s.c.combine(n, in)
	}
	if !ok {
		v, ok = s.product(n, in)
	}
	if ok {
		s.set(n, v)
		return true
	}
	if op, ok := n.Op.(convPool); ok {
		s.tuples[n] = s.convPool(op, n, in)
		s.set(n, s.tuples[n][1])
		return true
	}
	if op, scan := n.Op.(graph.Scan); scan {
		s.scan(n, op, in)
		return true
	}
	return false
}

// elementwise emits what no vector program took.
func (c *compiler) elementwise(n *graph.Node, in []value) (value, bool) {
	switch op := n.Op.(type) {
	case graph.Unary:
		return c.unary(op.Fn, in[0]), true
	case graph.Binary:
		return c.binary(op.Fn, in[0], in[1]), true
	case graph.Compare:
		return c.compare(op.Fn, in[0], in[1]), true
	case graph.Select:
		return c.choose(in[0], in[1], in[2]), true
	case graph.Cast:
		return c.cast(in[0], op.To), true
	case narrowing:
		return c.cast(in[0], op.To), true
	case round: // to float16: no program takes that
		return c.cast(c.cast(in[0], op.to), graph.Float32), true
	case relu, reluGrad: // of nothing: no program takes that
		return c.temp(n.Type), true
	}
	return value{}, false
}

// combine emits what moves elements or combines them along axes.
func (c *compiler) combine(n *graph.Node, in []value) (value, bool) {
	switch op := n.Op.(type) {
	case graph.Pad:
		return c.pad(op, in[0], n.Type), true
	case graph.Concat:
		return c.concat(op, in, n.Type), true
	case graph.Random:
		return c.random(op), true
	case graph.Reduce:
		return c.reduce(op, in[0], n.Type), true
	case graph.ArgReduce:
		return c.argReduce(op, in[0], n.Type), true
	case graph.Cumulate:
		return c.cumulate(op, in[0]), true
	case graph.ArgSort:
		return c.argSort(op, in[0], n.Type), true
	case place:
		return c.places(op, in[0], n.Type), true
	case graph.Gather:
		return c.gather(in[0], in[1], n.Type), true
	case graph.Scatter:
		return c.scatter(op.Fn, in[0], in[1], in[2]), true
	case dot:
		return c.dot(op, in[0], in[1], n.Type), true
	}
	return value{}, false
}

// product emits matrix products, convolutions and pooling.
func (s *scope) product(n *graph.Node, in []value) (value, bool) {
	c := s.c
	switch op := n.Op.(type) {
	case graph.MatMul:
		return c.matmul(op, in[0], in[1], s.laidOut(n)), true
	case gemm:
		return c.gemmOf(op, in, s.laidOut(n)), true
	case graph.Conv:
		return c.conv(op, in[0], in[1], n.Type), true
	case convolution:
		return c.convAct(op, in, n.Type), true
	case graph.ConvGradInput:
		return c.convGradInput(op, in[0], in[1], n.Type), true
	case graph.ConvGradFilter:
		return c.convGradFilter(op, in[0], in[1], n.Type), true
	case graph.Pool:
		return c.pool(op, in[0], n.Type), true
	case graph.PoolGrad:
		return c.poolGrad(op, in[0], in[1]), true
	case graph.MaxPoolGather:
		return c.poolPick(op, in[0], in[1], n.Type), true
	}
	return value{}, false
}
