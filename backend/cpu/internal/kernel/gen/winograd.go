package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// winogradFamily writes the transforms of Winograd's convolution F(2×2, 3×3) and of its
// gradient by the filter, F(3×3, 2×2): Lavin and Gray, Fast Algorithms for Convolutional
// Neural Networks, 2015. Channels lie in the lanes; the 16 numbers of a transformed tile
// lie plane bytes apart.
func winogradFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Winograd", s)
		table.set("winogradInput", s.winogradInput())
		table.set("winogradOutput", s.winogradOutput())
		table.set("winogradFilter", s.winogradFilter())
		table.set("winogradGrad", s.winogradGrad())
		table.set("winogradFilterGrad", s.winogradFilterGrad())
		table.close()
	}
	writeGo("winograd_table", table.String())
}

// four addresses things 0 to 3 times a distance on.
type four struct{ base, one, three reg.GPVirtual }

func fourOf(base, one reg.GPVirtual) four {
	three := GP64()
	LEAQ(Mem{Base: one, Index: one, Scale: 2}, three)
	return four{base, one, three}
}

func (f four) at(i int) Mem {
	switch i {
	case 0:
		return Mem{Base: f.base}
	case 3:
		return Mem{Base: f.base, Index: f.three, Scale: 1}
	}
	return Mem{Base: f.base, Index: f.one, Scale: uint8(i)}
}

// winogradInput sets v = Bᵀ·x·B for a row of tiles of 4×4 pixels of n channels, two pixels
// apart; rows of x lie row bytes apart.
func (s isa) winogradInput() string {
	TEXT("winogradInput"+s.suffix, NOSPLIT, "func(v, x *float32, row, plane uintptr, tiles, n int)")
	Pragma("noescape")
	n, pixel := param("n"), GP64()
	MOVQ(n, pixel)
	SHLQ(Imm(2), pixel)
	plane := param("plane")
	var x [4]four
	for i := range x {
		x[i] = four{base: GP64(), one: pixel, three: GP64()}
		if i > 0 {
			x[i].three = x[0].three
		}
	}
	LEAQ(Mem{Base: pixel, Index: pixel, Scale: 2}, x[0].three)
	s.cols(n, 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		vp := param("v")
		ADDQ(off, vp)
		from, row := param("x"), param("row")
		LEAQ(Mem{Base: from, Index: off, Scale: 1}, x[0].base)
		for i := 1; i < 4; i++ {
			LEAQ(Mem{Base: x[i-1].base, Index: row, Scale: 1}, x[i].base)
		}
		left, out := param("tiles"), fourOf(GP64(), plane)
		Label(name + "_tile")
		MOVQ(vp, out.base)
		for i := range 4 {
			var d [4]vec
			for k := range d {
				d[k] = s.bothInputs(i, func(r int) vec { return s.load(x[r].at(k), t) })
			}
			for k := range 4 {
				s.store(s.bothInputs(k, func(r int) vec { return d[r] }), out.at(k), t)
			}
			if i < 3 {
				LEAQ(Mem{Base: out.base, Index: plane, Scale: 4}, out.base)
			}
		}
		for i := range x {
			LEAQ(Mem{Base: x[i].base, Index: pixel, Scale: 2}, x[i].base)
		}
		ADDQ(pixel, vp)
		DECQ(left)
		JNZ(LabelRef(name + "_tile"))
	})
	return "winogradInput" + s.suffix
}

// bothInputs is element i of Bᵀ·d: d₀−d₂, d₁+d₂, d₂−d₁ or d₁−d₃.
func (s isa) bothInputs(i int, d func(int) vec) vec {
	switch i {
	case 0:
		return s.sub(d(0), d(2))
	case 1:
		return s.add(d(1), d(2))
	case 2:
		return s.sub(d(2), d(1))
	}
	return s.sub(d(1), d(3))
}

func (s isa) lessInto(acc, x vec) { VSUBPS(x, acc, acc) }

