package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// philoxFamily writes the random numbers: one Philox block per 64-bit lane, so
// that VPMULUDQ multiplies the low words; the high words hold what is left over.
func philoxFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Philox", s)
		table.set("uniform", s.random("uniform", (*philox).uniform))
		table.set("normal", s.random("normal", (*philox).normal))
		table.close()
	}
	writeGo("philox_table", table.String())
}

// philox is the state of a kernel while it is written: w are the words of each
// block after the rounds.
type philox struct {
	s   isa
	c   *consts
	w   [4]vec
	off reg.GPVirtual
}

func (s isa) broadcast64(name string) vec {
	x, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := s.vec()
	VPBROADCASTQ(x.Addr, v)
	return v
}

func (s isa) mulLow(a vec, b Op) vec     { v := s.vec(); VPMULUDQ(b, a, v); return v }
func (s isa) addLong(a vec, b Op) vec    { v := s.vec(); VPADDQ(b, a, v); return v }
func (s isa) rightLong(a vec, n int) vec { v := s.vec(); VPSRLQ(Imm(uint64(n)), a, v); return v }
func (s isa) leftLong(a vec, n int) vec  { v := s.vec(); VPSLLQ(Imm(uint64(n)), a, v); return v }

// random writes a kernel that makes whole groups of two vectors of numbers, the
// blocks counter, counter+1, …; setup prepares and returns the code from words
// to two vectors of numbers.
func (s isa) random(name string, setup func(p *philox) func() (vec, vec)) string {
	name += s.suffix
	TEXT(name, NOSPLIT, "func(dst *float32, key, stream, counter uint64, groups int)")
	Pragma("noescape")
	p := &philox{s: s, c: s.consts()}
	if s.z {
		p.c.budget = 10
	}
	dst, groups := param("dst"), param("groups")
	key, stream, counter := s.broadcast64("key"), s.broadcast64("stream"), s.broadcast64("counter")
	counter = s.addLong(counter, s.laneOrder())
	step := s.longConst("step", uint64(s.bytes/8))
	low, m0, m1 := s.longConst("low", 0xffffffff), s.longConst("m0", 0xD2511F53), s.longConst("m1", 0xCD9E8D57)
	w0, w1 := s.longConst("w0", 0x9E3779B9), s.longConst("w1", 0xBB67AE85)
	streamHi, keyHi := s.rightLong(stream, 32), s.rightLong(key, 32)
	p.off = GP64()
	XORQ(p.off, p.off)
	code := setup(p)
	Label("group")
	c0, c1, c2, c3, k0, k1 := counter, s.rightLong(counter, 32), stream, streamHi, s.mov(key), s.mov(keyHi)
	for range 10 {
		p0, p1 := s.mulLow(c0, m0), s.mulLow(c2, m1)
		c0 = s.xor(s.xor(s.rightLong(p1, 32), c1), k0)
		c2 = s.xor(s.xor(s.rightLong(p0, 32), c3), k1)
		c1, c3 = p1, p0
		VPADDQ(w0, k0, k0)
		VPADDQ(w1, k1, k1)
	}
	p.w = [4]vec{s.and(c0, low), c1, s.and(c2, low), c3}
	a, b := code()
	s.store(a, Mem{Base: dst, Index: p.off, Scale: 1}, nil)
	s.store(b, Mem{Base: dst, Index: p.off, Scale: 1, Disp: s.bytes}, nil)
	ADDQ(U32(2*s.bytes), p.off)
	VPADDQ(step, counter, counter)
	DECQ(groups)
	JNZ(LabelRef("group"))
	VZEROUPPER()
	RET()
	return name
}

// laneOrder numbers the blocks so that unpacking puts them in order: even lanes
// first.
func (s isa) laneOrder() Mem {
	lanes := s.bytes / 8
	return s.longs("lanes", func(i int) uint64 { return uint64(i/2 + i%2*lanes/2) })
}

