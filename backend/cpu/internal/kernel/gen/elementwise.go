package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// op is an elementwise operation: its name in package kernel, how often its loop
// is unrolled, and its code.
type op struct {
	name   string
	unroll int
	code   func(c *consts) func(in []vec) vec
}

func one(f func(c *consts) unary) func(c *consts) func(in []vec) vec {
	return func(c *consts) func(in []vec) vec {
		g := f(c)
		return func(in []vec) vec { return g(in[0]) }
	}
}

func two(f func(c *consts) binary) func(c *consts) func(in []vec) vec {
	return func(c *consts) func(in []vec) vec {
		g := f(c)
		return func(in []vec) vec { return g(in[0], in[1]) }
	}
}

func roundTo(mode uint8) func(c *consts) unary {
	return func(c *consts) unary { return func(x vec) vec { return c.s.round(x, mode) } }
}

// test1 is 1 where x pred k, else 0.
func test1(pred uint8, k uint32) func(c *consts) unary {
	return func(c *consts) unary {
		o, one := c.bits(k), c.f(1)
		return func(x vec) vec { return c.s.keep(c.s.cmp(x, pred, o), one) }
	}
}

var unaryOps = []op{
	{"Copy", 4, one(func(c *consts) unary { return func(x vec) vec { return x } })},
	{"Neg", 4, one(func(c *consts) unary { m := c.bits(1 << 31); return func(x vec) vec { return c.s.xor(x, m) } })},
	{"Abs", 4, one(func(c *consts) unary { m := c.bits(1<<31 - 1); return func(x vec) vec { return c.s.and(x, m) } })},
	{"Sign", 2, one(func(c *consts) unary {
		s, sign, one, zero := c.s, c.bits(1<<31), c.f(1), c.bits(0)
		return func(x vec) vec { // ±1 where x ≠ 0, x where it is 0 or NaN
			v := s.choose(s.cmp(x, eq, zero), x, s.or(s.and(x, sign), one))
			return s.choose(s.cmp(x, unord, x), x, v)
		}
	})},
	{"Square", 4, one(func(c *consts) unary { return func(x vec) vec { return c.s.mul(x, x) } })},
	{"Sqrt", 2, one(func(c *consts) unary { return func(x vec) vec { return c.s.sqrt(x) } })},
	{"Rsqrt", 2, one(func(c *consts) unary {
		one := c.f(1)
		return func(x vec) vec { return c.s.div(c.s.reg(one), c.s.sqrt(x)) }
	})},
	{"Recip", 2, one(func(c *consts) unary {
		one := c.f(1)
		return func(x vec) vec { return c.s.div(c.s.reg(one), x) }
	})},
	{"Floor", 2, one(roundTo(floor))},
	{"Ceil", 2, one(roundTo(ceil))},
	{"Round", 2, one(roundTo(nearest))},
	{"RoundBF16", 2, one((*consts).roundBF16)},
	{"Not", 2, one(test1(eq, 0))},
	{"Relu", 4, one(func(c *consts) unary { z := c.bits(0); return func(x vec) vec { return c.s.max(c.s.reg(z), x) } })},
	{"Exp", 1, one((*consts).exp)},
	{"Expm1", 1, one((*consts).expm1)},
	{"Log", 1, one((*consts).log)},
	{"Log1p", 1, one((*consts).log1p)},
	{"Sin", 1, one(func(c *consts) unary { return c.sine(0) })},
	{"Cos", 1, one(func(c *consts) unary { return c.sine(1) })},
	{"Tanh", 1, one((*consts).tanh)},
	{"Sigmoid", 1, one((*consts).sigmoid)},
	{"Erf", 1, one((*consts).erf)},
}

// simple is a binary operation that is one instruction.
func simple(f func(s isa, a vec, b Op) vec) func(c *consts) func(in []vec) vec {
	return two(func(c *consts) binary { return func(a, b vec) vec { return f(c.s, a, b) } })
}

// compare gives 1 or 0.
func compare(pred uint8) func(c *consts) func(in []vec) vec {
	return two(func(c *consts) binary {
		one := c.f(1)
		return func(a, b vec) vec { return c.s.keep(c.s.cmp(a, pred, b), one) }
	})
}

// extreme is max or min with NaN if either is.
func extreme(f func(s isa, a vec, b Op) vec) func(c *consts) func(in []vec) vec {
	return two(func(c *consts) binary {
		return func(a, b vec) vec { return c.s.choose(c.s.cmp(a, unord, a), a, f(c.s, a, b)) }
	})
}

