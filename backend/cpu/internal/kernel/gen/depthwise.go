package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// depthwiseFamily writes the convolutions where each channel has its own filter.
func depthwiseFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Depthwise", s)
		table.set("depthwise", s.depthwise())
		table.set("depthwiseFilter", s.depthwiseFilter())
		table.close()
	}
	writeGo("depthwise_table", table.String())
}

// depthwise sets y[p, c] = Σₜ x[p·xStep + offs[t] + c]·w[t, c] for n channels of
// pixels output pixels; steps and offsets are in bytes, w is dense.
func (s isa) depthwise() string {
	TEXT("depthwise"+s.suffix, NOSPLIT, "func(y, x, w *float32, offs *int, taps, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	y, x, w, offs := param("y"), param("x"), param("w"), param("offs")
	wRow, n := GP64(), param("n")
	MOVQ(n, wRow)
	SHLQ(Imm(2), wRow)
	s.cols(n, 4, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		left, xp, yp := param("pixels"), GP64(), GP64()
		LEAQ(Mem{Base: x, Index: off, Scale: 1}, xp)
		LEAQ(Mem{Base: y, Index: off, Scale: 1}, yp)
		Label(name + "_pixel")
		acc := make([]vec, vectors)
		for i := range acc {
			acc[i] = s.zero()
		}
		tap, taps, wp, from := GP64(), param("taps"), GP64(), GP64()
		XORQ(tap, tap)
		LEAQ(Mem{Base: w, Index: off, Scale: 1}, wp)
		Label(name + "_tap")
		MOVQ(Mem{Base: offs, Index: tap, Scale: 8}, from)
		ADDQ(xp, from)
		for i, a := range acc {
			s.fma(a, s.load(Mem{Base: from, Disp: i * s.bytes}, t), s.load(Mem{Base: wp, Disp: i * s.bytes}, t))
		}
		ADDQ(wRow, wp)
		INCQ(tap)
		CMPQ(tap, taps)
		JLT(LabelRef(name + "_tap"))
		for i, a := range acc {
			s.store(a, Mem{Base: yp, Disp: i * s.bytes}, t)
		}
		step := param("xStep")
		ADDQ(step, xp)
		step = param("yStep")
		ADDQ(step, yp)
		DECQ(left)
		JNZ(LabelRef(name + "_pixel"))
	})
	return "depthwise" + s.suffix
}

// depthwiseFilter adds Σₚ x[p·xStep + c]·dy[p·yStep + c] to dw[c] over pixels.
func (s isa) depthwiseFilter() string {
	TEXT("depthwiseFilter"+s.suffix, NOSPLIT, "func(dw, x, dy *float32, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	dw, x, dy, n := param("dw"), param("x"), param("dy"), param("n")
	xStep, yStep := param("xStep"), param("yStep")
	s.cols(n, 4, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		left, xp, yp := param("pixels"), GP64(), GP64()
		LEAQ(Mem{Base: x, Index: off, Scale: 1}, xp)
		LEAQ(Mem{Base: dy, Index: off, Scale: 1}, yp)
		acc := make([]vec, vectors)
		for i := range acc {
			acc[i] = s.load(Mem{Base: dw, Index: off, Scale: 1, Disp: i * s.bytes}, t)
		}
		Label(name + "_pixel")
		for i, a := range acc {
			s.fma(a, s.load(Mem{Base: xp, Disp: i * s.bytes}, t), s.load(Mem{Base: yp, Disp: i * s.bytes}, t))
		}
		ADDQ(xStep, xp)
		ADDQ(yStep, yp)
		DECQ(left)
		JNZ(LabelRef(name + "_pixel"))
		for i, a := range acc {
			s.store(a, Mem{Base: dw, Index: off, Scale: 1, Disp: i * s.bytes}, t)
		}
	})
	return "depthwiseFilter" + s.suffix
}