// winogradOutput sets two rows of outputs from a row of tiles: y = max(low, Aᵀ·m·A + bias).
// The lanes of check become NaN where Aᵀ·m·A is not finite.
func (s isa) winogradOutput() string {
	TEXT("winogradOutput"+s.suffix, NOSPLIT, "func(y0, y1, m, bias, check *float32, low float32, plane uintptr, tiles, n int)")
	Pragma("noescape")
	n, pixel := param("n"), GP64()
	MOVQ(n, pixel)
	SHLQ(Imm(2), pixel)
	low, zero := s.scalarParams([]string{"low"})["low"], s.zero()
	row, row3 := param("plane"), GP64() // of four planes
	SHLQ(Imm(2), row)
	LEAQ(Mem{Base: row, Index: row, Scale: 2}, row3)
	s.cols(n, 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		b, c := param("bias"), param("check")
		bias, check := s.load(Mem{Base: b, Index: off, Scale: 1}, t), s.load(Mem{Base: c}, nil)
		mp, y0, y1, left := param("m"), param("y0"), param("y1"), param("tiles")
		for _, p := range []reg.GPVirtual{mp, y0, y1} {
			ADDQ(off, p)
		}
		Label(name + "_tile")
		var y [2][2]vec
		at, plane := four{GP64(), row, row3}, param("plane")
		MOVQ(mp, at.base)
		for k := range 4 {
			m1, m2 := s.load(at.at(1), t), s.load(at.at(2), t)
			top, bottom := s.load(at.at(0), t), s.sub(m1, m2)
			s.sumInto(top, m1)
			s.sumInto(top, m2)
			s.lessInto(bottom, s.load(at.at(3), t))
			for r, v := range [2]vec{top, bottom} {
				switch k {
				case 0:
					y[r][0] = v
				case 1:
					s.sumInto(y[r][0], v)
					y[r][1] = v
				case 2:
					s.sumInto(y[r][0], v)
					s.lessInto(y[r][1], v)
				default:
					s.lessInto(y[r][1], v)
				}
			}
			if k < 3 {
				ADDQ(plane, at.base)
			}
		}
		for r, yp := range []reg.GPVirtual{y0, y1} {
			for k, v := range y[r] {
				s.fma(check, v, zero)
				v = s.add(v, bias)
				VMAXPS(v, low, v) // NaN stays: the second source wins
				s.store(v, four{base: yp, one: pixel}.at(k), t)
			}
			LEAQ(Mem{Base: yp, Index: pixel, Scale: 2}, yp)
		}
		ADDQ(pixel, mp)
		DECQ(left)
		JNZ(LabelRef(name + "_tile"))
		s.store(check, Mem{Base: c}, nil)
	})
	return "winogradOutput" + s.suffix
}

// winogradFilter sets u = G·w·Gᵀ for n filter elements, whose taps lie tap bytes apart.
func (s isa) winogradFilter() string {
	TEXT("winogradFilter"+s.suffix, NOSPLIT, "func(u, w *float32, plane, tap uintptr, n int)")
	Pragma("noescape")
	half := s.consts().f(0.5)
	tap, plane := param("tap"), param("plane")
	tap3, plane3 := GP64(), GP64()
	LEAQ(Mem{Base: tap, Index: tap, Scale: 2}, tap3)
	LEAQ(Mem{Base: plane, Index: plane, Scale: 2}, plane3)
	s.cols(param("n"), 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		w, u := param("w"), param("u")
		ADDQ(off, w)
		ADDQ(off, u)
		var g [3][3]vec // at first taps, then row 1 holds (g₀+g₂)/2 + g₁/2 and the like
		row := four{w, tap, tap3}
		for i := range g {
			for k := range g[i] {
				g[i][k] = s.load(row.at(k), t)
			}
			if i < 2 {
				ADDQ(tap3, w)
			}
		}
		out := four{u, plane, plane3}
		for i := range 4 {
			var r [3]vec
			for k := range r {
				r[k] = s.filterPoint(i, half, [3]vec{g[0][k], g[1][k], g[2][k]})
			}
			for k := range 4 {
				s.store(s.filterPoint(k, half, r), out.at(k), t)
			}
			if i < 3 {
				LEAQ(Mem{Base: out.base, Index: plane, Scale: 4}, out.base)
			}
		}
	})
	return "winogradFilter" + s.suffix
}

// filterPoint is element i of G·g: g₀, (g₀+g₁+g₂)/2, (g₀−g₁+g₂)/2 or g₂.
func (s isa) filterPoint(i int, half Op, g [3]vec) vec {
	switch i {
	case 0:
		return g[0]
	case 3:
		return g[2]
	}
	v := s.add(g[0], g[2])
	if i == 1 {
		s.sumInto(v, g[1])
	} else {
		s.lessInto(v, g[1])
	}
	VMULPS(half, v, v)
	return v
}

