package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The elementary functions as vector code. Each constructor fetches constants
// before the loop and returns the code of one vector.

type unary func(x vec) vec
type binary func(a, b vec) vec

// expParts returns e^r − 1 and n with x = n·ln 2 + r: Cody and Waite's reduction,
// a polynomial of degree 6 (Cephes expf).
func (c *consts) expParts() func(x vec) (p, n vec) {
	s := c.s
	log2e, ln2h, ln2l := c.f(math.Log2E), c.bits(0x3f317200), c.bits(0x35bfbe8e)
	var q []Op
	for _, u := range []uint32{0x39506967, 0x3ab743ce, 0x3c088908, 0x3d2aa9c1, 0x3e2aaaaa, 0x3f000000} {
		q = append(q, c.bits(u))
	}
	return func(x vec) (p, n vec) {
		n = s.round(s.mul(x, log2e), nearest)
		r := s.mov(x)
		s.fnma(r, n, ln2h)
		s.fnma(r, n, ln2l)
		p = s.mov(q[0])
		for _, o := range q[1:] {
			p = s.horner(p, r, o)
		}
		p = s.horner(p, s.mul(r, r), r)
		return p, n
	}
}

// scale returns p·2ⁿ for −252 ≤ n ≤ 254; safe promises 2ⁿ to be normal.
func (c *consts) scale(safe bool) func(p, n vec) vec {
	s := c.s
	if s.z {
		return func(p, n vec) vec { v := s.vec(); VSCALEFPS(n, p, v); return v }
	}
	bias := c.bits(127)
	power := func(i vec) vec { return s.left(s.addInt(i, bias), 23) }
	if safe {
		return func(p, n vec) vec { return s.mul(p, power(s.toInt(n))) }
	}
	return func(p, n vec) vec {
		i := s.toInt(n)
		half := s.rightS(i, 1)
		return s.mul(s.mul(p, power(half)), power(s.subInt(i, half)))
	}
}

// clamp limits x to [lo, hi]; NaN stays.
func (c *consts) clamp(lo, hi float64) unary {
	l, h := c.f(lo), c.f(hi)
	return func(x vec) vec { return c.s.max(c.s.reg(l), c.s.min(c.s.reg(h), x)) }
}

func (c *consts) exp() unary {
	s := c.s
	parts, scale, one := c.expParts(), c.scale(false), c.f(1)
	clamp := c.clamp(-104, 89)
	return func(x vec) vec {
		p, n := parts(clamp(x))
		return scale(s.add(p, one), n)
	}
}

// expm1 is (p + (1 − 2⁻ⁿ))·2ⁿ, exact in what cancels.
func (c *consts) expm1() unary {
	s := c.s
	parts, scale, small := c.expParts(), c.scale(false), c.scale(true)
	one, minus, clamp := c.f(1), c.bits(1<<31), c.clamp(-20, 89)
	least := c.f(-126)
	return func(x vec) vec {
		p, n := parts(clamp(x))
		lost := small(s.reg(one), s.max(s.xor(n, minus), least))
		return scale(s.add(p, s.sub(s.reg(one), lost)), n)
	}
}

// tanh is −t/(t+2), t = expm1(−2|x|), with the sign of x.
func (c *consts) tanh() unary {
	s := c.s
	parts, scale := c.expParts(), c.scale(true)
	one, two, sign, minus2, limit := c.f(1), c.f(2), c.bits(1<<31), c.f(-2), c.f(-20)
	return func(x vec) vec {
		bit := s.and(x, sign)
		a := s.mul(s.xor(x, bit), minus2)
		p, n := parts(s.max(s.reg(limit), a))
		e := scale(s.reg(one), n)
		t := s.mul(p, e) // e^a − 1 = p·2ⁿ + (2ⁿ − 1)
		t = s.add(t, s.sub(e, one))
		y := s.div(s.xor(t, sign), s.add(t, two))
		return s.or(y, bit)
	}
}

// sigmoid is 1/(1 + e^−x).
func (c *consts) sigmoid() unary {
	s := c.s
	exp, one, sign := c.exp(), c.f(1), c.bits(1<<31)
	return func(x vec) vec { return s.div(s.reg(one), s.add(exp(s.xor(x, sign)), one)) }
}

// logOf is log of positive normal x, by Cephes logf's polynomial around 1.
func (c *consts) logOf() func(x, shift vec) vec {
	s := c.s
	root, one, half := c.bits(0x3f3504f3), c.f(1), c.f(0.5)
	ln2l, ln2h := c.f(-2.12194440e-4), c.f(0.693359375)
	var q []Op
	for _, v := range []float64{7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
		1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1} {
		q = append(q, c.f(v))
	}
	return func(x, shift vec) vec {
		i := s.rightS(s.subInt(x, root), 23)
		f := s.sub(s.subInt(x, s.left(i, 23)), one)
		e := s.toFloat(i)
		if shift != nil {
			e = s.sub(e, shift)
		}
		z := s.mul(f, f)
		p := s.mov(q[0])
		for _, o := range q[1:] {
			p = s.horner(p, f, o)
		}
		y := s.mul(s.mul(p, f), z)
		s.fma(y, e, ln2l)
		s.fnma(y, z, half)
		y = s.add(y, f)
		s.fma(y, e, ln2h)
		return y
	}
}