// logic combines the truths of a and b, as 0 or 1.
func logic(f func(s isa, a vec, b Op) vec) func(c *consts) func(in []vec) vec {
	return two(func(c *consts) binary {
		zero, one := c.bits(0), c.f(1)
		return func(a, b vec) vec {
			s := c.s
			return f(s, s.keep(s.cmp(a, ne, zero), one), s.keep(s.cmp(b, ne, zero), one))
		}
	})
}

var binaryOps = []op{
	{"Add", 4, simple(isa.add)},
	{"Sub", 4, simple(isa.sub)},
	{"Mul", 4, simple(isa.mul)},
	{"Div", 2, simple(isa.div)},
	{"Max", 2, extreme(isa.max)},
	{"Min", 2, extreme(isa.min)},
	{"Eq", 2, compare(eq)},
	{"Ne", 2, compare(ne)},
	{"Lt", 2, compare(lt)},
	{"Le", 2, compare(le)},
	{"Gt", 2, compare(gt)},
	{"Ge", 2, compare(ge)},
	{"And", 2, logic(isa.and)},
	{"Or", 2, logic(isa.or)},
	{"Xor", 2, logic(isa.xor)},
	{"ReluGrad", 4, two(func(c *consts) binary {
		zero := c.bits(0)
		return func(dy, y vec) vec { return c.s.keep(c.s.cmp(y, gt, zero), dy) }
	})},
}

var ternaryOps = []op{
	{"Select", 2, func(c *consts) func(in []vec) vec {
		zero := c.bits(0)
		return func(in []vec) vec { return c.s.choose(c.s.cmp(in[0], ne, zero), in[1], in[2]) }
	}},
	{"MulAdd", 4, func(c *consts) func(in []vec) vec {
		return func(in []vec) vec { return c.s.horner(in[0], in[1], in[2]) }
	}},
}

// mapKernel writes dst[i] = code(inputs[i]); the input at scalar (−1: none) is one
// number for all i.
func (s isa) mapKernel(name string, inputs []string, scalar int, o op) {
	sig := "dst"
	for i, in := range inputs {
		if i != scalar {
			sig += ", " + in
		}
	}
	sig += " *float32"
	if scalar >= 0 {
		sig += ", s float32"
	}
	TEXT(name, NOSPLIT, "func("+sig+", n int)")
	Pragma("noescape")
	dst := param("dst")
	p := make([]reg.GPVirtual, len(inputs))
	var fixed vec
	for i, in := range inputs {
		if i != scalar {
			p[i] = param(in)
			continue
		}
		fixed = s.vec()
		x, _ := Param("s").Resolve()
		VBROADCASTSS(x.Addr, fixed)
	}
	n := param("n")
	code, off := o.code(s.consts()), GP64()
	s.walk(off, n, o.unroll, func(disp int, t *tail) {
		in := make([]vec, len(inputs))
		for i := range in {
			if in[i] = fixed; i != scalar {
				in[i] = s.load(Mem{Base: p[i], Index: off, Scale: 1, Disp: disp}, t)
			}
		}
		s.store(code(in), Mem{Base: dst, Index: off, Scale: 1, Disp: disp}, t)
	})
	VZEROUPPER()
	RET()
}

func elementwiseFamily() {
	var table strings.Builder
	table.WriteString("// Code generated by gen; DO NOT EDIT.\n\npackage kernel\n")
	for _, s := range targets() {
		fmt.Fprintf(&table, "\nfunc (t *kernels) install%s() {\n", s.suffix)
		emit := func(field string, o op, variant string, inputs []string, scalar int) {
			name := strings.ToLower(o.name[:1]) + o.name[1:] + s.suffix + variant
			s.mapKernel(name, inputs, scalar, o)
			fmt.Fprintf(&table, "\tt.%s[%s] = %s\n", field, o.name, name)
		}
		for _, o := range unaryOps {
			emit("unary", o, "", []string{"a"}, -1)
		}
		for _, o := range binaryOps {
			emit("binary", o, "", []string{"a", "b"}, -1)
			emit("binaryVS", o, "vs", []string{"a", "b"}, 1)
			emit("binarySV", o, "sv", []string{"a", "b"}, 0)
		}
		for _, o := range ternaryOps {
			emit("ternary", o, "", []string{"a", "b", "c"}, -1)
		}
		table.WriteString("}\n")
	}
	writeGo("elementwise_table", table.String())
}
