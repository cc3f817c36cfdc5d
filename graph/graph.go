// Package graph defines the intermediate representation: dataflow graphs of array operations with
// static shapes. It differentiates graphs (the result is part of the graph, so derivatives nest),
// rewrites them, and describes how a run updates variables. It is independent of layers and
// devices.
//
// A graph is built inside [Trace] by applying operations to nodes; package ops has the functions
// for users. Misuse panics with *[Error], which Trace returns as an error.
package graph

import (
	"slices"

	"github.com/rhyton/rhyton/tensor"
)

// An Op is a pure operation with its attributes as fields. It is used by value and is
// comparable: two nodes with equal Ops and operands are the same value.
type Op interface {
	// Infer returns the types of the results. For unsupported operands it panics with [Errorf].
	Infer(in []Type) []Type
}

// Differentiable is an Op that defines its vector-Jacobian product.
type Differentiable interface {
	Op
	// Grad returns the gradient of each operand of n, or nil for operands without one. dy has the
	// gradient of each result, or nil for results that don't affect the loss.
	Grad(n *Node, dy []*Node) []*Node
}

// Composite is an Op that decomposes into simpler ones, so devices need not implement it. Without
// a Grad method it is differentiated through its decomposition.
type Composite interface {
	Op
	// Lower returns the results as nodes made of simpler operations.
	Lower(in []*Node) []*Node
}

// A Node is one value of a graph. The node of an operation with several results is a tuple, which
// can only be used through [ResultOf]; its Type is that of the first result.
type Node struct {
	Op      Op
	In      []*Node
	Type           // DType and Shape
	Results []Type // of a tuple; nil for a single value
	ID      int    // position in Graph.Nodes, which is a topological order
	Label   string // its origin, such as the path of a layer; for dumps
	g       *Graph
	remat   *region // the region it belongs to; see Remat
}

// Graph returns the graph that n belongs to.
func (n *Node) Graph() *Graph { return n.g }

// Rank returns the number of axes.
func (n *Node) Rank() int { return len(n.Shape) }

// A Variable is a value that persists between runs: a weight, a statistic, a counter. To the
// graph it is an identity; its storage belongs to the code that runs the graph.
type Variable struct {
	Path      string // such as "dense/kernel"
	Type      Type
	Trainable bool           // updated by gradients; otherwise by Assign
	Initial   *tensor.Tensor // the value before the first run; nil: from Make
	// Make computes the value before the first run when it is first needed, once; nil means zeros.
	Make    func() (*tensor.Tensor, error)
	Storage any // the value between runs; belongs to the code that runs graphs
}

// An Update says that Var takes the value of Node at the end of a run.
type Update struct {
	Var  *Variable
	Node *Node
}

// A Graph is under construction inside [Trace] and immutable after it.
type Graph struct {
	Nodes     []*Node
	Inputs    []*Node
	Outputs   []*Node
	Variables []*Variable // all that are read or assigned, in the order of first use
	Updates   []Update    // at most one a variable, in the order of first assignment
	Label     string      // given to new nodes

	known    map[*Variable]bool
	reads    map[*Variable]*Node // the Read node
	staged   map[*Variable]int   // index into Updates
	parent   *Graph              // of a Scan's body under construction
	captured []*Node             // the nodes of enclosing graphs used in this body
	capture  map[*Node]*Node     // and the inputs that stand for them
	budget   *budget             // of the trace; nil: no limits
}

func newGraph(parent *Graph) *Graph {
	g := &Graph{parent: parent, known: map[*Variable]bool{}, reads: map[*Variable]*Node{}, staged: map[*Variable]int{}, capture: map[*Node]*Node{}}
	if parent != nil {
		g.budget = parent.budget
	}
	return g
}

// Trace runs build on a new graph, whose outputs are what build returns, and returns the graph,
// or an error if build misused an operation. A panic that is not an *Error is a bug and is not
// recovered.
func Trace(build func(g *Graph) []*Node) (g *Graph, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			g, err = nil, r
		default:
			panic(r)
		}
	}()
	g = newGraph(nil)
	g.budget = &budget{}
	g.Outputs = build(g)
	for i, n := range g.Outputs {
		switch {
		case n == nil:
			Errorf("output %d is nil", i)
		case g.own(n).Results != nil:
			Errorf("output %d is a tuple of %d results of %v; select one with ResultOf", i, len(n.Results), n.Op)
		}
	}
	return g, nil
}

// Input adds a value that the caller passes to each run.
func (g *Graph) Input(dtype DType, shape ...int) *Node {
	n := g.Apply(Input{Index: len(g.Inputs), DType: dtype, Dims: DimsOf(shape)})
	g.Inputs = append(g.Inputs, n)
	return n
}

