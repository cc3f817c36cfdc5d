package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// amxFamily writes the products of bfloat16 with AMX: 16 rows by 16 pairs of k of A lie in
// one tile, 16 pairs by 16 columns of B in another.
func amxFamily() {
	for r := 1; r <= 2; r++ {
		for c := 1; c <= 2; c++ {
			amxTile(r, c)
		}
	}
	TEXT("amxConfigure", NOSPLIT, "func(config *[64]byte)")
	Pragma("noescape")
	LDTILECFG(Mem{Base: param("config")})
	RET()
	TEXT("amxRelease", NOSPLIT, "func()")
	TILERELEASE()
	RET()
}

const spillRow = 128 // bytes: 32 columns

// amxTile is the microkernel: at most 16r rows by 16c columns of C, over k, a multiple of 16
// pairs. Rows of A have to be there as memory even beyond those wanted. The sums go
// through the spill, from where the wanted ones are finished as those of the other tiles.
func amxTile(r, c int) {
	TEXT(label("tileAMX_%dx%d", r, c), NOSPLIT, "func(p *byte)")
	Pragma("noescape")
	p := param("p")
	field := func(off int) reg.GPVirtual {
		g := GP64()
		MOVQ(Mem{Base: p, Disp: off}, g)
		return g
	}
	for i := range r {
		for j := range c {
			TILEZERO(U8(2*i + j))
		}
	}
	a, aRow, b, bRow, k := field(offA), field(offARow), field(offB), field(offBRow), field(offK)
	a2, bStep := GP64(), GP64()
	if r == 2 {
		MOVQ(aRow, a2)
		SHLQ(Imm(4), a2)
		ADDQ(a, a2)
	}
	MOVQ(bRow, bStep)
	SHLQ(Imm(4), bStep)
	Label("depth")
	TILELOADD(Mem{Base: a, Index: aRow, Scale: 1}, 4)
	TILELOADD(Mem{Base: b, Index: bRow, Scale: 1}, 6)
	TDPBF16PS(6, 4, 0)
	if c == 2 {
		TILELOADD(Mem{Base: b, Index: bRow, Scale: 1, Disp: 64}, 7)
		TDPBF16PS(7, 4, 1)
	}
	if r == 2 {
		TILELOADD(Mem{Base: a2, Index: aRow, Scale: 1}, 5)
		TDPBF16PS(6, 5, 2)
		ADDQ(Imm(64), a2)
	}
	if r == 2 && c == 2 {
		TDPBF16PS(7, 5, 3)
	}
	ADDQ(Imm(64), a)
	ADDQ(bStep, b)
	SUBQ(Imm(16), k)
	JG(LabelRef("depth"))
	spill, dist := field(offSpill), GP64()
	MOVQ(U32(spillRow), dist)
	for i := range r {
		for j := range c {
			TILESTORED(U8(2*i+j), Mem{Base: spill, Index: dist, Scale: 1, Disp: i*16*spillRow + j*64})
		}
	}
	finishRows(c, spill, field)
	VZEROUPPER()
	RET()
}

// finishRows takes rows of sums from the spill to C, with the epilogue.
func finishRows(c int, spill reg.GPVirtual, field func(int) reg.GPVirtual) {
	s := avx512
	out, ldc, flags, rows, bias, gate := field(offC), field(offLDC), field(offFlags), field(offRows), field(offBias), field(offMask)
	last, zero := s.tailOf(field(offLast)), s.zero()
	end := func(j int) *tail {
		if j == c-1 {
			return last
		}
		return nil
	}
	sums := make([]vec, c)
	when := func(flag uint32, name string, do func(j int, v vec)) {
		TESTQ(U32(flag), flags)
		JZ(LabelRef(name))
		for j, v := range sums {
			do(j, v)
		}
		Label(name)
	}
	Label("row")
	for j := range sums {
		sums[j] = s.load(Mem{Base: spill, Disp: 64 * j}, nil)
	}
	when(accumulate, "no_accumulate", func(j int, v vec) { VADDPS(s.load(Mem{Base: out, Disp: 64 * j}, end(j)), v, v) })
	when(addBias, "no_bias", func(j int, v vec) { VADDPS(s.load(Mem{Base: bias, Disp: 64 * j}, end(j)), v, v) })
	when(relu, "no_relu", func(j int, v vec) { VMAXPS(v, zero, v) })
	when(reluMask, "no_mask", func(j int, v vec) {
		k := K()
		VCMPPS(Imm(0x1e), zero, s.load(Mem{Base: gate, Disp: 64 * j}, end(j)), k) // y > 0
		VMOVAPS_Z(v, k, v)
	})
	for j, v := range sums {
		s.store(v, Mem{Base: out, Disp: 64 * j}, end(j))
	}
	ADDQ(U32(spillRow), spill)
	ADDQ(ldc, out)
	ADDQ(ldc, gate)
	DECQ(rows)
	JNZ(LabelRef("row"))
}
