package gorgonia

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
	"gorgonia.org/gorgonia"
	dense "gorgonia.org/tensor"
)

// maxNodes bounds an ExprGraph, whose compile time is quadratic in the number of nodes.
const maxNodes = 1 << 13

// A value is the lowered form of a graph node: a node of the ExprGraph, a source known without
// one, or both.
type value struct {
	graph.Type
	node *gorgonia.Node
	from source
}

// A source returns a value that is not computed: an input, a variable, a draw or a constant.
type source func(r *run) any

// A lowering translates a graph to an ExprGraph.
type lowering struct {
	g     *gorgonia.ExprGraph
	needs map[*graph.Node]bool
	used  map[*graph.Node][]bool // the results of a scan that are used
	vars  []*graph.Variable
	lets  []let
	count int
	loop  *graph.Node // the outermost scan being lowered
}

// A let is an input of the ExprGraph.
type let struct {
	node *gorgonia.Node
	from source
}

// refusal is the panic value of a lowering that fails.
type refusal struct{ error }

// block lowers the nodes of g that are needed and returns their values; in are the values of its
// inputs.
func (l *lowering) block(g *graph.Graph, in []*value) map[*graph.Node]*value {
	vals := map[*graph.Node]*value{}
	tuples := map[*graph.Node][]*value{}
	for _, n := range g.Nodes {
		if !l.needs[n] {
			continue
		}
		args := make([]*value, len(n.In))
		for i, o := range n.In {
			args[i] = vals[o]
		}
		switch op := n.Op.(type) {
		case graph.Input:
			vals[n] = in[op.Index]
		case graph.Result:
			vals[n] = tuples[n.In[0]][op.Index]
		case graph.Scan:
			tuples[n] = l.scan(n, op, args)
		default:
			vals[n] = l.node(n, args)
		}
	}
	return vals
}

func (l *lowering) node(n *graph.Node, in []*value) *value {
	switch op := n.Op.(type) {
	case graph.Read:
		i := slices.Index(l.vars, op.Var)
		return &value{Type: n.Type, from: func(r *run) any { return sliceOf(r.Vars[i].Value()) }}
	case graph.Const:
		return constant(filled(n.Type, op.Value))
	case graph.Literal:
		return constant(op.Tensor)
	case graph.Iota:
		return constant(count(op))
	case graph.Random:
		return &value{Type: n.Type, from: func(r *run) any { return draw(op, r.seed) }}
	case graph.StopGradient, graph.Barrier:
		return in[0]
	case graph.Conv:
		if isPlain(op, in[0].Type, in[1].Type) && n.Shape.Size() > 0 {
			return l.conv(n, op, in[0], in[1])
		}
	case graph.ConvGradFilter:
		x := in[0].Type
		if isPlain(op.Conv, x, n.Type) && in[1].Shape.Size() > 0 {
			return l.convGradFilter(n, op, in[0], in[1])
		}
	case graph.MatMul:
		return l.matmul(n, op, in[0], in[1])
	}
	return l.apply(n, n.Op, in...)
}

// matmul transposes the operands of a matrix product first, which Gorgonia's plain product does
// not.
func (l *lowering) matmul(n *graph.Node, op graph.MatMul, a, b *value) *value {
	if len(a.Shape) == 2 && n.DType.IsFloat() && a.Shape.Size() > 0 && b.Shape.Size() > 0 {
		swap := graph.Transpose{Perm: graph.DimsOf([]int{1, 0})}
		if op.TransA {
			a = l.apply(n, swap, a)
		}
		if op.TransB {
			b = l.apply(n, swap, b)
		}
		op = graph.MatMul{}
	}
	return l.apply(n, op, a, b)
}

// apply adds one operation for node n to the ExprGraph.
func (l *lowering) apply(n *graph.Node, do graph.Op, in ...*value) *value {
	types := make([]graph.Type, len(in))
	for i, x := range in {
		types[i] = x.Type
	}
	t := do.Infer(types)[0]
	if t.Shape.Size() == 0 {
		return constant(tensor.New(t.DType, t.Shape...))
	}
	if l.count++; l.count > maxNodes {
		panic(refusal{tooLong(cmp.Or(l.loop, n))})
	}
	o := &op{id: l.count, name: named(n, do), out: t}
	children := l.operands(o, in)
	if len(children) == len(in) {
		l.inner(o, do, t, types)
	}
	if o.inner == nil {
		if o.loop = loopOf(do, t, types); o.loop == nil {
			panic(refusal{refused([]string{named(n, do)})})
		}
	}
	if len(children) == 0 {
		y := tensor.New(t.DType, t.Shape...)
		to := newSlice(t)
		o.loop(to, o.args)
		store(y, to)
		return constant(y)
	}
	node, err := gorgonia.ApplyOp(applied(o), children...)
	if err != nil {
		panic(refusal{fmt.Errorf("gorgonia: %s: %w", o.name, err)})
	}
	return &value{Type: t, node: node}
}

// operands sets o's operands and types and returns the operands that are nodes, leaving out
// those without elements.
func (l *lowering) operands(o *op, in []*value) (children []*gorgonia.Node) {
	for i, x := range in {
		if x.Shape.Size() == 0 {
			o.args = append(o.args, newSlice(x.Type))
			continue
		}
		o.args = append(o.args, nil)
		o.at = append(o.at, i)
		c := l.nodeOf(x)
		children = append(children, c)
		o.types = append(o.types, c.Type())
	}
	o.types = append(o.types, typeOf(o.out))
	return children
}

// inner sets o's Gorgonia operation if Gorgonia has a suitable one.
func (l *lowering) inner(o *op, do graph.Op, t graph.Type, in []graph.Type) {
	if n, ok := nativeOf(do, t, in); ok {
		if inner, err := n.opOf(t.DType); err == nil {
			o.inner, o.views = inner, n.views
		}
	}
}

// nodeOf returns the node of x in the ExprGraph; if x is not computed, it is an input.
func (l *lowering) nodeOf(x *value) *gorgonia.Node {
	if x.node == nil {
		s := shapeOf(x.Shape)
		x.node = gorgonia.NewTensor(l.g, physical[x.DType], len(s), gorgonia.WithShape(s...), gorgonia.WithName(fmt.Sprint("input ", len(l.lets))))
		l.lets = append(l.lets, let{x.node, x.from})
	}
	return x.node
}

// value returns x's array in a run.
func (x let) value(r *run) *dense.Dense {
	return dense.New(dense.WithShape(x.node.Shape()...), dense.WithBacking(x.from(r)))
}
