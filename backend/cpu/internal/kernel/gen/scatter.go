package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// scatterFamily writes the sum of rows into rows of a table.
func scatterFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Scatter", s)
		table.set("scatterAdd", s.scatterAdd())
		table.close()
	}
	writeGo("scatter_table", table.String())
}

// scatterAdd adds row k of x to row index[k] of table, for every k in order whose index lies
// in [lo, lo+rows).
func (s isa) scatterAdd() string {
	name := "scatterAdd" + s.suffix
	TEXT(name, NOSPLIT, "func(table, x *float32, index *int64, count, lo, rows, width int)")
	Pragma("noescape")
	x, index, count, lo, rows := param("x"), param("index"), param("count"), param("lo"), param("rows")
	bytes := param("width")
	SHLQ(U8(2), bytes)
	table, dst, row, off, n := param("table"), GP64(), GP64(), GP64(), GP64()
	Label("next")
	MOVQ(Mem{Base: index}, row)
	ADDQ(Imm(8), index)
	MOVQ(row, n)
	SUBQ(lo, n)
	CMPQ(n, rows)
	JCC(LabelRef("skip")) // as unsigned numbers: also below lo
	MOVQ(row, dst)
	IMULQ(bytes, dst)
	ADDQ(table, dst)
	MOVQ(bytes, n)
	SHRQ(U8(2), n)
	s.walk(off, n, 1, func(disp int, t *tail) {
		to := Mem{Base: dst, Index: off, Scale: 1, Disp: disp}
		v := s.load(Mem{Base: x, Index: off, Scale: 1, Disp: disp}, t)
		VADDPS(s.load(to, t), v, v)
		s.store(v, to, t)
	})
	Label("skip")
	ADDQ(bytes, x)
	DECQ(count)
	JNZ(LabelRef("next"))
	VZEROUPPER()
	RET()
	return name
}
