package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// optimizerFamily writes the updates of the optimizers, one pass each.
func optimizerFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Optimizer", s)
		for _, w := range []streams{adam, axpy} {
			table.set(w.name, s.streams(w))
		}
		table.set("adamIdle", s.adamIdle())
		table.close()
	}
	writeGo("optimizer_table", table.String())
}

// axpy is y += a·x.
var axpy = streams{"axpy", []string{"y", "x"}, []string{"y", "x"}, []string{"y"}, []string{"a"},
	func(c *consts, k vecs) func(in vecs) vecs {
		return func(in vecs) vecs { c.s.fma(in["y"], in["x"], k["a"]); return vecs{"y": in["y"]} }
	}}

var adam = streams{"adam", []string{"p", "g", "m", "v"}, []string{"p", "g", "m", "v"}, []string{"m", "v", "p"},
	[]string{"rate", "c1", "c2", "eps", "decay"}, // c = 1 − β
	func(c *consts, k vecs) func(in vecs) vecs {
		s := c.s
		return func(in vecs) vecs {
			p, g, m, v := in["p"], in["g"], in["m"], in["v"]
			s.fma(m, s.sub(g, m), k["c1"])
			s.fma(v, s.sub(s.mul(g, g), v), k["c2"])
			step := s.div(s.mul(m, k["rate"]), s.add(s.sqrt(v), k["eps"]))
			s.fma(step, p, k["decay"])
			return vecs{"m": m, "v": v, "p": s.sub(p, step)}
		}
	}}

// adamIdle does steps of adam without a gradient, one for each rate, vector by vector. A
// vector that even the largest rate no longer moves is done: what is left of its moments
// after the other r steps are the shares kept1[r] and kept2[r].
func (s isa) adamIdle() string {
	name := "adamIdle" + s.suffix
	TEXT(name, NOSPLIT, "func(pp, pm, pv, rates, kept1, kept2 *float32, most, c1, c2, eps float32, steps, n int)")
	Pragma("noescape")
	p, m, v, rates, kept1, kept2 := param("pp"), param("pm"), param("pv"), param("rates"), param("kept1"), param("kept2")
	k := s.scalarParams([]string{"most", "c1", "c2", "eps"})
	steps, n, off, i := param("steps"), param("n"), GP64(), GP64()
	s.walk(off, n, 1, func(disp int, t *tail) {
		loop := "whole"
		if t != nil {
			loop = "partial"
		}
		at := func(base reg.GPVirtual) Mem { return Mem{Base: base, Index: off, Scale: 1, Disp: disp} }
		pv, mv, vv := s.load(at(p), t), s.load(at(m), t), s.load(at(v), t)
		rate, old := s.vec(), s.vec()
		XORQ(i, i)
		Label(loop + "_step")
		VMOVAPS(pv, old)
		s.fnma(mv, mv, k["c1"])
		s.fnma(vv, vv, k["c2"])
		den := s.add(s.sqrt(vv), k["eps"])
		VBROADCASTSS(Mem{Base: rates, Index: i, Scale: 4}, rate)
		VSUBPS(s.div(s.mul(mv, rate), den), pv, pv)
		INCQ(i)
		s.any(s.cmp(pv, ne, old))
		JNE(LabelRef(loop + "_next"))
		s.any(s.cmp(s.sub(pv, s.div(s.mul(mv, k["most"]), den)), ne, pv))
		JNE(LabelRef(loop + "_next"))
		NEGQ(i)
		ADDQ(steps, i)
		VBROADCASTSS(Mem{Base: kept1, Index: i, Scale: 4}, rate)
		VMULPS(rate, mv, mv)
		VBROADCASTSS(Mem{Base: kept2, Index: i, Scale: 4}, rate)
		VMULPS(rate, vv, vv)
		JMP(LabelRef(loop + "_done"))
		Label(loop + "_next")
		CMPQ(i, steps)
		JLT(LabelRef(loop + "_step"))
		Label(loop + "_done")
		s.store(pv, at(p), t)
		s.store(mv, at(m), t)
		s.store(vv, at(v), t)
	})
	VZEROUPPER()
	RET()
	return name
}
