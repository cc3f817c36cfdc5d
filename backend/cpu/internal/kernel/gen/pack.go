package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packFamily writes the copies into packed panels.
func packFamily() {
	for _, s := range targets() {
		s.copyRows(1)
		s.copyRows(2)
		if s == neon { // a panel of 12 rows
			s.copyRows(3)
		}
	}
	if *arch == "arm64" {
		transpose4()
		return
	}
	transpose16()
	transpose8()
}

func param(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// copyRows copies n rows of nv vectors, the last of them partial, into rows
// that lie dist bytes apart.
func (s isa) copyRows(nv int) {
	TEXT(label("copyRows%s_%d", s.suffix, nv), NOSPLIT, "func(src, dst *float32, srcDist, dstDist, n, last uintptr)")
	Pragma("noescape")
	src, dst, ss, ds, n := param("src"), param("dst"), param("srcDist"), param("dstDist"), param("n")
	last := s.tailOf(param("last"))
	Label("row")
	var vs []vec
	for j := range nv {
		t := last
		if j < nv-1 {
			t = nil
		}
		vs = append(vs, s.load(Mem{Base: src, Disp: j * s.bytes}, t))
	}
	for j, v := range vs {
		s.store(v, Mem{Base: dst, Disp: j * s.bytes}, nil)
	}
	ADDQ(ss, src)
	ADDQ(ds, dst)
	DECQ(n)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// transpose16 turns 16 rows of n floats, at byte offsets offs from src, into n
// rows of 16; it writes a multiple of 16 rows.
func transpose16() {
	TEXT("transpose512", NOSPLIT, "func(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr)")
	Pragma("noescape")
	src, offs, dst, ds, n := param("src"), param("offs"), param("dst"), param("dist"), param("n")
	ds3 := GP64()
	LEAQ(Mem{Base: ds, Index: ds, Scale: 2}, ds3)
	k, full := K(), GP32()
	MOVL(U32(0xffff), full)
	KMOVW(full, k)
	Label("block")
	CMPQ(n, U32(16))
	JGE(LabelRef("whole"))
	part := GP32()
	BZHIL(n.As32(), full, part)
	KMOVW(part, k)
	Label("whole")
	r := make([]vec, 16)
	for i := range r {
		o := GP64()
		MOVQ(Mem{Base: offs, Disp: i * 8}, o)
		r[i] = ZMM()
		VMOVUPS_Z(Mem{Base: src, Index: o, Scale: 1}, k, r[i])
	}
	t := make([]vec, 16)
	for i := range 8 {
		t[2*i], t[2*i+1] = ZMM(), ZMM()
		VUNPCKLPS(r[2*i+1], r[2*i], t[2*i])
		VUNPCKHPS(r[2*i+1], r[2*i], t[2*i+1])
	}
	u := make([]vec, 16)
	for i := range 4 {
		for j := range 4 {
			u[4*i+j] = ZMM()
		}
		VUNPCKLPD(t[4*i+2], t[4*i], u[4*i])
		VUNPCKHPD(t[4*i+2], t[4*i], u[4*i+1])
		VUNPCKLPD(t[4*i+3], t[4*i+1], u[4*i+2])
		VUNPCKHPD(t[4*i+3], t[4*i+1], u[4*i+3])
	}
	// u[4i+j], 128-bit lane l: column 4l+j of rows 4i … 4i+3.
	o := make([]vec, 16)
	for j := range 4 {
		x0, x1, x2, x3 := ZMM(), ZMM(), ZMM(), ZMM()
		VSHUFF32X4(Imm(0x88), u[4+j], u[j], x0)
		VSHUFF32X4(Imm(0xdd), u[4+j], u[j], x1)
		VSHUFF32X4(Imm(0x88), u[12+j], u[8+j], x2)
		VSHUFF32X4(Imm(0xdd), u[12+j], u[8+j], x3)
		for _, q := range []int{0, 4, 8, 12} {
			o[q+j] = ZMM()
		}
		VSHUFF32X4(Imm(0x88), x2, x0, o[j])
		VSHUFF32X4(Imm(0xdd), x2, x0, o[8+j])
		VSHUFF32X4(Imm(0x88), x3, x1, o[4+j])
		VSHUFF32X4(Imm(0xdd), x3, x1, o[12+j])
	}
	storeRows(o, dst, ds, ds3)
	ADDQ(Imm(64), src)
	SUBQ(Imm(16), n)
	JG(LabelRef("block"))
	VZEROUPPER()
	RET()
}

func storeRows(o []vec, dst, ds, ds3 reg.GPVirtual) {
	for i := 0; i < len(o); i += 4 {
		VMOVUPS(o[i], Mem{Base: dst})
		VMOVUPS(o[i+1], Mem{Base: dst, Index: ds, Scale: 1})
		VMOVUPS(o[i+2], Mem{Base: dst, Index: ds, Scale: 2})
		VMOVUPS(o[i+3], Mem{Base: dst, Index: ds3, Scale: 1})
		LEAQ(Mem{Base: dst, Index: ds, Scale: 4}, dst)
	}
}

// transpose8 is transpose16 for AVX2: 8 rows, n rows of 8, a multiple of 8.
func transpose8() {
	TEXT("transpose256", NOSPLIT, "func(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr)")
	Pragma("noescape")
	src, offs, dst, ds, n := param("src"), param("offs"), param("dst"), param("dist"), param("n")
	ds3, eight := GP64(), GP64()
	LEAQ(Mem{Base: ds, Index: ds, Scale: 2}, ds3)
	Label("block")
	MOVQ(U32(8), eight)
	CMPQ(n, Imm(8))
	CMOVQLT(n, eight)
	last := avx2.tailOf(eight)
	r := make([]vec, 8)
	for i := range r {
		o := GP64()
		MOVQ(Mem{Base: offs, Disp: i * 8}, o)
		r[i] = avx2.load(Mem{Base: src, Index: o, Scale: 1}, last)
	}
	t := make([]vec, 8)
	for i := range 4 {
		t[2*i], t[2*i+1] = YMM(), YMM()
		VUNPCKLPS(r[2*i+1], r[2*i], t[2*i])
		VUNPCKHPS(r[2*i+1], r[2*i], t[2*i+1])
	}
	u := make([]vec, 8)
	for i := range 2 {
		for j := range 4 {
			u[4*i+j] = YMM()
		}
		VUNPCKLPD(t[4*i+2], t[4*i], u[4*i])
		VUNPCKHPD(t[4*i+2], t[4*i], u[4*i+1])
		VUNPCKLPD(t[4*i+3], t[4*i+1], u[4*i+2])
		VUNPCKHPD(t[4*i+3], t[4*i+1], u[4*i+3])
	}
	o := make([]vec, 8)
	for j := range 4 {
		o[j], o[4+j] = YMM(), YMM()
		VPERM2F128(Imm(0x20), u[4+j], u[j], o[j])
		VPERM2F128(Imm(0x31), u[4+j], u[j], o[4+j])
	}
	storeRows(o, dst, ds, ds3)
	ADDQ(Imm(32), src)
	SUBQ(Imm(8), n)
	JG(LabelRef("block"))
	VZEROUPPER()
	RET()
}

// transpose4 is transpose16 for NEON: 4 rows, n rows of 4, a multiple of 4.
func transpose4() {
	TEXT("transposeNEON", NOSPLIT, "func(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr)")
	Pragma("noescape")
	src, offs, dst, ds, n := param("src"), param("offs"), param("dst"), param("dist"), param("n")
	ds3 := GP64()
	LEAQ(Mem{Base: ds, Index: ds, Scale: 2}, ds3)
	square := func(t *tail) {
		var r, u, o [4]vec
		for i := range r {
			from := GP64()
			MOVQ(Mem{Base: offs, Disp: i * 8}, from)
			r[i] = neon.load(Mem{Base: src, Index: from, Scale: 1}, t)
			u[i], o[i] = XMM(), XMM()
		}
		for i := range 2 {
			VUNPCKLPS(r[2*i+1], r[2*i], u[2*i])
			VUNPCKHPS(r[2*i+1], r[2*i], u[2*i+1])
		}
		for i := range 2 {
			VUNPCKLPD(u[2+i], u[i], o[2*i])
			VUNPCKHPD(u[2+i], u[i], o[2*i+1])
		}
		storeRows(o[:], dst, ds, ds3)
	}
	Label("block")
	CMPQ(n, Imm(4))
	JLT(LabelRef("rest"))
	square(nil)
	ADDQ(Imm(16), src)
	SUBQ(Imm(4), n)
	JMP(LabelRef("block"))
	Label("rest")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	square(neon.tailOf(n))
	Label("done")
	RET()
}
