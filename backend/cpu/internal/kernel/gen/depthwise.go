package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// depthwiseFamily writes the convolutions where each channel has its own filter. They go
// over a run of pixels that see the same kernel rows and the same taps of each: rows are
// pairs of byte offsets, into x and into w, and taps lie xTap and wTap bytes apart.
func depthwiseFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Depthwise", s)
		for _, pixels := range []int{1, 4, 8} {
			table.set(label("depthwise[%d]", pixels), s.depthwise(pixels))
		}
		for rows := 1; rows <= 3; rows++ {
			for taps := 1; taps <= 3; taps++ {
				table.set(label("depthwiseFilter[%d][%d]", rows, taps), s.depthwiseFilter(rows, taps))
			}
		}
		table.close()
	}
	writeGo("depthwise_table", table.String())
}

// multiples are the addresses p, p + step, … of up to eight; step3 is three steps, and
// beyond is set to p + step3.
func multiples(p, step, step3, beyond reg.GPVirtual) []Mem {
	return []Mem{{Base: p}, {Base: p, Index: step, Scale: 1}, {Base: p, Index: step, Scale: 2}, {Base: beyond},
		{Base: p, Index: step, Scale: 4}, {Base: beyond, Index: step, Scale: 2}, {Base: p, Index: step3, Scale: 2}, {Base: beyond, Index: step, Scale: 4}}
}

// depthwise sets y[p, c] = bias[c] + Σ x·w over the taps of blocks of pixels: one weight
// that is loaded serves all pixels of a block.
func (s isa) depthwise(pixels int) string {
	name := label("depthwise%d_%s", pixels, s.suffix)
	TEXT(name, NOSPLIT, "func(y, x, w, bias *float32, rows *int, count, taps, xTap, wTap, blocks, xStep, yStep, n int)")
	Pragma("noescape")
	step, step3, wide := param("xStep"), GP64(), 4
	if pixels > 1 {
		wide = 1
		LEAQ(Mem{Base: step, Index: step, Scale: 2}, step3)
	}
	Label("block")
	s.groups(param("n"), wide, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		sums := make([][]vec, pixels) // by pixel and vector
		from := param("bias")
		for p := range sums {
			for v := range vectors {
				if p == 0 {
					sums[p] = append(sums[p], s.load(Mem{Base: from, Index: off, Scale: 1, Disp: v * s.bytes}, t))
				} else {
					sums[p] = append(sums[p], s.mov(sums[0][v]))
				}
			}
		}
		s.eachSeen(name, off, func(x, w reg.GPVirtual) {
			beyond := GP64()
			if pixels > 1 {
				LEAQ(Mem{Base: x, Index: step3, Scale: 1}, beyond)
			}
			for v := range vectors {
				by := s.load(Mem{Base: w, Disp: v * s.bytes}, t)
				for p := range pixels {
					at := multiples(x, step, step3, beyond)[p]
					at.Disp = v * s.bytes
					s.fmaAt(sums[p][v], by, at, t)
				}
			}
		})
		to := param("y")
		ADDQ(off, to)
		for p := range sums {
			for v := range vectors {
				s.store(sums[p][v], Mem{Base: to, Disp: v * s.bytes}, t)
			}
			if p < pixels-1 {
				ADDQ(arg("yStep"), to)
			}
		}
	})
	for range pixels {
		ADDQ(step, arg("x"))
	}
	by := param("yStep")
	for range pixels {
		ADDQ(by, arg("y"))
	}
	DECQ(arg("blocks"))
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
	return name
}

// eachSeen emits the loop over the kernel rows and their taps; body gets the places of a
// tap in x and w.
func (s isa) eachSeen(name string, off reg.GPVirtual, body func(x, w reg.GPVirtual)) {
	row, left := param("rows"), param("count")
	Label(name + "_row")
	x, w := GP64(), GP64()
	MOVQ(Mem{Base: row}, x)
	ADDQ(arg("x"), x)
	ADDQ(off, x)
	MOVQ(Mem{Base: row, Disp: 8}, w)
	ADDQ(arg("w"), w)
	ADDQ(off, w)
	taps := param("taps")
	Label(name + "_tap")
	body(x, w)
	ADDQ(arg("xTap"), x)
	ADDQ(arg("wTap"), w)
	DECQ(taps)
	JNZ(LabelRef(name + "_tap"))
	ADDQ(Imm(16), row)
	DECQ(left)
	JNZ(LabelRef(name + "_row"))
}

// depthwiseFilter adds Σ x·dy over pixels to the weights of a few taps of a few rows.
func (s isa) depthwiseFilter(rows, taps int) string {
	name := label("depthwiseFilter%dx%d_%s", rows, taps, s.suffix)
	TEXT(name, NOSPLIT, "func(dw, x, dy *float32, rows *int, xTap, wTap, pixels, xStep, yStep, n int)")
	Pragma("noescape")
	n, xTap := param("n"), param("xTap")
	wide := max(1, 4/(rows*taps))
	s.cols(n, wide, func(name string, off reg.GPVirtual, vectors int, t *tail) {
		x := make([]reg.GPVirtual, rows)
		sums := make([][]vec, vectors) // by vector and tap
		at := param("rows")
		for r := range rows {
			x[r] = GP64()
			MOVQ(Mem{Base: at, Disp: 16 * r}, x[r])
			ADDQ(arg("x"), x[r])
			ADDQ(off, x[r])
		}
		s.eachWeight(rows, taps, off, func(w Mem) {
			for v := range sums {
				w.Disp = v * s.bytes
				sums[v] = append(sums[v], s.load(w, t))
			}
		})
		left, y := param("pixels"), param("dy")
		ADDQ(off, y)
		Label(name + "_pixel")
		for v := range sums {
			d := s.load(Mem{Base: y, Disp: v * s.bytes}, t)
			for i, sum := range sums[v] {
				m := multiples(x[i/taps], xTap, nil, nil)[i%taps]
				m.Disp = v * s.bytes
				s.fmaAt(sum, d, m, t)
			}
		}
		for _, p := range x {
			ADDQ(arg("xStep"), p)
		}
		ADDQ(arg("yStep"), y)
		DECQ(left)
		JNZ(LabelRef(name + "_pixel"))
		i := 0
		s.eachWeight(rows, taps, off, func(w Mem) {
			for v := range sums {
				w.Disp = v * s.bytes
				s.store(sums[v][i], w, t)
			}
			i++
		})
	})
	return name
}

// eachWeight calls body with the place of every tap's weights.
func (s isa) eachWeight(rows, taps int, off reg.GPVirtual, body func(w Mem)) {
	at, step := param("rows"), param("wTap")
	for r := range rows {
		w := GP64()
		MOVQ(Mem{Base: at, Disp: 16*r + 8}, w)
		ADDQ(arg("dw"), w)
		ADDQ(off, w)
		for k := range taps {
			body(multiples(w, step, nil, nil)[k])
		}
	}
}

// fmaAt does acc += a·b for b in memory.
func (s isa) fmaAt(acc, a vec, b Mem, t *tail) {
	if t == nil {
		s.fma(acc, a, b)
	} else {
		s.fma(acc, a, s.load(b, t))
	}
}
