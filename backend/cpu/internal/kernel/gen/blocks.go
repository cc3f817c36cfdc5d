package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// blocksFamily writes what is done to many short rows.
func blocksFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Blocks", s)
		table.set("copyBlocks", s.copyBlocks())
		table.set("sumBlocks", s.sumBlocks())
		table.close()
	}
	writeGo("blocks_table", table.String())
}

// copyBlocks copies blocks of rows of n floats; distances are in bytes.
func (s isa) copyBlocks() string {
	name := "copyBlocks" + s.suffix
	TEXT(name, NOSPLIT, "func(dst, src *float32, blocks, rows, n, dstBlock, srcBlock, dstRow, srcRow int)")
	Pragma("noescape")
	dst, src, off, n := GP64(), GP64(), GP64(), GP64()
	dstRow, srcRow := param("dstRow"), param("srcRow")
	Label("block")
	rows := param("rows")
	Load(Param("dst"), dst)
	Load(Param("src"), src)
	Label("row")
	Load(Param("n"), n)
	s.walk(off, n, 4, func(disp int, t *tail) {
		v := s.load(Mem{Base: src, Index: off, Scale: 1, Disp: disp}, t)
		s.store(v, Mem{Base: dst, Index: off, Scale: 1, Disp: disp}, t)
	})
	ADDQ(dstRow, dst)
	ADDQ(srcRow, src)
	DECQ(rows)
	JNZ(LabelRef("row"))
	step := param("dstBlock")
	ADDQ(step, arg("dst"))
	step = param("srcBlock")
	ADDQ(step, arg("src"))
	DECQ(arg("blocks"))
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
	return name
}

// sumBlocks sums the rows of n floats of each block of x; all is dense.
func (s isa) sumBlocks() string {
	name := "sumBlocks" + s.suffix
	TEXT(name, NOSPLIT, "func(dst, x *float32, blocks, rows, n int)")
	Pragma("noescape")
	dst, x, width := param("dst"), param("x"), param("n")
	SHLQ(Imm(2), width)
	Label("block")
	n, left, at := param("n"), GP64(), GP64()
	s.groups(n, 4, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		LEAQ(Mem{Base: x, Index: off, Scale: 1}, at)
		Load(Param("rows"), left)
		sums := make([]vec, vectors)
		for i := range sums {
			sums[i] = s.load(Mem{Base: at, Disp: i * s.bytes}, t)
		}
		Label(name + "_row")
		DECQ(left)
		JZ(LabelRef(name + "_sum"))
		ADDQ(width, at)
		for i, sum := range sums {
			s.sumInto(sum, s.load(Mem{Base: at, Disp: i * s.bytes}, t))
		}
		JMP(LabelRef(name + "_row"))
		Label(name + "_sum")
		LEAQ(Mem{Base: dst, Index: off, Scale: 1}, at)
		for i, sum := range sums {
			s.store(sum, Mem{Base: at, Disp: i * s.bytes}, t)
		}
	})
	ADDQ(width, dst)
	size := param("rows")
	IMULQ(width, size)
	ADDQ(size, x)
	DECQ(arg("blocks"))
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
	return name
}
