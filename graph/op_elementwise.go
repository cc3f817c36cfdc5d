package graph

// A Fn is an elementary function of one or two numbers. Reductions, cumulative operations and
// scatters use the two-argument functions: a sum is a reduction with Add.
type Fn uint8

// Unary functions.
const (
	Neg Fn = iota + 1
	Abs
	Sign // -1, 0 or 1
	Recip
	Exp
	Expm1
	Log
	Log1p
	Sqrt
	Rsqrt
	Sin
	Cos
	Tan
	Asin
	Acos
	Atan
	Sinh
	Cosh
	Asinh
	Acosh
	Atanh
	Tanh
	Sigmoid
	Erf
	ErfInv
	Lgamma
	Digamma
	Floor
	Ceil
	Round // half to even
	Not   // of a bool; of an integer: its bits
)

// Binary functions.
const (
	Add Fn = iota + 64
	Sub
	Mul
	Div // integers: truncated, by 0 it is -1 (all bits); see FloorDiv in ops
	Pow
	Max // NaN if either is
	Min
	Atan2
	Rem // sign of the dividend, as in C; of an integer by 0 the dividend
	And // of bools; of integers: their bits
	Or
	Xor
	Set // the second operand; for scatters
)

// Comparisons; the result is a bool.
const (
	Equal Fn = iota + 128
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

var fnNames = map[Fn]string{
	Neg: "neg", Abs: "abs", Sign: "sign", Recip: "recip", Exp: "exp", Expm1: "expm1", Log: "log", Log1p: "log1p",
	Sqrt: "sqrt", Rsqrt: "rsqrt", Sin: "sin", Cos: "cos", Tan: "tan", Asin: "asin", Acos: "acos", Atan: "atan",
	Sinh: "sinh", Cosh: "cosh", Asinh: "asinh", Acosh: "acosh", Atanh: "atanh", Tanh: "tanh", Sigmoid: "sigmoid",
	Erf: "erf", ErfInv: "erfinv", Lgamma: "lgamma", Digamma: "digamma", Floor: "floor", Ceil: "ceil", Round: "round", Not: "not",
	Add: "add", Sub: "sub", Mul: "mul", Div: "div", Pow: "pow", Max: "max", Min: "min", Atan2: "atan2", Rem: "rem",
	And: "and", Or: "or", Xor: "xor", Set: "set",
	Equal: "equal", NotEqual: "not_equal", Less: "less", LessEqual: "less_equal", Greater: "greater", GreaterEqual: "greater_equal",
}

// String returns the function's name, such as "add".
func (f Fn) String() string { return fnNames[f] }

// UnaryFns lists the functions of [Unary].
func UnaryFns() []Fn { return fns(Neg, Not) }

// BinaryFns lists the functions of [Binary].
func BinaryFns() []Fn { return fns(Add, Xor) }

// CompareFns lists the functions of [Compare].
func CompareFns() []Fn { return fns(Equal, GreaterEqual) }

func fns(from, to Fn) (all []Fn) {
	for f := from; f <= to; f++ {
		all = append(all, f)
	}
	return all
}

type (
	// Unary applies Fn to each element.
	Unary struct{ Fn Fn }
	// Binary applies Fn to the elements of two operands of one type; package ops broadcasts.
	Binary struct{ Fn Fn }
	// Compare applies Fn to the elements of two operands of one type and returns bools.
	Compare struct{ Fn Fn }
	// Select returns the second operand where the first, a bool, is true, and the third
	// elsewhere.
	Select struct{}
	// Cast converts each element: floats to integers by truncation (the nearest end of the
	// range if beyond it, NaN to 0), integers to narrower ones modulo their range, numbers
	// to bool by ≠ 0, to floats to the nearest.
	Cast struct{ To DType }
	// StopGradient returns its operand and blocks gradients.
	StopGradient struct{}
)

func (o Unary) Infer(in []Type) []Type {
	d := in[0].DType
	switch {
	case o.Fn < Neg || o.Fn > Not:
		Errorf("unary: function %d is not unary", o.Fn)
	case o.Fn == Not:
		if d.IsFloat() {
			Errorf("not: got %v; want bool or an integer", d)
		}
	case o.Fn == Neg || o.Fn == Abs || o.Fn == Sign:
		if d == Bool {
			Errorf("%v: got bool; cast it first", o.Fn)
		}
	case !d.IsFloat():
		Errorf("%v: got %v; want a float, cast it first", o.Fn, d)
	}
	return in[:1]
}

func (o Binary) Infer(in []Type) []Type {
	if o.Fn < Add || o.Fn > Xor {
		Errorf("binary: function %d (%v) is not binary", o.Fn, o.Fn)
	}
	same(o.Fn, in)
	logical := o.Fn == And || o.Fn == Or || o.Fn == Xor
	if d := in[0].DType; logical && d.IsFloat() || !logical && d == Bool {
		Errorf("%v: got %v; want %s, cast it first", o.Fn, d, map[bool]string{true: "bools or integers", false: "numbers"}[logical])
	}
	return in[:1]
}

func (o Compare) Infer(in []Type) []Type {
	if o.Fn < Equal || o.Fn > GreaterEqual {
		Errorf("compare: function %d (%v) is not a comparison", o.Fn, o.Fn)
	}
	same(o.Fn, in)
	return []Type{{Bool, in[0].Shape}}
}

func (Select) Infer(in []Type) []Type {
	if in[0].DType != Bool || !in[0].Shape.Equal(in[1].Shape) {
		Errorf("select: condition %v for values %v; want bool%v", in[0], in[1], in[1].Shape)
	}
	same("select", in[1:])
	return in[1:2]
}

func (o Cast) Infer(in []Type) []Type       { return []Type{{o.To, in[0].Shape}} }
func (StopGradient) Infer(in []Type) []Type { return in[:1] }

func same(who any, in []Type) {
	for _, t := range in[1:] {
		if !t.Equal(in[0]) {
			Errorf("%v: operands %v and %v differ", who, in[0], t)
		}
	}
}

func (o Unary) String() string      { return o.Fn.String() }
func (o Binary) String() string     { return o.Fn.String() }
func (o Compare) String() string    { return o.Fn.String() }
func (Select) String() string       { return "select" }
func (o Cast) String() string       { return "cast " + o.To.String() }
func (StopGradient) String() string { return "stop" }
