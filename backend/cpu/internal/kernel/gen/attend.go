package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The kernels of this file are the row by row parts of attention, in place in a block of
// logits whose m rows of n lie ld bytes apart.

// power returns 2^(scale·x − top), top being negated, for what is not positive: a logit's last
// bits are worth more than those of this polynomial, the best of its degree (relative error
// 9·10⁻⁸ in exact arithmetic, 1.6·10⁻⁷ in this), which is less work than exp.
func (c *consts) power() func(x, scale, negTop vec) vec {
	s, scaled := c.s, c.scale(false)
	var q []Op
	for _, u := range []uint32{0x3aaddd0a, 0x3c1e7544, 0x3d635ba9, 0x3e75fcde, 0x3f317215, 0x3f800000} {
		q = append(q, c.bits(u))
	}
	least := s.reg(c.f(-150))
	return func(x, scale, negTop vec) vec {
		y := s.mov(negTop)
		s.fma(y, x, scale)
		y = s.max(least, y)
		n := s.round(y, nearest)
		r := s.sub(y, n)
		p := s.mov(q[0])
		for _, o := range q[1:] {
			p = s.horner(p, r, o)
		}
		return scaled(p, n)
	}
}

// attend sets x = 2^(scale·x) divided by the sums of the rows. Of each row stats gets −scale·top
// and 1/Σ 2^(scale·x − scale·top).
func (s isa) attend() string {
	name := "attend" + s.suffix
	TEXT(name, NOSPLIT, "func(x, stats *float32, scale float32, m, n int, ld uintptr)")
	Pragma("noescape")
	x, stats, m, n, ld := param("x"), param("stats"), param("m"), param("n"), param("ld")
	scale := s.scalarParams([]string{"scale"})["scale"]
	c := s.consts()
	low, one, sign := c.f(math.Inf(-1)), c.f(1), c.bits(1<<31)
	power := c.power()
	Label("row")
	top := s.reduce("top", n, low, func(acc, v vec) { VMAXPS(acc, v, acc) }, func(at func(reg.GPVirtual) Mem, t *tail) vec {
		return s.loadOr(at(x), t, low)
	})
	top = s.xor(s.mul(top, scale), sign)
	sum := s.zero()
	s.pass("sum", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		at := Mem{Base: x, Index: off, Scale: 1, Disp: disp}
		e := power(s.load(at, t), scale, top)
		if t != nil {
			e = s.keepTail(t, e)
		}
		s.sumInto(sum, e)
		s.store(e, at, t)
	})
	by := s.div(s.reg(one), s.across(sum, s.sumInto))
	s.pass("divide", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		at := Mem{Base: x, Index: off, Scale: 1, Disp: disp}
		s.store(s.mul(s.load(at, t), by), at, t)
	})
	s.storeScalar(top, Mem{Base: stats})
	s.storeScalar(by, Mem{Base: stats, Disp: 4})
	ADDQ(Imm(8), stats)
	s.next(m, ld, x)
	return name
}

// next goes on with the next row of the arrays, if there is one.
func (s isa) next(m, ld reg.GPVirtual, arrays ...reg.GPVirtual) {
	for _, p := range arrays {
		ADDQ(ld, p)
	}
	DECQ(m)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// attendAgain does what attend did, from its stats.
func (s isa) attendAgain() string {
	name := "attendAgain" + s.suffix
	TEXT(name, NOSPLIT, "func(x, stats *float32, scale float32, m, n int, ld uintptr)")
	Pragma("noescape")
	x, stats, m, n, ld := param("x"), param("stats"), param("m"), param("n"), param("ld")
	scale := s.scalarParams([]string{"scale"})["scale"]
	power := s.consts().power()
	Label("row")
	top, by := s.vec(), s.vec()
	VBROADCASTSS(Mem{Base: stats}, top)
	VBROADCASTSS(Mem{Base: stats, Disp: 4}, by)
	s.pass("exp", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		at := Mem{Base: x, Index: off, Scale: 1, Disp: disp}
		s.store(s.mul(power(s.load(at, t), scale, top), by), at, t)
	})
	ADDQ(Imm(8), stats)
	s.next(m, ld, x)
	return name
}

// attendGrad sets d = scale·y·(d − Σ d·y): the gradient of attend's logits from its result
// and d, that of the result.
func (s isa) attendGrad() string {
	name := "attendGrad" + s.suffix
	TEXT(name, NOSPLIT, "func(d, y *float32, scale float32, m, n int, ld uintptr)")
	Pragma("noescape")
	d, y, m, n, ld := param("d"), param("y"), param("m"), param("n"), param("ld")
	scale := s.scalarParams([]string{"scale"})["scale"]
	zero := s.consts().bits(0)
	Label("row")
	sum := s.reduce("sum", n, zero, s.sumInto, func(at func(reg.GPVirtual) Mem, t *tail) vec {
		return s.mul(s.load(at(d), t), s.load(at(y), t))
	})
	s.pass("apply", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: off, Scale: 1, Disp: disp} }
		v := s.mul(s.sub(s.load(at(d), t), sum), s.load(at(y), t))
		s.store(s.mul(v, scale), at(d), t)
	})
	s.next(m, ld, d, y)
	return name
}
