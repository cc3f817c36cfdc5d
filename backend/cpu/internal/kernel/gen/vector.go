package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The methods below are a small vector language: each returns a fresh register,
// except the accumulating ones, which say so. An Op operand may be memory.

// mask is a truth value per lane: an opmask register or all-ones lanes.
type mask struct {
	k reg.Register
	v vec
}

func (s isa) mov(o Op) vec           { v := s.vec(); VMOVUPS(o, v); return v }
func (s isa) add(a vec, b Op) vec    { v := s.vec(); VADDPS(b, a, v); return v }
func (s isa) sub(a vec, b Op) vec    { v := s.vec(); VSUBPS(b, a, v); return v }
func (s isa) mul(a vec, b Op) vec    { v := s.vec(); VMULPS(b, a, v); return v }
func (s isa) div(a vec, b Op) vec    { v := s.vec(); VDIVPS(b, a, v); return v }
func (s isa) sqrt(a Op) vec          { v := s.vec(); VSQRTPS(a, v); return v }
func (s isa) and(a vec, b Op) vec    { v := s.vec(); VANDPS(b, a, v); return v }
func (s isa) or(a vec, b Op) vec     { v := s.vec(); VORPS(b, a, v); return v }
func (s isa) xor(a vec, b Op) vec    { v := s.vec(); VXORPS(b, a, v); return v }
func (s isa) andNot(a vec, b Op) vec { v := s.vec(); VANDNPS(b, a, v); return v } // ¬a ∧ b

// max and min return b if either is NaN.
func (s isa) max(a vec, b Op) vec { v := s.vec(); VMAXPS(b, a, v); return v }
func (s isa) min(a vec, b Op) vec { v := s.vec(); VMINPS(b, a, v); return v }

// horner returns p·x + c and uses p up.
func (s isa) horner(p, x vec, c Op) vec {
	if s == neon { // which only adds products to a register
		v := s.mov(c)
		s.fma(v, p, x)
		return v
	}
	VFMADD213PS(c, x, p)
	return p
}

// fma does acc += a·b in place, fnma acc −= a·b.
func (s isa) fma(acc, a vec, b Op)  { VFMADD231PS(b, a, acc) }
func (s isa) fnma(acc, a vec, b Op) { VFNMADD231PS(b, a, acc) }

// Rounding modes.
const (
	nearest = 8
	floor   = 9
	ceil    = 10
)

func (s isa) round(a vec, mode uint8) vec {
	v := s.vec()
	if s.z {
		VRNDSCALEPS(Imm(uint64(mode)), a, v)
	} else {
		VROUNDPS(Imm(uint64(mode)), a, v)
	}
	return v
}

// Comparison predicates, all quiet.
const (
	eq    = 0x00
	lt    = 0x11
	le    = 0x12
	unord = 0x03
	ne    = 0x04 // true for NaN
	nlt   = 0x15
	ord   = 0x07
	ge    = 0x1d
	gt    = 0x1e
)

func (s isa) cmp(a vec, pred uint8, b Op) mask {
	if s.z {
		k := K()
		VCMPPS(Imm(uint64(pred)), b, a, k)
		return mask{k: k}
	}
	v := s.vec()
	VCMPPS(Imm(uint64(pred)), b, a, v)
	return mask{v: v}
}

// any sets the zero flag if m holds in no lane.
func (s isa) any(m mask) {
	if s.z {
		KORTESTW(m.k, m.k)
		return
	}
	lanes := GP32()
	VMOVMSKPS(m.v, lanes)
	TESTL(lanes, lanes)
}

// choose is yes where m, else no.
func (s isa) choose(m mask, yes Op, no vec) vec {
	v := s.vec()
	if s.z {
		VBLENDMPS(yes, no, m.k, v)
	} else {
		VBLENDVPS(m.v, yes, no, v)
	}
	return v
}

// keep is v where m, else 0.
func (s isa) keep(m mask, o Op) vec {
	v := s.vec()
	if s.z {
		VMOVUPS_Z(o, m.k, v)
	} else {
		VANDPS(o, m.v, v)
	}
	return v
}

// signs is the mask of the lanes whose sign bit is set.
func (s isa) signs(v vec) mask {
	if s.z {
		k := K()
		VPMOVD2M(v, k)
		return mask{k: k}
	}
	if s == neon {
		return mask{v: s.rightS(v, 31)} // its choose looks at all bits
	}
	return mask{v: v}
}

func (s isa) toInt(a vec) vec         { v := s.vec(); VCVTPS2DQ(a, v); return v }
func (s isa) toFloat(a vec) vec       { v := s.vec(); VCVTDQ2PS(a, v); return v }
func (s isa) addInt(a vec, b Op) vec  { v := s.vec(); VPADDD(b, a, v); return v }
func (s isa) subInt(a vec, b Op) vec  { v := s.vec(); VPSUBD(b, a, v); return v }
func (s isa) left(a vec, n int) vec   { v := s.vec(); VPSLLD(Imm(uint64(n)), a, v); return v }
func (s isa) right(a vec, n int) vec  { v := s.vec(); VPSRLD(Imm(uint64(n)), a, v); return v }
func (s isa) rightS(a vec, n int) vec { v := s.vec(); VPSRAD(Imm(uint64(n)), a, v); return v }

// consts hands out the constants of one kernel: in registers while the budget
// lasts, which leaves the load ports free, then in memory.
type consts struct {
	s      isa
	budget int
	have   map[uint32]Op
}

func (s isa) consts() *consts {
	c := &consts{s: s, have: map[uint32]Op{}}
	switch s {
	case avx512:
		c.budget = 18
	case neon:
		c.budget = 16
	}
	return c
}

func (c *consts) f(x float64) Op { return c.bits(math.Float32bits(float32(x))) }

func (c *consts) bits(u uint32) Op {
	if o, ok := c.have[u]; ok {
		return o
	}
	var o Op = constant(u)
	if c.budget > 0 {
		c.budget--
		o = c.s.mov(o)
	}
	c.have[u] = o
	return o
}

// reg is a constant in a register.
func (s isa) reg(o Op) vec {
	if v, ok := o.(vec); ok {
		return v
	}
	return s.mov(o)
}

var constants = map[uint32]Mem{}

// constant is 64 bytes of read-only memory full of u.
func constant(u uint32) Mem {
	m, ok := constants[u]
	if !ok {
		m = GLOBL(fmt.Sprintf("const_%s_%08x", *family, u), attr.RODATA|attr.NOPTR)
		for i := range 16 {
			DATA(4*i, U32(u))
		}
		constants[u] = m
	}
	return m
}

// walk emits the loop over n elements: unrolled whole vectors, whole vectors,
// and a partial one. do gets the byte displacement and the tail.
func (s isa) walk(off, n reg.GPVirtual, unroll int, do func(disp int, t *tail)) {
	XORQ(off, off)
	lanes := s.lanes()
	loop := func(name string, times int) {
		SUBQ(U32(times*lanes), n)
		JL(LabelRef(name + "_end"))
		Label(name)
		for i := range times {
			do(i*s.bytes, nil)
		}
		ADDQ(U32(times*s.bytes), off)
		SUBQ(U32(times*lanes), n)
		JGE(LabelRef(name))
		Label(name + "_end")
		ADDQ(U32(times*lanes), n)
	}
	if unroll > 1 {
		loop("unrolled", unroll)
	}
	loop("whole", 1)
	JLE(LabelRef("done"))
	do(0, s.tailOf(n))
	Label("done")
}
