package stablehlo

import (
	"math"
	"strconv"

	"github.com/rhyton/rhyton/graph"
)

// random draws the same bits as package philox: block b of Philox4x32-10 gives the elements
// 4b … 4b+3.
func (e *emitter) random(op graph.Random, out typ) value {
	n := out.size()
	perBlock := 4
	if op.DType == graph.Float64 {
		perBlock = 2
	}
	w := e.philox(e.key(op.Again), op.Stream, (n+perBlock-1)/perBlock)
	var draws []value
	switch {
	case op.DType == graph.Float64:
		high := [2]value{e.uniform64(w[0], w[1]), e.uniform64(w[2], w[3])}
		draws = high[:]
		if op.Dist == graph.Normal {
			draws = e.normals64(high)
		}
	case op.Dist == graph.Normal:
		for i := 0; i < 4; i += 2 {
			for _, d := range e.boxMuller(e.open24(w[i]), e.closed24(w[i+1])) {
				draws = append(draws, e.convert(d, "f32"))
			}
		}
	default:
		for _, x := range w {
			draws = append(draws, e.scaled(e.convert(e.shifted(x, 8), "f32"), 0x1p-24))
		}
	}
	for i, d := range draws {
		draws[i] = e.reshape(d, append(d.dims[:1:1], 1))
	}
	all := e.concat(1, draws...)
	all = e.reshape(all, []int{all.size()})
	return e.reshape(e.slice(all, 0, 0, n), out.dims)
}

// key returns the run's seed. With again, for a draw that is recomputed, it is a separate value.
func (e *emitter) key(again bool) value {
	if !again {
		return *e.seed
	}
	return e.barrier(*e.seed, *e.seed)
}

// philox returns the four words of each of n blocks.
func (e *emitter) philox(seed value, stream uint64, n int) [4]value {
	const mul0, mul1, weyl0, weyl1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
	t := typ{"ui32", []int{n}}
	word := func(x uint32) value {
		return e.op(t, "stablehlo.constant dense<%s> : %v", strconv.FormatUint(uint64(x), 10), t)
	}
	key := func(i int) value {
		return e.broadcast(e.reshape(e.slice(seed, 0, i, i+1), nil), t.dims)
	}
	counter := e.iota(t.of("ui64"), 0)
	c := [4]value{e.convert(counter, "ui32"), e.convert(e.shifted(counter, 32), "ui32"),
		word(uint32(stream)), word(uint32(stream >> 32))}
	k0, k1 := key(0), key(1)
	for range 10 {
		h0, l0 := e.product(c[0], mul0)
		h1, l1 := e.product(c[2], mul1)
		c = [4]value{e.xor(h1, c[1], k0), l1, e.xor(h0, c[3], k1), l0}
		k0, k1 = e.call("add", k0, word(weyl0)), e.call("add", k1, word(weyl1))
	}
	return c
}

func (e *emitter) xor(a, b, c value) value { return e.call("xor", e.call("xor", a, b), c) }

// product returns the two words of x·m.
func (e *emitter) product(x value, m uint32) (high, low value) {
	wide := e.convert(x, "ui64")
	p := e.call("multiply", wide, e.splat(wide.typ, float64(m)))
	return e.convert(e.shifted(p, 32), "ui32"), e.convert(p, "ui32")
}

func (e *emitter) shifted(x value, n int) value {
	return e.call("shift_right_logical", x, e.splat(x.typ, float64(n)))
}

func (e *emitter) scaled(x value, by float64) value { return e.call("multiply", x, e.splat(x.typ, by)) }

// open24 returns a number in (0, 1], closed24 one in [0, 1), from 24 bits.
func (e *emitter) open24(w value) value {
	x := e.closed24(w)
	return e.call("add", x, e.splat(x.typ, 0x1p-24))
}

func (e *emitter) closed24(w value) value {
	return e.scaled(e.convert(e.shifted(w, 8), "f64"), 0x1p-24)
}

// boxMuller returns two normal numbers, as float64, from u in (0, 1] and v in [0, 1).
func (e *emitter) boxMuller(u, v value) [2]value {
	r := e.call("sqrt", e.scaled(e.call("log", u), -2))
	angle := e.scaled(v, 2*math.Pi)
	return [2]value{e.call("multiply", r, e.call("cosine", angle)), e.call("multiply", r, e.call("sine", angle))}
}

// uniform64 returns a number in [0, 1) from the upper 53 bits of two words.
func (e *emitter) uniform64(high, low value) value {
	h := e.convert(high, "ui64")
	h = e.call("shift_left", h, e.splat(h.typ, 32))
	bits := e.call("or", h, e.convert(low, "ui64"))
	return e.scaled(e.convert(e.shifted(bits, 11), "f64"), 0x1p-53)
}

func (e *emitter) normals64(p [2]value) []value {
	n := e.boxMuller(e.call("add", p[0], e.splat(p[0].typ, 0x1p-53)), p[1])
	return n[:]
}
