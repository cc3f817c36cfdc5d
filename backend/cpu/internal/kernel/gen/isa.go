package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is an instruction set: every kernel is written once against it and
// emitted for each.
type isa struct {
	suffix string
	bytes  int // of a vector
	z      bool
	pairs  bool // tiles multiply pairs of bfloat16
}

var (
	avx512 = isa{suffix: "512", bytes: 64, z: true}
	avx2   = isa{suffix: "256", bytes: 32}
	bf16   = isa{suffix: "BF16", bytes: 64, z: true, pairs: true}
	neon   = isa{suffix: "NEON", bytes: 16} // written as AVX on 128 bits and translated: translate.go
)

// targets are the instruction sets of the architecture.
func targets() []isa {
	if *arch == "arm64" {
		return []isa{neon}
	}
	return []isa{avx2, avx512}
}

func (s isa) lanes() int { return s.bytes / 4 }

type vec = reg.VecVirtual

// vec is a fresh vector register.
func (s isa) vec() vec {
	switch s.bytes {
	case 64:
		return ZMM()
	case 32:
		return YMM()
	}
	return XMM()
}

func (s isa) zero() vec {
	v := s.vec()
	s.setZero(v)
	return v
}

func (s isa) setZero(v vec) {
	VXORPS(v, v, v)
}

// tail is the mask of the lanes of a partial vector: an opmask register or a
// vector of all-ones lanes.
type tail struct {
	k reg.Register
	v vec
}

// load reads a vector; with a tail, its lanes only, the others zero.
func (s isa) load(m Mem, t *tail) vec {
	v := s.vec()
	s.loadTo(m, t, v)
	return v
}

func (s isa) loadTo(m Mem, t *tail, v vec) {
	switch {
	case t == nil:
		VMOVUPS(m, v)
	case s.z:
		VMOVUPS_Z(m, t.k, v)
	default:
		VMASKMOVPS(m, t.v, v)
	}
}

func (s isa) store(v vec, m Mem, t *tail) {
	switch {
	case t == nil:
		VMOVUPS(v, m)
	case s.z:
		VMOVUPS(v, t.k, m)
	default:
		VMASKMOVPS(v, t.v, m)
	}
}

// tailOf makes the tail of n lanes, 1 ≤ n ≤ lanes.
func (s isa) tailOf(n reg.GPVirtual) *tail {
	if s.z {
		full, k := GP32(), K()
		MOVL(U32(0xffff), full)
		BZHIL(n.As32(), full, full)
		KMOVW(full, k)
		return &tail{k: k}
	}
	at := GP64()
	LEAQ(tailTable(), at)
	off := GP64()
	MOVQ(n, off)
	NEGQ(off)
	v := s.vec()
	VMOVUPS(Mem{Base: at, Index: off, Scale: 4, Disp: 32}, v)
	return &tail{v: v}
}

var tailSymbol *Mem

// tailTable is eight words of ones and eight of zeros: the tail of n lanes
// starts 8−n words in.
func tailTable() Mem {
	if tailSymbol == nil {
		m := GLOBL("tailmask_"+*family, attr.RODATA|attr.NOPTR) // RODATA|NOPTR
		for i := range 16 {
			v := uint32(0)
			if i < 8 {
				v = 0xffffffff
			}
			DATA(4*i, U32(v))
		}
		tailSymbol = &m
	}
	return *tailSymbol
}

func label(format string, a ...any) string { return fmt.Sprintf(format, a...) }