// Read returns v's value: at the start of the run, or as last assigned in this trace.
func (g *Graph) Read(v *Variable) *Node {
	if g.parent != nil {
		return g.own(g.parent.Read(v))
	}
	if i, ok := g.staged[v]; ok {
		return g.Updates[i].Node
	}
	n := g.reads[v]
	if n == nil {
		g.know(v)
		n = g.Apply(Read{Var: v})
		g.reads[v] = n
	}
	return n
}

// Assign stages v = n for the end of the run; a later Read in this trace sees n.
func (g *Graph) Assign(v *Variable, n *Node) {
	if g.parent != nil {
		Errorf("assign %s: not allowed inside a scan; carry the value and assign it after the scan", v.Path)
	}
	g.own(n)
	if !n.Type.Equal(v.Type) {
		Errorf("assign %s: it is %v, the value is %v", v.Path, v.Type, n.Type)
	}
	if i, ok := g.staged[v]; ok {
		g.Updates[i].Node = n
		return
	}
	g.know(v)
	g.staged[v] = len(g.Updates)
	g.Updates = append(g.Updates, Update{v, n})
}

func (g *Graph) know(v *Variable) {
	if !g.known[v] {
		g.known[v] = true
		g.Variables = append(g.Variables, v)
	}
}

// Const returns x everywhere in the given shape.
func (g *Graph) Const(dtype DType, x float64, shape ...int) *Node {
	return g.Apply(Const{DType: dtype, Value: x, Dims: DimsOf(shape)})
}

// Literal returns t as a constant of the graph.
func (g *Graph) Literal(t *tensor.Tensor) *Node {
	if err := t.Err(); err != nil {
		Errorf("%v", err)
	}
	return g.Apply(Literal{t})
}

// Apply adds op to the graph of its operands, which must not be empty.
func Apply(op Op, in ...*Node) *Node {
	if len(in) == 0 || slices.Contains(in, nil) {
		Errorf("%v: an operand is nil or missing", op)
	}
	return deepest(in).Apply(op, in...)
}

// deepest returns the innermost graph of the operands: a Scan's body may use nodes of the
// enclosing graphs.
func deepest(in []*Node) *Graph {
	g := in[0].g
	for _, n := range in[1:] {
		if n.g != g && n.g.within(g) {
			g = n.g
		}
	}
	return g
}

func (g *Graph) within(outer *Graph) bool {
	for p := g.parent; p != nil; p = p.parent {
		if p == outer {
			return true
		}
	}
	return false
}

// own returns n as a node of g, capturing it if it belongs to an enclosing graph.
func (g *Graph) own(n *Node) *Node {
	if n.g == g {
		return n
	}
	if !g.within(n.g) {
		Errorf("the value belongs to another trace; a graph can only use its own nodes")
	}
	n = g.parent.own(n)
	c := g.capture[n]
	if c == nil {
		c = g.Apply(Input{Index: -1 - len(g.captured), DType: n.DType, Dims: DimsOf(n.Shape)})
		g.capture[n] = c
		g.captured = append(g.captured, n)
	}
	return c
}

// Apply adds op to g.
func (g *Graph) Apply(op Op, in ...*Node) *Node {
	if _, random := op.(Random); random && g.parent != nil {
		Errorf("random numbers can't be drawn inside a scan; draw them outside and pass them in")
	}
	if want := arity(op); want >= 0 && len(in) != want {
		Errorf("%v: %d operands; want %d", op, len(in), want)
	}
	g.count()
	own := make([]*Node, len(in))
	types := make([]Type, len(in))
	for i, n := range in {
		own[i] = g.own(n)
		types[i] = own[i].Type
		if own[i].Results != nil {
			if _, ok := op.(Result); !ok {
				Errorf("%v: operand %d is a tuple of %d results; select one with ResultOf", op, i, len(own[i].Results))
			}
			types = own[i].Results
		}
	}
	out := op.Infer(types)
	for _, t := range out {
		if err := t.Shape.Check(); err != nil {
			Errorf("%v: %v", op, err)
		}
		if t.DType < Bool || t.DType > Float64 {
			Errorf("%v: graphs don't support %v", op, t.DType)
		}
	}
	n := &Node{Op: op, In: own, Type: out[0], ID: len(g.Nodes), Label: g.Label, g: g}
	if len(out) > 1 {
		n.Results = out
	}
	g.Nodes = append(g.Nodes, n)
	return n
}

// ResultOf returns result i of n, or n itself if it has a single result.
func ResultOf(n *Node, i int) *Node {
	if n.Results == nil && i == 0 {
		return n
	}
	return Apply(Result{i}, n)
}

// ResultsOf returns all results of n.
func ResultsOf(n *Node) []*Node {
	out := make([]*Node, max(len(n.Results), 1))
	for i := range out {
		out[i] = ResultOf(n, i)
	}
	return out
}
