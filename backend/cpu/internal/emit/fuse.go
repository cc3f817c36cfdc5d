package emit

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// A unit is a set of elementwise nodes of one shape that become one vector program. No
// path leaves it and comes back.
type unit struct {
	nodes   []*graph.Node // in order
	sums    []*graph.Node // of some of them, done with them
	emitted bool
}

// Limits of a unit: a program names its operands by a byte, and its inputs, outputs and
// registers should stay in the L1 cache.
const (
	unitNodes  = 48
	unitInputs = 12
)

func (u *unit) first() *graph.Node { return u.nodes[0] }
func (u *unit) last() *graph.Node  { return u.nodes[len(u.nodes)-1] }

// fuse forms the units of s's graph.
func (s *scope) fuse() {
	s.units = make([]*unit, len(s.g.Nodes))
	f := &fuser{s: s, seen: make([]int, len(s.g.Nodes))}
	var scalar *graph.Node // the last one in a unit
	for _, n := range s.g.Nodes {
		if s.uses[n.ID] == 0 || !fusible(n) {
			continue
		}
		s.units[n.ID] = &unit{nodes: []*graph.Node{n}}
		for _, in := range n.In {
			in = unwrapped(in)
			if u := s.units[in.ID]; u != nil && in.Shape.Equal(n.Shape) {
				f.merge(u, s.units[n.ID])
			}
		}
		if loneLogic(n) && len(s.units[n.ID].nodes) == 1 {
			s.units[n.ID] = nil
			continue
		}
		// Unrelated scalars, such as the sums of metrics, still cost less in one program
		// than in several.
		if n.Rank() == 0 {
			if scalar != nil {
				f.merge(s.units[scalar.ID], s.units[n.ID])
			}
			scalar = n
		}
	}
	s.fuseSums()
}

// unwrapped looks through StopGradient, whose value is its operand.
func unwrapped(n *graph.Node) *graph.Node {
	for {
		if _, ok := n.Op.(graph.StopGradient); !ok {
			return n
		}
		n = n.In[0]
	}
}

// fusible reports whether n can be an instruction of a vector program, which computes
// with float32 and has 1 and 0 for bools.
func fusible(n *graph.Node) bool {
	if n.Shape.Size() == 0 {
		return false
	}
	_, ok := kernelOp(n.Op)
	if !ok {
		return false
	}
	switch op := n.Op.(type) {
	case graph.Compare:
		return n.In[0].DType == graph.Float32
	case graph.Select:
		return n.DType == graph.Float32
	case graph.Cast:
		return op.To == graph.Float32 && n.In[0].DType == graph.Bool
	case graph.Unary, graph.Binary, native.Relu, native.ReluGrad, native.Round:
		return n.DType == graph.Float32 || n.DType == graph.Bool
	}
	return false
}

// loneLogic reports whether n gains nothing as a program of its own.
func loneLogic(n *graph.Node) bool {
	_, cast := n.Op.(graph.Cast)
	_, compare := n.Op.(graph.Compare)
	return cast || n.DType == graph.Bool && !compare
}

// fuser merges units.
type fuser struct {
	s    *scope
	seen []int // the search that last came to a node
	mark int
}

// merge joins b, whose node is the newest, to a if that makes no cycle.
func (f *fuser) merge(a, b *unit) {
	if a == b || len(a.nodes)+len(b.nodes) > unitNodes || f.inputs(a, b) > unitInputs || f.returns(a, b) {
		return
	}
	a.nodes = append(a.nodes, b.nodes...)
	slices.SortFunc(a.nodes, func(x, y *graph.Node) int { return x.ID - y.ID })
	for _, n := range b.nodes {
		f.s.units[n.ID] = a
	}
}

func (f *fuser) inputs(a, b *unit) int {
	f.mark++
	count := 0
	for _, u := range []*unit{a, b} {
		for _, n := range u.nodes {
			for _, in := range n.In {
				if v := f.s.units[in.ID]; v != a && v != b && f.seen[in.ID] != f.mark {
					f.seen[in.ID] = f.mark
					if _, known := in.Op.(graph.Const); !known {
						count++
					}
				}
			}
		}
	}
	return count
}

// returns reports whether a path leaves the union of a and b and comes back.
func (f *fuser) returns(a, b *unit) bool {
	f.mark++
	low := min(a.first().ID, b.first().ID)
	var stack []*graph.Node
	push := func(u *unit, inside bool) {
		for _, n := range u.nodes {
			for _, in := range n.In {
				if v := f.s.units[in.ID]; inside && (v == a || v == b) || f.seen[in.ID] == f.mark {
					continue
				}
				f.seen[in.ID] = f.mark
				stack = append(stack, in)
			}
		}
	}
	push(a, true)
	push(b, true)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		u := f.s.units[n.ID]
		switch {
		case u != nil && (u == a || u == b):
			return true
		case u != nil && u.last().ID > low:
			push(u, false)
		case u == nil && n.ID > low:
			push(&unit{nodes: []*graph.Node{n}}, false)
		}
	}
	return false
}

var unaryOps = map[graph.Fn]kernel.Op{
	graph.Neg: kernel.Neg, graph.Abs: kernel.Abs, graph.Sign: kernel.Sign, graph.Recip: kernel.Recip, graph.Exp: kernel.Exp,
	graph.Expm1: kernel.Expm1, graph.Log: kernel.Log, graph.Log1p: kernel.Log1p, graph.Sqrt: kernel.Sqrt, graph.Rsqrt: kernel.Rsqrt,
	graph.Sin: kernel.Sin, graph.Cos: kernel.Cos, graph.Tan: kernel.Tan, graph.Asin: kernel.Asin, graph.Acos: kernel.Acos,
	graph.Atan: kernel.Atan, graph.Sinh: kernel.Sinh, graph.Cosh: kernel.Cosh, graph.Asinh: kernel.Asinh, graph.Acosh: kernel.Acosh,
	graph.Atanh: kernel.Atanh, graph.Tanh: kernel.Tanh, graph.Sigmoid: kernel.Sigmoid, graph.Erf: kernel.Erf,
	graph.Floor: kernel.Floor, graph.Ceil: kernel.Ceil, graph.Round: kernel.Round, graph.Not: kernel.Not,
}

var binaryOps = map[graph.Fn]kernel.Op{
	graph.Add: kernel.Add, graph.Sub: kernel.Sub, graph.Mul: kernel.Mul, graph.Div: kernel.Div, graph.Pow: kernel.Pow,
	graph.Max: kernel.Max, graph.Min: kernel.Min, graph.Atan2: kernel.Atan2, graph.And: kernel.And, graph.Or: kernel.Or, graph.Xor: kernel.Xor,
	graph.Equal: kernel.Eq, graph.NotEqual: kernel.Ne, graph.Less: kernel.Lt, graph.LessEqual: kernel.Le,
	graph.Greater: kernel.Gt, graph.GreaterEqual: kernel.Ge,
}

// kernelOp returns the vector operation of op.
func kernelOp(op graph.Op) (k kernel.Op, ok bool) {
	switch op := op.(type) {
	case graph.Unary:
		k, ok = unaryOps[op.Fn]
	case graph.Binary:
		k, ok = binaryOps[op.Fn]
	case graph.Compare:
		k, ok = binaryOps[op.Fn]
	case graph.Select:
		return kernel.Select, true
	case graph.Cast:
		return kernel.Copy, true
	case native.Round:
		return kernel.RoundBF16, op.To == graph.BFloat16
	case native.Relu:
		return kernel.Relu, true
	case native.ReluGrad:
		return kernel.ReluGrad, true
	}
	return k, ok
}
