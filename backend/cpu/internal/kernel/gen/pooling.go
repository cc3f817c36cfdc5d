package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// poolingFamily writes pooling over a run of output pixels that see the same
// taps: offs are the taps' byte offsets from a pixel's first.
func poolingFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Pooling", s)
		table.set("poolMax", s.poolMax())
		table.set("poolSum", s.poolSum())
		table.set("poolMaxGrad", s.poolMaxGrad())
		for _, taps := range []int{2, 4} {
			table.set(label("poolMaxGradApart[%d]", taps), s.poolMaxGradApart(taps))
		}
		table.set("poolSumGrad", s.poolSumGrad())
		table.close()
	}
	writeGo("pooling_table", table.String())
}

// pixels emits the loop over output pixels for a group of channels; body gets the
// addresses of the pixel in x (and in what else is laid out as x) and in y.
func (s isa) pixels(name string, off reg.GPVirtual, x []string, y string, body func(xs []reg.GPVirtual, yp reg.GPVirtual)) {
	lea := func(array string) reg.GPVirtual {
		p := param(array)
		ADDQ(off, p)
		return p
	}
	left, yp := param("pixels"), lea(y)
	var xs []reg.GPVirtual
	for _, a := range x {
		xs = append(xs, lea(a))
	}
	Label(name + "_pixel")
	body(xs, yp)
	step := param("xStep")
	for _, p := range xs {
		ADDQ(step, p)
	}
	step = param("yStep")
	ADDQ(step, yp)
	DECQ(left)
	JNZ(LabelRef(name + "_pixel"))
}

// eachTap emits the loop over taps; body gets the byte offset.
func eachTap(name string, body func(at reg.GPVirtual)) {
	offs, left, at := param("offs"), param("taps"), GP64()
	Label(name)
	MOVQ(Mem{Base: offs}, at)
	body(at)
	ADDQ(Imm(8), offs)
	DECQ(left)
	JNZ(LabelRef(name))
}

func (s isa) poolMax() string {
	TEXT("poolMax"+s.suffix, NOSPLIT, "func(y, x *float32, scale float32, offs *int, taps, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	low, into := s.consts().f(math.Inf(-1)), s.extremeInto(isa.max)
	s.cols(param("n"), 2, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		s.pixels(name, off, []string{"x"}, "y", func(xs []reg.GPVirtual, yp reg.GPVirtual) {
			var acc []vec
			for range vectors {
				acc = append(acc, s.mov(low))
			}
			eachTap(name+"_tap", func(at reg.GPVirtual) {
				for i, a := range acc {
					into(a, s.load(Mem{Base: xs[0], Index: at, Scale: 1, Disp: i * s.bytes}, t))
				}
			})
			for i, a := range acc {
				s.store(a, Mem{Base: yp, Disp: i * s.bytes}, t)
			}
		})
	})
	return "poolMax" + s.suffix
}

func (s isa) poolSum() string {
	TEXT("poolSum"+s.suffix, NOSPLIT, "func(y, x *float32, scale float32, offs *int, taps, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	scale := s.scalarParams([]string{"scale"})["scale"]
	s.cols(param("n"), 2, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		s.pixels(name, off, []string{"x"}, "y", func(xs []reg.GPVirtual, yp reg.GPVirtual) {
			var acc []vec
			for range vectors {
				acc = append(acc, s.zero())
			}
			eachTap(name+"_tap", func(at reg.GPVirtual) {
				for i, a := range acc {
					s.sumInto(a, s.load(Mem{Base: xs[0], Index: at, Scale: 1, Disp: i * s.bytes}, t))
				}
			})
			for i, a := range acc {
				s.store(s.mul(a, scale), Mem{Base: yp, Disp: i * s.bytes}, t)
			}
		})
	})
	return "poolSum" + s.suffix
}

// poolSumGrad adds dy·scale to every tap.
func (s isa) poolSumGrad() string {
	TEXT("poolSumGrad"+s.suffix, NOSPLIT, "func(dy, dx *float32, scale float32, offs *int, taps, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	scale := s.scalarParams([]string{"scale"})["scale"]
	s.cols(param("n"), 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		s.pixels(name, off, []string{"dx"}, "dy", func(xs []reg.GPVirtual, yp reg.GPVirtual) {
			d := s.mul(s.load(Mem{Base: yp}, t), scale)
			eachTap(name+"_tap", func(at reg.GPVirtual) {
				m := Mem{Base: xs[0], Index: at, Scale: 1}
				s.store(s.add(d, s.load(m, t)), m, t)
			})
		})
	})
	return "poolSumGrad" + s.suffix
}

// poolMaxGrad adds dy to the first tap that holds the greatest x: dy is used up
// where it went.
func (s isa) poolMaxGrad() string {
	TEXT("poolMaxGrad"+s.suffix, NOSPLIT, "func(dy, dx, x *float32, offs *int, taps, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	low, into := s.reg(s.consts().f(math.Inf(-1))), s.extremeInto(isa.max)
	s.cols(param("n"), 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		s.pixels(name, off, []string{"dx", "x"}, "dy", func(xs []reg.GPVirtual, yp reg.GPVirtual) {
			top := s.mov(low)
			eachTap(name+"_top", func(at reg.GPVirtual) { into(top, s.load(Mem{Base: xs[1], Index: at, Scale: 1}, t)) })
			d, zero := s.load(Mem{Base: yp}, t), s.zero()
			eachTap(name+"_tap", func(at reg.GPVirtual) {
				hit := s.cmp(s.load(Mem{Base: xs[1], Index: at, Scale: 1}, t), eq, top)
				m := Mem{Base: xs[0], Index: at, Scale: 1}
				s.store(s.add(s.keep(hit, d), s.load(m, t)), m, t)
				VMOVUPS(s.choose(hit, zero, d), d)
			})
		})
	})
	return "poolMaxGrad" + s.suffix
}

// poolMaxGradApart is poolMaxGrad of windows of so many taps that do not overlap: dx is set.
func (s isa) poolMaxGradApart(taps int) string {
	name := label("poolMaxGradApart%d_%s", taps, s.suffix)
	TEXT(name, NOSPLIT, "func(dy, dx, x *float32, offs *int, taps, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	low, into := s.reg(s.consts().f(math.Inf(-1))), s.extremeInto(isa.max)
	offs, at := param("offs"), make([]reg.GPVirtual, taps)
	for i := range at {
		at[i] = GP64()
		MOVQ(Mem{Base: offs, Disp: 8 * i}, at[i])
	}
	s.cols(param("n"), 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		s.pixels(name, off, []string{"dx", "x"}, "dy", func(xs []reg.GPVirtual, yp reg.GPVirtual) {
			top, seen := s.mov(low), make([]vec, taps)
			for i := range seen {
				seen[i] = s.load(Mem{Base: xs[1], Index: at[i], Scale: 1}, t)
				into(top, seen[i])
			}
			d, zero := s.load(Mem{Base: yp}, t), s.zero()
			for i, x := range seen {
				hit := s.cmp(x, eq, top)
				s.store(s.keep(hit, d), Mem{Base: xs[0], Index: at[i], Scale: 1}, t)
				if i < taps-1 {
					VMOVUPS(s.choose(hit, zero, d), d)
				}
			}
		})
	})
	return name
}
