package graph

import "math"

// un, bin and like are short forms for the gradients below.
func un(f Fn, x *Node) *Node         { return Apply(Unary{f}, x) }
func bin(f Fn, a, b *Node) *Node     { return Apply(Binary{f}, a, b) }
func like(n *Node, v float64) *Node  { return n.g.Const(n.DType, v, n.Shape...) }
func times(n *Node, k float64) *Node { return bin(Mul, n, like(n, k)) }
func plus(n *Node, k float64) *Node  { return bin(Add, n, like(n, k)) }
func where(c, a, b *Node) *Node      { return Apply(Select{}, c, a, b) }
func compare(f Fn, a, b *Node) *Node { return Apply(Compare{f}, a, b) }
func oneMinusSquare(n *Node) *Node   { return bin(Sub, like(n, 1), bin(Mul, n, n)) }
func onePlusSquare(n *Node) *Node    { return plus(bin(Mul, n, n), 1) }
func keep(c, dy *Node) *Node         { return where(c, dy, like(dy, 0)) }

// Grad is the derivative table of functions of one number: x the operand, y the result.
func (o Unary) Grad(n *Node, d []*Node) []*Node {
	dy, x, y := d[0], n.In[0], n
	if k := o.slope(x, y); k != nil {
		return []*Node{bin(Mul, dy, k)}
	}
	switch o.Fn {
	case Neg:
		return []*Node{un(Neg, dy)}
	case Log:
		return []*Node{bin(Div, dy, x)}
	case Log1p:
		return []*Node{bin(Div, dy, plus(x, 1))}
	case Sqrt:
		return []*Node{bin(Div, times(dy, .5), y)}
	case Asin:
		return []*Node{bin(Div, dy, un(Sqrt, oneMinusSquare(x)))}
	case Acos:
		return []*Node{un(Neg, bin(Div, dy, un(Sqrt, oneMinusSquare(x))))}
	case Atan:
		return []*Node{bin(Div, dy, onePlusSquare(x))}
	case Asinh:
		return []*Node{bin(Div, dy, un(Sqrt, onePlusSquare(x)))}
	case Acosh:
		return []*Node{bin(Div, dy, un(Sqrt, bin(Mul, plus(x, -1), plus(x, 1))))}
	case Atanh:
		return []*Node{bin(Div, dy, oneMinusSquare(x))}
	case Sign, Floor, Ceil, Round, Not: // the derivative is 0 wherever it exists
		return []*Node{nil}
	}
	Errorf("%v has no gradient", o.Fn)
	return nil
}

// slope returns dy/dx where the gradient is a product with it, else nil.
func (o Unary) slope(x, y *Node) *Node {
	switch o.Fn {
	case Abs:
		return un(Sign, x)
	case Recip:
		return un(Neg, bin(Mul, y, y))
	case Exp:
		return y
	case Expm1:
		return plus(y, 1)
	case Rsqrt:
		return times(bin(Mul, y, bin(Mul, y, y)), -.5)
	case Sin:
		return un(Cos, x)
	case Cos:
		return un(Neg, un(Sin, x))
	case Tan:
		return onePlusSquare(y)
	case Sinh:
		return un(Cosh, x)
	case Cosh:
		return un(Sinh, x)
	case Tanh:
		return oneMinusSquare(y)
	case Sigmoid:
		return bin(Mul, y, bin(Sub, like(y, 1), y))
	case Erf:
		return times(un(Exp, un(Neg, bin(Mul, x, x))), 2/math.Sqrt(math.Pi))
	case ErfInv:
		return times(un(Exp, bin(Mul, y, y)), math.Sqrt(math.Pi)/2)
	case Lgamma:
		return un(Digamma, x)
	}
	return nil
}

// Grad is the derivative table of functions of two numbers.
func (o Binary) Grad(n *Node, d []*Node) []*Node {
	dy, a, b := d[0], n.In[0], n.In[1]
	switch o.Fn {
	case Add:
		return []*Node{dy, dy}
	case Sub:
		return []*Node{dy, un(Neg, dy)}
	case Mul:
		return []*Node{bin(Mul, dy, b), bin(Mul, dy, a)}
	case Div:
		da := bin(Div, dy, b)
		return []*Node{da, un(Neg, bin(Mul, da, n))}
	case Pow:
		return powGrad(n, dy)
	case Max, Min:
		return o.pick(n, dy)
	case Atan2:
		r2 := bin(Add, bin(Mul, a, a), bin(Mul, b, b))
		return []*Node{bin(Div, bin(Mul, dy, b), r2), un(Neg, bin(Div, bin(Mul, dy, a), r2))}
	case Rem: // a - b·trunc(a/b)
		return []*Node{dy, un(Neg, bin(Mul, dy, truncated(bin(Div, a, b))))}
	}
	Errorf("%v has no gradient", o.Fn)
	return nil
}

func truncated(x *Node) *Node {
	return where(compare(Less, x, like(x, 0)), un(Ceil, x), un(Floor, x))
}

// powGrad: d(aᵇ)/da = b·aᵇ⁻¹, 0 where b is 0; d(aᵇ)/db = aᵇ·log a, 0 where a is 0.
func powGrad(n, dy *Node) []*Node {
	a, b := n.In[0], n.In[1]
	zero := compare(Equal, b, like(b, 0))
	less := where(zero, like(b, 1), plus(b, -1))
	da := bin(Mul, dy, bin(Mul, b, bin(Pow, a, less)))
	safe := where(compare(Greater, a, like(a, 0)), a, like(a, 1))
	return []*Node{keep(Apply(Unary{Not}, zero), da), bin(Mul, dy, bin(Mul, n, un(Log, safe)))}
}

// pick routes the gradient to the larger (smaller) operand, half to each if they are equal.
func (o Binary) pick(n, dy *Node) []*Node {
	a, b := n.In[0], n.In[1]
	f := Greater
	if o.Fn == Min {
		f = Less
	}
	half := times(dy, .5)
	tie := compare(Equal, a, b)
	return []*Node{where(tie, half, keep(compare(f, a, b), dy)), where(tie, half, keep(compare(f, b, a), dy))}
}

func (Select) Grad(n *Node, d []*Node) []*Node {
	return []*Node{nil, keep(n.In[0], d[0]), where(n.In[0], like(d[0], 0), d[0])}
}

func (o Cast) Grad(n *Node, d []*Node) []*Node {
	if !n.In[0].DType.IsFloat() {
		return []*Node{nil}
	}
	return []*Node{Apply(Cast{n.In[0].DType}, d[0])}
}

func (StopGradient) Grad(*Node, []*Node) []*Node { return []*Node{nil} }