// longConst is a 64-bit constant in every lane.
func (s isa) longConst(name string, v uint64) Mem {
	return s.longs(name, func(int) uint64 { return v })
}

var longSymbols = map[string]Mem{}

func (s isa) longs(name string, lane func(i int) uint64) Mem {
	name += "_" + s.suffix
	m, ok := longSymbols[name]
	if !ok {
		m = GLOBL(name, attr.RODATA|attr.NOPTR)
		for i := range s.bytes / 8 {
			DATA(8*i, U64(lane(i)))
		}
		longSymbols[name] = m
	}
	return m
}

// interleave returns the words of the blocks in order.
func (s isa) interleave(w [4]vec) (first, second vec) {
	lo, hi := s.or(w[0], s.leftLong(w[1], 32)), s.or(w[2], s.leftLong(w[3], 32))
	return s.unpack(lo, hi)
}

// unpack makes (lo, hi) pairs of 64 bits: the even lanes' and the odd lanes'.
func (s isa) unpack(lo, hi vec) (first, second vec) {
	first, second = s.vec(), s.vec()
	VPUNPCKLQDQ(hi, lo, first)
	VPUNPCKHQDQ(hi, lo, second)
	return first, second
}

// unit maps words to [0, 1).
func (p *philox) unit() func(v vec) vec {
	tiny := p.c.f(0x1p-24)
	return func(v vec) vec { return p.s.mul(p.s.toFloat(p.s.right(v, 8)), tiny) }
}

func (p *philox) uniform() func() (vec, vec) {
	unit := p.unit()
	return func() (vec, vec) {
		a, b := p.s.interleave(p.w)
		return unit(a), unit(b)
	}
}

// normal is Box and Muller's transform of (w0, w1) and (w2, w3): the turn 2πv is
// reduced exactly, by quarters.
func (p *philox) normal() func() (vec, vec) {
	s, c := p.s, p.c
	unit, log := p.unit(), c.logOf()
	tiny, minus2, four, quarter := c.f(0x1p-24), c.f(-2), c.f(4), c.f(-0.25)
	twoPi := c.f(2 * math.Pi)
	s1, s2, s3 := c.f(-1.9515295891e-4), c.f(8.3321608736e-3), c.f(-1.6666654611e-1)
	c1, c2, c3 := c.f(2.443315711809948e-5), c.f(-1.388731625493765e-3), c.f(4.166664568298827e-2)
	half, one, two, oneInt := c.f(-0.5), c.f(1), c.bits(2), c.bits(1)
	return func() (vec, vec) {
		u := s.or(p.w[0], s.leftLong(p.w[2], 32))
		v := s.or(s.rightLong(s.leftLong(p.w[1], 32), 32), s.leftLong(p.w[3], 32))
		r := s.sqrt(s.mul(log(s.add(unit(u), tiny), nil), minus2))
		turn := unit(v)
		n := s.round(s.mul(turn, four), nearest)
		s.fma(turn, n, quarter)
		x := s.mul(turn, twoPi)
		q := s.toInt(n)
		z := s.mul(x, x)
		sin := s.mov(s1)
		sin = s.horner(sin, z, s2)
		sin = s.horner(sin, z, s3)
		sin = s.horner(sin, s.mul(z, x), x)
		cos := s.mov(c1)
		cos = s.horner(cos, z, c2)
		cos = s.horner(cos, z, c3)
		cos = s.horner(cos, z, half)
		cos = s.horner(cos, z, one)
		odd := s.signs(s.left(q, 31))
		sine := s.xor(s.choose(odd, cos, sin), s.left(s.and(q, two), 30))
		cosine := s.xor(s.choose(odd, sin, cos), s.left(s.and(s.addInt(q, oneInt), two), 30))
		even, after := s.mul(r, cosine), s.mul(r, sine)
		lo := s.or(s.rightLong(s.leftLong(even, 32), 32), s.leftLong(after, 32))
		hi := s.or(s.rightLong(even, 32), s.leftLong(s.rightLong(after, 32), 32))
		return s.unpack(lo, hi)
	}
}
