package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The kernels of this file go down columns of (m, n), a group of vectors at a
// time, so that accumulators and coefficients stay in registers.

func colsFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Cols", s)
		table.set("sumCols", s.foldCols("sumCols", 0, s.sumInto))
		table.set("maxCols", s.foldCols("maxCols", math.Inf(-1), s.extremeInto(isa.max)))
		table.set("minCols", s.foldCols("minCols", math.Inf(1), s.extremeInto(isa.min)))
		table.set("squareCols", s.squareCols())
		table.set("scaleShift", s.scaleShift())
		table.set("normSums", s.normSums())
		table.set("normApply", s.normApply())
		table.close()
	}
	writeGo("cols_table", table.String())
}

// cols is groups for a kernel that does nothing after.
func (s isa) cols(n reg.GPVirtual, wide int, body func(name string, off reg.GPVirtual, vectors int, t *tail)) {
	s.groups(n, wide, body)
	VZEROUPPER()
	RET()
}

// groups emits body for groups of columns: wide vectors at a time, one, and a
// partial one. body gets the addresses within the group's row vectors.
func (s isa) groups(n reg.GPVirtual, wide int, body func(name string, off reg.GPVirtual, vectors int, t *tail)) {
	off := GP64()
	XORQ(off, off)
	group := func(name string, vectors int) {
		Label(name)
		CMPQ(n, U32(vectors*s.lanes()))
		JLT(LabelRef(name + "_end"))
		body(name, off, vectors, nil)
		ADDQ(U32(vectors*s.bytes), off)
		SUBQ(U32(vectors*s.lanes()), n)
		JMP(LabelRef(name))
		Label(name + "_end")
	}
	if wide > 1 {
		group("wide", wide)
	}
	group("single", 1)
	TESTQ(n, n)
	JZ(LabelRef("done"))
	body("partial", off, 1, s.tailOf(n))
	Label("done")
}

// down loops over the m rows of arrays that lie ld bytes apart.
func down(name string, m, ld, off reg.GPVirtual, arrays []reg.GPVirtual, row func(at []reg.GPVirtual)) {
	left := GP64()
	MOVQ(m, left)
	p := make([]reg.GPVirtual, len(arrays))
	for i, a := range arrays {
		p[i] = GP64()
		LEAQ(Mem{Base: a, Index: off, Scale: 1}, p[i])
	}
	Label(name + "_row")
	row(p)
	for _, q := range p {
		ADDQ(ld, q)
	}
	DECQ(left)
	JNZ(LabelRef(name + "_row"))
}

func (s isa) foldCols(name string, start float64, f fold) string {
	TEXT(name+s.suffix, NOSPLIT, "func(dst, x *float32, m, n int, ld uintptr)")
	Pragma("noescape")
	dst, x, m, n, ld := param("dst"), param("x"), param("m"), param("n"), param("ld")
	begin := s.consts().f(start)
	s.cols(n, 4, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		acc := make([]vec, vectors)
		for i := range acc {
			acc[i] = s.mov(begin)
		}
		down(name, m, ld, off, []reg.GPVirtual{x}, func(p []reg.GPVirtual) {
			for i, a := range acc {
				f(a, s.load(Mem{Base: p[0], Disp: i * s.bytes}, t))
			}
		})
		for i, a := range acc {
			at := Mem{Base: dst, Index: off, Scale: 1, Disp: i * s.bytes}
			f(a, s.load(at, t))
			s.store(a, at, t)
		}
	})
	return name + s.suffix
}

// squareCols adds Σᵢ (x − mean)² to dst.
func (s isa) squareCols() string {
	TEXT("squareCols"+s.suffix, NOSPLIT, "func(dst, x, mean *float32, m, n int, ld uintptr)")
	Pragma("noescape")
	dst, x, mean, m, n, ld := param("dst"), param("x"), param("mean"), param("m"), param("n"), param("ld")
	s.cols(n, 4, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		var acc, mu []vec
		for i := range vectors {
			acc = append(acc, s.zero())
			mu = append(mu, s.load(Mem{Base: mean, Index: off, Scale: 1, Disp: i * s.bytes}, t))
		}
		down(name, m, ld, off, []reg.GPVirtual{x}, func(p []reg.GPVirtual) {
			for i, a := range acc {
				d := s.sub(s.load(Mem{Base: p[0], Disp: i * s.bytes}, t), mu[i])
				s.fma(a, d, d)
			}
		})
		for i, a := range acc {
			at := Mem{Base: dst, Index: off, Scale: 1, Disp: i * s.bytes}
			s.store(s.add(a, s.load(at, t)), at, t)
		}
	})
	return "squareCols" + s.suffix
}

