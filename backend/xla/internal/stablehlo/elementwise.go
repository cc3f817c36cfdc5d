package stablehlo

import "github.com/rhyton/rhyton/graph"

var unaries = map[graph.Fn]string{
	graph.Neg: "negate", graph.Abs: "abs", graph.Sign: "sign", graph.Exp: "exponential",
	graph.Expm1: "exponential_minus_one", graph.Log: "log", graph.Log1p: "log_plus_one", graph.Sqrt: "sqrt",
	graph.Rsqrt: "rsqrt", graph.Sin: "sine", graph.Cos: "cosine", graph.Tan: "tan", graph.Tanh: "tanh",
	graph.Sigmoid: "logistic", graph.Floor: "floor", graph.Ceil: "ceil", graph.Round: "round_nearest_even",
	graph.Not: "not",
}

// chlos are the functions that only CHLO provides; XLA expands them into polynomials.
var chlos = map[graph.Fn]string{
	graph.Asin: "asin", graph.Acos: "acos", graph.Sinh: "sinh", graph.Cosh: "cosh",
	graph.Asinh: "asinh", graph.Acosh: "acosh", graph.Atanh: "atanh", graph.Erf: "erf", graph.ErfInv: "erf_inv",
	graph.Lgamma: "lgamma", graph.Digamma: "digamma",
}

var binaries = map[graph.Fn]string{
	graph.Add: "add", graph.Sub: "subtract", graph.Mul: "multiply", graph.Div: "divide", graph.Pow: "power",
	graph.Max: "maximum", graph.Min: "minimum", graph.Atan2: "atan2", graph.Rem: "remainder",
	graph.And: "and", graph.Or: "or", graph.Xor: "xor",
}

var comparisons = map[graph.Fn]string{
	graph.Equal: "EQ", graph.NotEqual: "NE", graph.Less: "LT", graph.LessEqual: "LE", graph.Greater: "GT",
	graph.GreaterEqual: "GE",
}

// elementwise emits the elementwise operations.
func (e *emitter) elementwise(op graph.Op, out typ, in []value) (value, bool) {
	switch op := op.(type) {
	case graph.Unary:
		return e.unary(op.Fn, in[0]), true
	case graph.Binary:
		return e.binary(op.Fn, in[0], in[1]), true
	case graph.Compare:
		return e.compare(comparisons[op.Fn], in[0], in[1]), true
	case graph.Select:
		return e.choose(in[0], in[1], in[2]), true
	case graph.Cast:
		return e.convert(in[0], out.elem), true
	case graph.StopGradient:
		return in[0], true
	case graph.Barrier:
		return e.barrier(in[0], in[1]), true
	}
	return value{}, false
}

func (e *emitter) unary(fn graph.Fn, x value) value {
	if x.elem == "ui8" { // StableHLO provides these only for signed numbers
		switch fn {
		case graph.Abs:
			return x
		case graph.Sign:
			return e.call("minimum", x, e.splat(x.typ, 1))
		}
	}
	switch fn {
	case graph.Recip:
		return e.call("divide", e.splat(x.typ, 1), x)
	case graph.Atan:
		// With the constant 1, as in CHLO, XLA's CPU compiler of 2026 generates wrong code for float64.
		one := e.choose(e.isNaN(x), x, e.splat(x.typ, 1))
		return e.call("atan2", x, one)
	}
	if name, ok := chlos[fn]; ok {
		return e.op(x.typ, "chlo.%s %s : %v -> %v", name, x.id, x.typ, x.typ)
	}
	if unaries[fn] == "" {
		failf("function %v is not known", fn)
	}
	return e.call(unaries[fn], x)
}

func (e *emitter) binary(fn graph.Fn, a, b value) value {
	switch {
	case fn == graph.Set:
		return b
	case fn == graph.Pow && a.elem == "ui8": // XLA treats large exponents as negative
		return e.convert(e.binary(fn, e.convert(a, "i32"), e.convert(b, "i32")), "ui8")
	case fn == graph.Atan2 && !a.isFloat():
		return e.convert(e.binary(fn, e.convert(a, "f64"), e.convert(b, "f64")), a.elem)
	}
	if binaries[fn] == "" {
		failf("%v of %v is not known", fn, a.typ)
	}
	return e.call(binaries[fn], a, b)
}

// isNaN is false for all integers.
func (e *emitter) isNaN(x value) value { return e.compare("NE", x, x) }

// barrier returns x as a separate value that is not available before after; XLA does not optimize
// across it.
func (e *emitter) barrier(x, after value) value {
	ids, types := join([]value{x, after})
	id := e.opN(2, "stablehlo.optimization_barrier %s : %s", ids, types)
	return value{id + "#0", x.typ}
}
