package graph

import "math"

// simplified applies algebraic identities. NaN and ±∞ are preserved (x·0 stays); only the sign of
// zero may change (x+0 becomes x).
func simplified(g *Graph) *Graph {
	return Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
		switch op := old.Op.(type) {
		case StopGradient:
			return in[0]
		case Cast:
			return op.simpler(in[0])
		case Unary:
			return op.simpler(in[0])
		case Binary:
			if n := op.simpler(in[0], in[1]); n != nil {
				return n
			}
			return narrower(op, in)
		case Compare:
			return narrower(op, in)
		case Select:
			return op.simpler(in)
		}
		return simplerShape(old, in)
	})
}

// simpler removes casts to the same type and casts of a widened float.
func (o Cast) simpler(x *Node) *Node {
	if x.DType == o.To {
		return x
	}
	c, ok := x.Op.(Cast)
	if !ok || !o.To.IsFloat() || !c.To.IsFloat() {
		return nil
	}
	from := x.In[0]
	switch {
	case !from.DType.IsFloat() || c.To.Size() <= from.DType.Size():
		return nil
	case from.DType == o.To:
		return from
	}
	return Apply(o, from)
}

func (o Unary) simpler(x *Node) *Node {
	if inner, ok := x.Op.(Unary); ok && inner.Fn == o.Fn {
		switch o.Fn {
		case Neg, Not:
			return x.In[0]
		case Abs, Sign, Floor, Ceil, Round:
			return x
		}
	}
	return narrower(o, []*Node{x})
}

// simpler handles constant and negated operands.
func (o Binary) simpler(a, b *Node) *Node {
	if c, ok := constant(b); ok {
		return o.byConstant(a, b, c)
	}
	if c, ok := constant(a); ok && (o.Fn == Add || o.Fn == Mul) {
		return o.byConstant(b, a, c)
	}
	negative := func(n *Node) bool { u, ok := n.Op.(Unary); return ok && u.Fn == Neg }
	switch {
	case o.Fn == Add && negative(b):
		return bin(Sub, a, b.In[0])
	case o.Fn == Add && negative(a):
		return bin(Sub, b, a.In[0])
	case o.Fn == Sub && negative(b):
		return bin(Add, a, b.In[0])
	case (o.Fn == Mul || o.Fn == Div) && negative(a) && negative(b):
		return bin(o.Fn, a.In[0], b.In[0])
	}
	return nil
}

// A constantRule simplifies Fn of x and a number. It holds for types of that kind.
type constantRule struct {
	fn   Fn
	c    float64
	kind numberKind
	to   func(x, k *Node) *Node // k is the number as a node
}

// numberKind says which element types a rule holds for.
type numberKind uint8

const (
	anyNumber numberKind = iota
	floatNumber
	integerNumber
)

func (k numberKind) has(d DType) bool {
	return k == anyNumber || (k == floatNumber) == d.IsFloat()
}

var constantRules = []constantRule{
	{Add, 0, anyNumber, operand},
	{Sub, 0, anyNumber, operand},
	{Mul, 1, anyNumber, operand},
	{Div, 1, anyNumber, operand},
	{Pow, 1, floatNumber, operand},
	{Mul, -1, anyNumber, func(x, _ *Node) *Node { return un(Neg, x) }},
	{Mul, 0, integerNumber, func(_, k *Node) *Node { return k }}, // NaN·0 is NaN
	{Pow, 2, floatNumber, func(x, _ *Node) *Node { return bin(Mul, x, x) }},
	{Pow, -1, floatNumber, func(x, _ *Node) *Node { return un(Recip, x) }},
}

func operand(x, _ *Node) *Node { return x }

// byConstant simplifies o of x and k, which is the number c everywhere; nil if it cannot.
func (o Binary) byConstant(x, k *Node, c float64) *Node {
	for _, r := range constantRules {
		if r.fn == o.Fn && r.c == c && r.kind.has(x.DType) {
			return r.to(x, k)
		}
	}
	switch {
	case !x.DType.IsFloat():
		return nil
	case o.Fn == Div && reciprocalIsExact(c) && exact(x.DType, 1/c):
		return times(x, 1/c)
	case o.Fn == Mul:
		return scaled(x, c)
	}
	return nil
}

// reciprocalIsExact is true for powers of two far from the limits of every type's range.
func reciprocalIsExact(c float64) bool {
	frac, exp := math.Frexp(math.Abs(c))
	return frac == .5 && exp > -10 && exp < 10
}

// scaled combines two factors into one if both and their product are of moderate size, so that
// nothing overflows in between.
func scaled(x *Node, c float64) *Node {
	m, ok := x.Op.(Binary)
	if !ok || m.Fn != Mul || x.DType < Float32 {
		return nil
	}
	for i := range 2 {
		if d, ok := constant(x.In[i]); ok && moderate(c) && moderate(d) {
			return times(x.In[1-i], narrow(x.DType, c*d))
		}
	}
	return nil
}

func moderate(c float64) bool { return math.Abs(c) > 1e-6 && math.Abs(c) < 1e6 }

func (Select) simpler(in []*Node) *Node {
	if in[1] == in[2] {
		return in[1]
	}
	if u, ok := in[0].Op.(Unary); ok && u.Fn == Not {
		return where(u.of(in[0]), in[2], in[1])
	}
	return nil
}

// of returns the operand of n, which applies o.
func (o Unary) of(n *Node) *Node { return n.In[0] }

// narrower applies an elementwise operation before a broadcast instead of after it, if all
// operands are constant or broadcast the same way.
func narrower(op Op, in []*Node) *Node {
	var from Shape
	for _, n := range in {
		if _, ok := n.Op.(Broadcast); !ok {
			continue
		}
		if s := n.In[0].Shape; from == nil {
			from = s
		} else if !from.Equal(s) {
			return nil
		}
	}
	if from == nil {
		return nil
	}
	small := make([]*Node, len(in))
	for i, n := range in {
		switch o := n.Op.(type) {
		case Broadcast:
			small[i] = n.In[0]
		case Const:
			small[i] = n.g.Const(o.DType, o.Value, from...)
		default:
			return nil
		}
	}
	return Apply(Broadcast{DimsOf(in[0].Shape)}, Apply(op, small...))
}