func (s isa) scaleShift() string {
	TEXT("scaleShift"+s.suffix, NOSPLIT, "func(y, x, scale, shift *float32, m, n int, ld uintptr)")
	Pragma("noescape")
	y, x, scale, shift := param("y"), param("x"), param("scale"), param("shift")
	m, n, ld := param("m"), param("n"), param("ld")
	s.cols(n, 4, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		var a, b []vec
		for i := range vectors {
			a = append(a, s.load(Mem{Base: scale, Index: off, Scale: 1, Disp: i * s.bytes}, t))
			b = append(b, s.load(Mem{Base: shift, Index: off, Scale: 1, Disp: i * s.bytes}, t))
		}
		down(name, m, ld, off, []reg.GPVirtual{x, y}, func(p []reg.GPVirtual) {
			for i := range a {
				v := s.load(Mem{Base: p[0], Disp: i * s.bytes}, t)
				v = s.horner(v, a[i], b[i])
				s.store(v, Mem{Base: p[1], Disp: i * s.bytes}, t)
			}
		})
	})
	return "scaleShift" + s.suffix
}

// normSums adds Σᵢ dy to dbeta and Σᵢ dy·(x−mean)·rstd to dgamma.
func (s isa) normSums() string {
	TEXT("normSums"+s.suffix, NOSPLIT, "func(dgamma, dbeta, dy, x, mean, rstd *float32, m, n int, ld uintptr)")
	Pragma("noescape")
	dg, db, dy, x, mean, rstd := param("dgamma"), param("dbeta"), param("dy"), param("x"), param("mean"), param("rstd")
	m, n, ld := param("m"), param("n"), param("ld")
	s.cols(n, 2, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		at := func(p reg.GPVirtual, i int) Mem { return Mem{Base: p, Index: off, Scale: 1, Disp: i * s.bytes} }
		var sum, cross, mu []vec
		for i := range vectors {
			sum, cross = append(sum, s.zero()), append(cross, s.zero())
			mu = append(mu, s.load(at(mean, i), t))
		}
		down(name, m, ld, off, []reg.GPVirtual{dy, x}, func(p []reg.GPVirtual) {
			for i := range sum {
				d := s.load(Mem{Base: p[0], Disp: i * s.bytes}, t)
				s.sumInto(sum[i], d)
				s.fma(cross[i], d, s.sub(s.load(Mem{Base: p[1], Disp: i * s.bytes}, t), mu[i]))
			}
		})
		for i := range sum {
			s.store(s.add(sum[i], s.load(at(db, i), t)), at(db, i), t)
			v := s.load(at(dg, i), t)
			s.fma(v, cross[i], s.load(at(rstd, i), t))
			s.store(v, at(dg, i), t)
		}
	})
	return "normSums" + s.suffix
}

// normApply is dx = k·(dy − dbeta·inv − x̂·dgamma·inv), k = gamma·rstd; here with
// gamma there.
func (s isa) normApply() string {
	TEXT("normApply"+s.suffix, NOSPLIT, "func(dx, dgamma, dbeta, dy, x, mean, rstd, gamma *float32, inv float32, m, n int, ld uintptr)")
	Pragma("noescape")
	inv := s.scalarParams([]string{"inv"})["inv"]
	n := param("n")
	s.cols(n, 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		get := func(array string) vec { return s.load(Mem{Base: param(array), Index: off, Scale: 1}, t) }
		mu, r := get("mean"), get("rstd")
		k := s.mul(get("gamma"), r)
		shift := s.mul(get("dbeta"), inv)
		slope := s.mul(s.mul(get("dgamma"), inv), r)
		down(name, param("m"), param("ld"), off, []reg.GPVirtual{param("dy"), param("x"), param("dx")}, func(p []reg.GPVirtual) {
			d := s.sub(s.load(Mem{Base: p[0]}, t), shift)
			s.fnma(d, s.sub(s.load(Mem{Base: p[1]}, t), mu), slope)
			s.store(s.mul(d, k), Mem{Base: p[2]}, t)
		})
	})
	return "normApply" + s.suffix
}