func (c *consts) log() unary {
	s := c.s
	log := c.logOf()
	normal, up, shift := c.bits(0x00800000), c.f(1<<23), c.f(23)
	inf, nan, zero := c.bits(0x7f800000), c.bits(0x7fc00000), c.bits(0)
	minusInf := c.bits(0xff800000)
	return func(x vec) vec {
		tiny := s.cmp(x, lt, normal)
		y := log(s.choose(tiny, s.mul(x, up), x), s.keep(tiny, shift))
		y = s.choose(s.cmp(x, nlt, inf), x, y)
		y = s.choose(s.cmp(x, lt, zero), nan, y)
		return s.choose(s.cmp(x, eq, zero), minusInf, y)
	}
}

// log1p is log(u) + (x − (u−1))/u, u = 1 + x rounded.
func (c *consts) log1p() unary {
	s := c.s
	log, one := c.log(), c.f(1)
	return func(x vec) vec {
		u := s.add(x, one)
		lost := s.div(s.sub(x, s.sub(u, one)), u)
		return s.add(log(u), s.keep(s.cmp(lost, ord, lost), lost))
	}
}

// erfParts returns, for |a| small, erf(a) and, for |a| large, the logarithm of
// 1 − erf|a|, with the mask of the large (N. Juffa's minimax pair, split at
// 475/512; each within 1 ulp of erf).
func (c *consts) erfParts() func(a vec) (small, logc vec, large mask) {
	s := c.s
	abs, split := c.bits(0x7fffffff), c.f(0.927734375)
	var lo, hi []Op
	for _, v := range []float64{-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1} {
		lo = append(lo, c.f(v))
	}
	for _, v := range []float64{-1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1} {
		hi = append(hi, c.f(v))
	}
	return func(a vec) (small, logc vec, large mask) {
		t, q := s.and(a, abs), s.mul(a, a)
		small = s.mov(lo[0])
		for _, o := range lo[1:] {
			small = s.horner(small, q, o)
		}
		small = s.horner(small, a, a)
		logc = s.mov(hi[0])
		for _, o := range hi[1:] {
			logc = s.horner(logc, t, o)
		}
		minus := s.mul(logc, t)
		return small, s.sub(minus, t), s.cmp(t, gt, split)
	}
}

func (c *consts) erf() unary {
	s := c.s
	parts, exp, one, sign := c.erfParts(), c.exp(), c.f(1), c.bits(1<<31)
	cut := c.f(10)
	return func(a vec) vec {
		bit := s.and(a, sign)
		t := s.or(s.min(s.reg(cut), s.xor(a, bit)), bit)
		small, logc, large := parts(t)
		y := s.or(s.sub(s.reg(one), exp(logc)), bit)
		return s.choose(large, y, small)
	}
}

// sine is sin(x + quarter·π/2) for |x| ≤ 10⁵: three-step reduction by π/2, exact
// with fused multiply-add, and Cephes' polynomials.
func (c *consts) sine(quarter uint32) unary {
	s := c.s
	inv := c.f(2 / math.Pi)
	pi1, pi2, pi3 := c.bits(0x3fc90fdb), c.bits(0xb33bbd2e), c.bits(0xa6f72ced)
	s1, s2, s3 := c.f(-1.9515295891e-4), c.f(8.3321608736e-3), c.f(-1.6666654611e-1)
	c1, c2, c3 := c.f(2.443315711809948e-5), c.f(-1.388731625493765e-3), c.f(4.166664568298827e-2)
	half, one, two, add := c.f(-0.5), c.f(1), c.bits(2), c.bits(quarter)
	return func(x vec) vec {
		n := s.round(s.mul(x, inv), nearest)
		r := s.mov(x)
		s.fnma(r, n, pi1)
		s.fnma(r, n, pi2)
		s.fnma(r, n, pi3)
		q := s.toInt(n)
		if quarter != 0 {
			q = s.addInt(q, add)
		}
		z := s.mul(r, r)
		sin := s.mov(s1)
		sin = s.horner(sin, z, s2)
		sin = s.horner(sin, z, s3)
		sin = s.horner(sin, s.mul(z, r), r)
		cos := s.mov(c1)
		cos = s.horner(cos, z, c2)
		cos = s.horner(cos, z, c3)
		cos = s.horner(cos, z, half)
		cos = s.horner(cos, z, one)
		y := s.choose(s.signs(s.left(q, 31)), cos, sin)
		return s.xor(y, s.left(s.and(q, two), 30))
	}
}
