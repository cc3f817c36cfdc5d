package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pairsFamily writes the products of bfloat16 with AVX512-BF16: a pair of neighbours in k is
// to these tiles what a float is to the others. Packing rounds floats to the nearest
// bfloat16, high, and, split, what that leaves to another, low.
func pairsFamily() {
	tileTables("pairs_tiles", bf16)
	for _, split := range []bool{false, true} {
		pairRows(split)
		pairCols(1, split)
		pairCols(2, split)
	}
}

// places are where the packed vectors go: high once, or high twice and low.
type places struct {
	dst        reg.GPVirtual
	again, low reg.GPVirtual // bytes from dst; nil without a split
}

func placesOf(split bool) places {
	p := places{dst: param("dst")}
	if split {
		p.again, p.low = param("again"), param("low")
	}
	return p
}

func variant(name string, split bool) (text, more string) {
	if split {
		return name + "Split", ", again, low"
	}
	return name, ""
}

// store writes high and, split, the remainder that rest gives.
func (p places) store(at reg.GPVirtual, disp int, high vec, rest func() vec) {
	VMOVUPS(high, Mem{Base: at, Disp: disp})
	if p.low != nil {
		VMOVUPS(high, Mem{Base: at, Disp: disp, Index: p.again, Scale: 1})
		VMOVUPS(rest(), Mem{Base: at, Disp: disp, Index: p.low, Scale: 1})
	}
}

// rounded is low and high as bfloat16, one after the other.
func rounded(low, high vec) vec {
	v := ZMM()
	VCVTNE2PS2BF16(low, high, v)
	return v
}

// pairRows rounds rows of n floats, for operands whose k runs along a row: neighbours are
// pairs already. It writes a multiple of 16 pairs a row, with zeros after the last.
func pairRows(split bool) {
	name, more := variant("pairRows", split)
	TEXT(name, NOSPLIT, "func(src *float32, srcDist uintptr, dst *float32, dstDist, n, rows"+more+" uintptr)")
	Pragma("noescape")
	src, ss, ds, n, rows := param("src"), param("srcDist"), param("dstDist"), param("n"), param("rows")
	p := placesOf(split)
	s, d, left := GP64(), GP64(), GP64()
	step := func(a, b vec) {
		high := rounded(a, b)
		p.store(d, 0, high, func() vec {
			upper := YMM()
			VEXTRACTI64X4(Imm(1), high, upper)
			return rounded(beyond(a, high.AsY()), beyond(b, upper))
		})
	}
	Label("row")
	MOVQ(src, s)
	MOVQ(p.dst, d)
	MOVQ(n, left)
	SUBQ(Imm(32), left)
	JL(LabelRef("part"))
	Label("whole")
	step(avx512.load(Mem{Base: s}, nil), avx512.load(Mem{Base: s, Disp: 64}, nil))
	ADDQ(U32(128), s)
	ADDQ(Imm(64), d)
	SUBQ(Imm(32), left)
	JGE(LabelRef("whole"))
	Label("part")
	ADDQ(Imm(32), left)
	JZ(LabelRef("next"))
	mask, low, high := GP32(), K(), K()
	MOVL(U32(0xffffffff), mask)
	BZHIL(left.As32(), mask, mask)
	KMOVW(mask, low)
	SHRL(Imm(16), mask)
	KMOVW(mask, high)
	step(avx512.load(Mem{Base: s}, &tail{k: low}), avx512.load(Mem{Base: s, Disp: 64}, &tail{k: high}))
	Label("next")
	ADDQ(ss, src)
	ADDQ(ds, p.dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// beyond is what the bfloat16 numbers high leave of x.
func beyond(x vec, high Op) vec {
	h, r := ZMM(), ZMM()
	VPMOVZXWD(high, h)
	VPSLLD(Imm(16), h, h)
	VSUBPS(h, x, r)
	return r
}

// pairCols rounds n rows of nv vectors, the last of them partial, for operands whose k runs
// from row to row: two rows become one of pairs, and the last is paired with zeros if it
// is alone.
func pairCols(nv int, split bool) {
	name, more := variant(label("pairCols%d", nv), split)
	TEXT(name, NOSPLIT, "func(src *float32, srcDist uintptr, dst *float32, dstDist, n, last"+more+" uintptr)")
	Pragma("noescape")
	src, ss, ds, n, last := param("src"), param("srcDist"), param("dstDist"), param("n"), avx512.tailOf(param("last"))
	p := placesOf(split)
	mix, high := avx512.mov(interleaved()), vec(nil)
	if split {
		high = avx512.mov(constant(0xffff0000))
	}
	step := func(second bool) {
		for j := range nv {
			t := last
			if j < nv-1 {
				t = nil
			}
			x, y := avx512.load(Mem{Base: src, Disp: 64 * j}, t), vec(nil)
			if second {
				y = avx512.load(Mem{Base: src, Index: ss, Scale: 1, Disp: 64 * j}, t)
			} else {
				y = avx512.zero()
			}
			mixed := rounded(x, y)
			VPERMW(mixed, mix, mixed)
			p.store(p.dst, 64*j, mixed, func() vec {
				xh, yh := ZMM(), ZMM()
				VPSLLD(Imm(16), mixed, xh)
				VPANDD(mixed, high, yh)
				VSUBPS(xh, x, xh)
				VSUBPS(yh, y, yh)
				rest := rounded(xh, yh)
				VPERMW(rest, mix, rest)
				return rest
			})
		}
	}
	SUBQ(Imm(2), n)
	JL(LabelRef("odd"))
	Label("pair")
	step(true)
	LEAQ(Mem{Base: src, Index: ss, Scale: 2}, src)
	ADDQ(ds, p.dst)
	SUBQ(Imm(2), n)
	JGE(LabelRef("pair"))
	Label("odd")
	ADDQ(Imm(2), n)
	JLE(LabelRef("done"))
	step(false)
	Label("done")
	VZEROUPPER()
	RET()
}

var interleave *Mem

// interleaved is the permutation of words that takes one from each half in turn.
func interleaved() Mem {
	if interleave == nil {
		m := GLOBL("interleave_"+*family, attr.RODATA|attr.NOPTR)
		for i := range 16 {
			DATA(4*i, U32(uint32(i)|uint32(i+16)<<16))
		}
		interleave = &m
	}
	return *interleave
}