// winogradGrad sets v = G·dy·Gᵀ for a row of tiles of 2×2 pixels, where dy is the filter:
// n channels of the two rows dy0 and dy1, whose pixels lie pixel bytes apart.
func (s isa) winogradGrad() string {
	TEXT("winogradGrad"+s.suffix, NOSPLIT, "func(v, dy0, dy1 *float32, pixel, plane uintptr, tiles, n int)")
	Pragma("noescape")
	n, pixel, to := param("n"), param("pixel"), GP64()
	MOVQ(n, to)
	SHLQ(Imm(2), to)
	half, out := s.consts().f(0.5), fourOf(GP64(), param("plane"))
	s.cols(n, 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		vp, y0, y1, left := param("v"), param("dy0"), param("dy1"), param("tiles")
		for _, p := range []reg.GPVirtual{vp, y0, y1} {
			ADDQ(off, p)
		}
		Label(name + "_tile")
		var g [2][2]vec
		for r, yp := range []reg.GPVirtual{y0, y1} {
			for k := range 2 {
				g[r][k] = s.load(four{base: yp, one: pixel}.at(k), t)
			}
			LEAQ(Mem{Base: yp, Index: pixel, Scale: 2}, yp)
		}
		MOVQ(vp, out.base)
		for i := range 4 {
			r := [2]vec{s.gradPoint(i, half, g[0][0], g[1][0]), s.gradPoint(i, half, g[0][1], g[1][1])}
			for k := range 4 {
				s.store(s.gradPoint(k, half, r[0], r[1]), out.at(k), t)
			}
			if i < 3 {
				LEAQ(Mem{Base: out.base, Index: out.one, Scale: 4}, out.base)
			}
		}
		ADDQ(to, vp)
		DECQ(left)
		JNZ(LabelRef(name + "_tile"))
	})
	return "winogradGrad" + s.suffix
}

// gradPoint is element i of G·g for a filter of two: g₀, (g₀+g₁)/2, (g₀−g₁)/2 or g₁.
func (s isa) gradPoint(i int, half Op, g0, g1 vec) vec {
	switch i {
	case 0:
		return g0
	case 1:
		return s.mul(s.add(g0, g1), half)
	case 2:
		return s.mul(s.sub(g0, g1), half)
	}
	return g1
}

// winogradFilterGrad sets dw = Aᵀ·m·A for n filter elements, whose taps lie tap bytes apart.
func (s isa) winogradFilterGrad() string {
	TEXT("winogradFilterGrad"+s.suffix, NOSPLIT, "func(dw, m *float32, plane, tap uintptr, n int)")
	Pragma("noescape")
	tap, row := param("tap"), param("plane") // row: of four planes
	tap3, row3 := GP64(), GP64()
	SHLQ(Imm(2), row)
	LEAQ(Mem{Base: tap, Index: tap, Scale: 2}, tap3)
	LEAQ(Mem{Base: row, Index: row, Scale: 2}, row3)
	s.cols(param("n"), 1, func(name string, off reg.GPVirtual, _ int, t *tail) {
		m, dw, plane := param("m"), param("dw"), param("plane")
		ADDQ(off, m)
		ADDQ(off, dw)
		var sums [3][3]vec // rows of dw, in each the columns so far
		for k := range 4 {
			at := four{m, row, row3}
			m1, m2 := s.load(at.at(1), t), s.load(at.at(2), t)
			col := [3]vec{s.load(at.at(0), t), s.sub(m1, m2), s.add(m1, m2)}
			s.sumInto(col[0], col[2])
			s.lessInto(col[2], s.load(at.at(3), t))
			for r, v := range col {
				s.addColumn(&sums[r], k, v)
			}
			if k < 3 {
				ADDQ(plane, m)
			}
		}
		out := four{dw, tap, tap3}
		for r := range sums {
			for k, v := range sums[r] {
				s.store(v, out.at(k), t)
			}
			if r < 2 {
				ADDQ(tap3, out.base)
			}
		}
	})
	return "winogradFilterGrad" + s.suffix
}

// addColumn adds column k of Aᵀ·m, times A, to a row of dw: m₀+m₁+m₂, m₁−m₂, m₁+m₂−m₃.
func (s isa) addColumn(sum *[3]vec, k int, v vec) {
	switch k {
	case 0:
		sum[0] = v
	case 1:
		s.sumInto(sum[0], v)
		sum[1], sum[2] = v, s.mov(v)
	case 2:
		s.sumInto(sum[0], v)
		s.lessInto(sum[1], v)
		s.sumInto(sum[2], v)
	case 3:
		s.lessInto(sum[2], v)
	}
}
