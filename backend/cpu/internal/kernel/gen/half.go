package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// halfFamily writes the conversions of bfloat16, by integers alone: bfloat16 is the upper
// half of a float32. And those of bytes.
func halfFamily() {
	var table tableWriter
	for _, s := range []isa{avx2, avx512} {
		table.open("Half", s)
		table.set("fromBF16", s.fromBF16())
		table.set("toBF16", s.toBF16())
		table.set("fromBytes", s.fromBytes())
		table.set("toBools", s.toBools())
		table.close()
	}
	writeGo("half_table", table.String())
}

// roundBF16 rounds to bfloat16, halves to even; a NaN stays one, and is quiet.
func (c *consts) roundBF16() unary {
	s, below, odd, upper, quiet := c.s, c.bits(0x7fff), c.bits(1), c.bits(0xffff0000), c.bits(0x00400000)
	return func(x vec) vec {
		up := s.addInt(s.addInt(x, s.reg(below)), s.and(s.right(x, 16), odd))
		return s.and(s.choose(s.cmp(x, unord, x), s.or(x, quiet), up), upper)
	}
}

// fromBF16 widens n numbers, a multiple of the lanes.
func (s isa) fromBF16() string {
	name := "fromBF16_" + s.suffix
	TEXT(name, NOSPLIT, "func(dst *float32, src *uint16, n int)")
	Pragma("noescape")
	dst, src, n := param("dst"), param("src"), param("n")
	s.steps(n, func() {
		v := s.vec()
		VPMOVZXWD(Mem{Base: src}, v)
		VMOVUPS(s.left(v, 16), Mem{Base: dst})
		ADDQ(Imm(uint64(s.bytes/2)), src)
		ADDQ(Imm(uint64(s.bytes)), dst)
	})
	return name
}

// toBF16 rounds n numbers, a multiple of the lanes.
func (s isa) toBF16() string {
	name := "toBF16_" + s.suffix
	TEXT(name, NOSPLIT, "func(dst *uint16, src *float32, n int)")
	Pragma("noescape")
	dst, src, n := param("dst"), param("src"), param("n")
	round := s.consts().roundBF16()
	s.steps(n, func() {
		v := s.right(round(s.load(Mem{Base: src}, nil)), 16)
		if s.z {
			VPMOVDW(v, Mem{Base: dst})
		} else {
			VPACKUSDW(v, v, v)
			VPERMQ(Imm(0b1000), v, v)
			VMOVUPS(v.AsX(), Mem{Base: dst})
		}
		ADDQ(Imm(uint64(s.bytes)), src)
		ADDQ(Imm(uint64(s.bytes/2)), dst)
	})
	return name
}

// fromBytes makes numbers of n bytes, a multiple of the lanes.
func (s isa) fromBytes() string {
	name := "fromBytes" + s.suffix
	TEXT(name, NOSPLIT, "func(dst *float32, src *uint8, n int)")
	Pragma("noescape")
	dst, src, n := param("dst"), param("src"), param("n")
	s.steps(n, func() {
		v := s.vec()
		VPMOVZXBD(Mem{Base: src}, v)
		VCVTDQ2PS(v, v)
		VMOVUPS(v, Mem{Base: dst})
		ADDQ(Imm(uint64(s.lanes())), src)
		ADDQ(Imm(uint64(s.bytes)), dst)
	})
	return name
}

// toBools makes bytes of n numbers, a multiple of the lanes: 0 of 0, 1 of others and NaN.
func (s isa) toBools() string {
	name := "toBools" + s.suffix
	TEXT(name, NOSPLIT, "func(dst *uint8, src *float32, n int)")
	Pragma("noescape")
	dst, src, n := param("dst"), param("src"), param("n")
	k := s.consts()
	zero, one := k.f(0), k.bits(1)
	s.steps(n, func() {
		x := s.load(Mem{Base: src}, nil)
		v := s.choose(s.cmp(x, ne, s.reg(zero)), s.reg(one), s.zero())
		if s.z {
			VPMOVDB(v, Mem{Base: dst})
		} else {
			upper := XMM()
			VEXTRACTI128(Imm(1), v, upper)
			VPACKSSDW(upper, v.AsX(), upper)
			VPACKUSWB(upper, upper, upper)
			VMOVQ(upper, Mem{Base: dst})
		}
		ADDQ(Imm(uint64(s.bytes)), src)
		ADDQ(Imm(uint64(s.lanes())), dst)
	})
	return name
}

// steps repeats body for every vector of n > 0 elements.
func (s isa) steps(n reg.GPVirtual, body func()) {
	Label("vector")
	body()
	SUBQ(U32(s.lanes()), n)
	JG(LabelRef("vector"))
	VZEROUPPER()
	RET()
}
