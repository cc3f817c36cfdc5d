package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The kernels of this file go along rows of (m, n). Their sums have four
// accumulators of a vector each, added up pairwise: the order depends on n alone.

func rowsFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("Rows", s)
		table.set("sumRows", s.foldRows("sumRows", 0, s.sumInto))
		table.set("maxRows", s.foldRows("maxRows", math.Inf(-1), s.extremeInto(isa.max)))
		table.set("minRows", s.foldRows("minRows", math.Inf(1), s.extremeInto(isa.min)))
		table.set("dotRows", s.dotRows())
		table.set("softmaxRows", s.softmaxRows("softmaxRows", true, false))
		table.set("logSoftmaxRows", s.softmaxRows("logSoftmaxRows", true, true))
		table.set("logSumRows", s.softmaxRows("logSumRows", false, false))
		table.set("softmaxGrad", s.softmaxGrad())
		table.set("attend", s.attend())
		table.set("attendAgain", s.attendAgain())
		table.set("attendGrad", s.attendGrad())
		table.set("layerNorm", s.layerNorm())
		table.set("layerNormGrad", s.layerNormGrad())
		table.close()
	}
	writeGo("rows_table", table.String())
}

// fold combines a vector into an accumulator in place.
type fold func(acc, x vec)

func (s isa) sumInto(acc, x vec) { VADDPS(x, acc, acc) }

// extremeInto keeps NaN.
func (s isa) extremeInto(f func(s isa, a vec, b Op) vec) fold {
	return func(acc, x vec) { VMOVUPS(s.choose(s.cmp(x, unord, x), x, f(s, x, acc)), acc) }
}

// loadOr is load with the lanes outside the tail set to fill.
func (s isa) loadOr(m Mem, t *tail, fill Op) vec {
	v := s.load(m, t)
	if t == nil {
		return v
	}
	if s.z {
		return s.choose(mask{k: t.k}, v, s.reg(fill))
	}
	return s.choose(mask{v: t.v}, v, s.reg(fill))
}

// across folds the lanes of v into all lanes, halves first.
func (s isa) across(v vec, f fold) vec {
	if s.z {
		w := s.vec()
		VSHUFF32X4(Imm(0x4e), v, v, w)
		f(v, w)
		w = s.vec()
		VSHUFF32X4(Imm(0xb1), v, v, w)
		f(v, w)
	} else if s == avx2 {
		w := s.vec()
		VPERM2F128(Imm(0x01), v, v, w)
		f(v, w)
	}
	for _, order := range []uint64{0x4e, 0xb1} {
		w := s.vec()
		VPERMILPS(Imm(order), v, w)
		f(v, w)
	}
	return v
}

// pass goes once along n elements; name keeps labels apart. do gets the byte
// offset register, the displacement, the accumulator's number and the tail.
func (s isa) pass(name string, count reg.GPVirtual, unroll int, do func(off reg.GPVirtual, disp, i int, t *tail)) {
	off, n := GP64(), GP64()
	MOVQ(count, n)
	XORQ(off, off)
	loop := func(name string, times int) {
		SUBQ(U32(times*s.lanes()), n)
		JL(LabelRef(name + "_end"))
		Label(name)
		for i := range times {
			do(off, i*s.bytes, i, nil)
		}
		ADDQ(U32(times*s.bytes), off)
		SUBQ(U32(times*s.lanes()), n)
		JGE(LabelRef(name))
		Label(name + "_end")
		ADDQ(U32(times*s.lanes()), n)
	}
	if unroll > 1 {
		loop(name+"_unrolled", unroll)
	}
	loop(name+"_whole", 1)
	JLE(LabelRef(name + "_done"))
	do(off, 0, 0, s.tailOf(n))
	Label(name + "_done")
}

// reduce is a pass that folds what get loads.
func (s isa) reduce(name string, count reg.GPVirtual, start Op, f fold, get func(m func(p reg.GPVirtual) Mem, t *tail) vec) vec {
	acc := make([]vec, 4)
	for i := range acc {
		acc[i] = s.mov(start)
	}
	s.pass(name, count, 4, func(off reg.GPVirtual, disp, i int, t *tail) {
		f(acc[i], get(func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: off, Scale: 1, Disp: disp} }, t))
	})
	f(acc[0], acc[2])
	f(acc[1], acc[3])
	f(acc[0], acc[1])
	return s.across(acc[0], f)
}

func (s isa) storeScalar(v vec, m Mem) { VMOVSS(v.AsX(), m) }

func (s isa) foldRows(name string, start float64, f fold) string {
	TEXT(name+s.suffix, NOSPLIT, "func(dst, x *float32, m, n int)")
	Pragma("noescape")
	dst, x, m, n := param("dst"), param("x"), param("m"), param("n")
	begin := s.consts().f(start)
	Label("row")
	v := s.reduce("fold", n, begin, f, func(at func(reg.GPVirtual) Mem, t *tail) vec { return s.loadOr(at(x), t, begin) })
	s.storeScalar(v, Mem{Base: dst})
	ADDQ(Imm(4), dst)
	LEAQ(Mem{Base: x, Index: n, Scale: 4}, x)
	DECQ(m)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
	return name + s.suffix
}

// dotRows sets dst[i] = Σⱼ a[i, j]·b[i, j] for rows that lie lda and ldb bytes
// apart; ldb 0 means one b for all. Of short rows adding the lanes up is most of
// the work: four are done at once. They have one accumulator each, so that their
// order too depends on n alone.
func (s isa) dotRows() string {
	TEXT("dotRows"+s.suffix, NOSPLIT, "func(dst, a, b *float32, m, n int, lda, ldb uintptr)")
	Pragma("noescape")
	dst, a, b, m, n := param("dst"), param("a"), param("b"), param("m"), param("n")
	lda, ldb := param("lda"), param("ldb")
	next := func(label string) {
		ADDQ(Imm(4), dst)
		ADDQ(lda, a)
		ADDQ(ldb, b)
		DECQ(m)
		JNZ(LabelRef(label))
		VZEROUPPER()
		RET()
	}
	if s != neon {
		CMPQ(n, U32(8*s.lanes()))
		JGE(LabelRef("row"))
		s.shortDots(dst, a, b, m, n, lda, ldb)
		Label("short")
		acc := s.zero()
		s.pass("short_dot", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
			x := s.load(Mem{Base: a, Index: off, Scale: 1, Disp: disp}, t)
			s.fma(acc, x, s.load(Mem{Base: b, Index: off, Scale: 1, Disp: disp}, t))
		})
		for _, order := range []uint64{0x4e, 0xb1} {
			w := s.vec()
			VPERMILPS(Imm(order), acc, w)
			s.sumInto(acc, w)
		}
		s.storeScalar(s.quarters(acc), Mem{Base: dst})
		next("short")
	}
	Label("row")
	acc := make([]vec, 4)
	for i := range acc {
		acc[i] = s.zero()
	}
	s.pass("dot", n, 4, func(off reg.GPVirtual, disp, i int, t *tail) {
		x := s.load(Mem{Base: a, Index: off, Scale: 1, Disp: disp}, t)
		s.fma(acc[i], x, s.load(Mem{Base: b, Index: off, Scale: 1, Disp: disp}, t))
	})
	s.sumInto(acc[0], acc[2])
	s.sumInto(acc[1], acc[3])
	s.sumInto(acc[0], acc[1])
	s.storeScalar(s.across(acc[0], s.sumInto), Mem{Base: dst})
	next("row")
	return "dotRows" + s.suffix
}

// shortDots does rows four at a time while there are four and b is the same for all.
func (s isa) shortDots(dst, a, b, m, n, lda, ldb reg.GPVirtual) {
	TESTQ(ldb, ldb)
	JNZ(LabelRef("short"))
	Label("four")
	CMPQ(m, Imm(4))
	JL(LabelRef("left"))
	rows, acc := []reg.GPVirtual{a}, []vec{s.zero()}
	for i := 1; i < 4; i++ {
		row := GP64()
		LEAQ(Mem{Base: rows[i-1], Index: lda, Scale: 1}, row)
		rows, acc = append(rows, row), append(acc, s.zero())
	}
	s.pass("four_dots", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		y := s.load(Mem{Base: b, Index: off, Scale: 1, Disp: disp}, t)
		for i, row := range rows {
			s.fma(acc[i], y, s.load(Mem{Base: row, Index: off, Scale: 1, Disp: disp}, t))
		}
	})
	even, odd := s.pairUp(acc[0], acc[1]), s.pairUp(acc[2], acc[3])
	low, high := s.vec(), s.vec()
	VUNPCKLPD(odd, even, low)
	VUNPCKHPD(odd, even, high)
	s.sumInto(low, high)
	VMOVUPS(s.quarters(low).AsX(), Mem{Base: dst})
	ADDQ(Imm(16), dst)
	LEAQ(Mem{Base: rows[3], Index: lda, Scale: 1}, a)
	SUBQ(Imm(4), m)
	JMP(LabelRef("four"))
	Label("left")
	TESTQ(m, m)
	JNZ(LabelRef("short"))
	VZEROUPPER()
	RET()
}

// pairUp adds the halves of every 128 bits up: a0+a2, b0+b2, a1+a3, b1+b3.
func (s isa) pairUp(a, b vec) vec {
	low, high := s.vec(), s.vec()
	VUNPCKLPS(b, a, low)
	VUNPCKHPS(b, a, high)
	s.sumInto(low, high)
	return low
}

// quarters adds the 128 bits of v up.
func (s isa) quarters(v vec) vec {
	if s.z {
		for _, order := range []uint64{0x4e, 0xb1} {
			w := s.vec()
			VSHUFF32X4(Imm(order), v, v, w)
			s.sumInto(v, w)
		}
		return v
	}
	w := s.vec()
	VPERM2F128(Imm(0x01), v, v, w)
	s.sumInto(v, w)
	return v
}

// softmaxRows writes y = softmax(x) or log softmax(x), or nothing, and, unless
// acc is nil, acc[i] = log Σⱼ exp(x − top) − (acc[i] − top).
func (s isa) softmaxRows(name string, store, logs bool) string {
	TEXT(name+s.suffix, NOSPLIT, "func(y, acc, x *float32, m, n int)")
	Pragma("noescape")
	y, sums, x, m, n := param("y"), param("acc"), param("x"), param("m"), param("n")
	c := s.consts()
	low, zero, one := c.f(math.Inf(-1)), c.bits(0), c.f(1)
	exp := c.exp()
	c.budget = 0 // log is for one vector a row
	log := c.log()
	Label("row")
	top := s.reduce("top", n, low, func(acc, v vec) { VMAXPS(acc, v, acc) }, func(at func(reg.GPVirtual) Mem, t *tail) vec {
		return s.loadOr(at(x), t, low)
	})
	sum := s.zero()
	s.pass("sum", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		e := exp(s.sub(s.loadOr(Mem{Base: x, Index: off, Scale: 1, Disp: disp}, t, low), top))
		if t != nil { // −Inf − −Inf in the lanes outside would be NaN
			e = s.keepTail(t, e)
		}
		s.sumInto(sum, e)
		if store && !logs {
			s.store(e, Mem{Base: y, Index: off, Scale: 1, Disp: disp}, t)
		}
	})
	sum = s.across(sum, s.sumInto)
	if !logs {
		TESTQ(sums, sums)
		JZ(LabelRef("no_sum"))
		was := s.vec()
		VBROADCASTSS(Mem{Base: sums}, was)
		s.storeScalar(s.sub(log(sum), s.sub(was, top)), Mem{Base: sums})
		ADDQ(Imm(4), sums)
		Label("no_sum")
	}
	if store {
		var by vec
		if logs {
			by = log(sum)
		} else {
			by = s.div(s.reg(one), sum)
		}
		s.pass("scale", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
			out := Mem{Base: y, Index: off, Scale: 1, Disp: disp}
			if logs {
				s.store(s.sub(s.sub(s.load(Mem{Base: x, Index: off, Scale: 1, Disp: disp}, t), top), by), out, t)
				return
			}
			s.store(s.mul(s.load(out, t), by), out, t)
		})
		LEAQ(Mem{Base: y, Index: n, Scale: 4}, y)
	}
	_ = zero
	LEAQ(Mem{Base: x, Index: n, Scale: 4}, x)
	DECQ(m)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
	return name + s.suffix
}

func (s isa) keepTail(t *tail, v vec) vec {
	if s.z {
		return s.keep(mask{k: t.k}, v)
	}
	return s.keep(mask{v: t.v}, v)
}

// layerNorm normalises rows; gamma and beta are there.
func (s isa) layerNorm() string {
	TEXT("layerNorm"+s.suffix, NOSPLIT, "func(y, mean, rstd, x, gamma, beta *float32, eps, inv float32, m, n int)")
	Pragma("noescape")
	y, mean, rstd, x, gamma, beta := param("y"), param("mean"), param("rstd"), param("x"), param("gamma"), param("beta")
	m, n := param("m"), param("n")
	k := s.scalarParams([]string{"eps", "inv"})
	c := s.consts()
	zero, one := c.bits(0), c.f(1)
	Label("row")
	mu := s.mul(s.reduce("mean", n, zero, s.sumInto, func(at func(reg.GPVirtual) Mem, t *tail) vec { return s.load(at(x), t) }), k["inv"])
	sq := s.reduce("variance", n, zero, s.sumInto, func(at func(reg.GPVirtual) Mem, t *tail) vec {
		d := s.sub(s.loadOr(at(x), t, mu), mu)
		return s.mul(d, d)
	})
	v := s.mov(k["eps"])
	s.fma(v, sq, k["inv"])
	r := s.div(s.reg(one), s.sqrt(v))
	s.storeScalar(mu, Mem{Base: mean})
	s.storeScalar(r, Mem{Base: rstd})
	s.pass("apply", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: off, Scale: 1, Disp: disp} }
		h := s.mul(s.sub(s.load(at(x), t), mu), r)
		h = s.horner(h, s.load(at(gamma), t), s.load(at(beta), t))
		s.store(h, at(y), t)
	})
	ADDQ(Imm(4), mean)
	ADDQ(Imm(4), rstd)
	LEAQ(Mem{Base: x, Index: n, Scale: 4}, x)
	LEAQ(Mem{Base: y, Index: n, Scale: 4}, y)
	DECQ(m)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
	return "layerNorm" + s.suffix
}

// layerNormGrad is one row of the gradient; it adds to dgamma and dbeta.
func (s isa) layerNormGrad() string {
	TEXT("layerNormGrad"+s.suffix, NOSPLIT, "func(dx, dgamma, dbeta, dy, x, gamma *float32, mu, r, inv float32, n int)")
	Pragma("noescape")
	dx, dg, db, dy, x, gamma := param("dx"), param("dgamma"), param("dbeta"), param("dy"), param("x"), param("gamma")
	n := param("n")
	k := s.scalarParams([]string{"mu", "r", "inv"})
	at := func(p, off reg.GPVirtual, disp int) Mem { return Mem{Base: p, Index: off, Scale: 1, Disp: disp} }
	hat := func(off reg.GPVirtual, disp int, t *tail) vec {
		return s.mul(s.sub(s.load(at(x, off, disp), t), k["mu"]), k["r"])
	}
	sum, cross := s.zero(), s.zero()
	s.pass("sums", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		d, h := s.load(at(dy, off, disp), t), hat(off, disp, t)
		s.store(s.add(d, s.load(at(db, off, disp), t)), at(db, off, disp), t)
		v := s.load(at(dg, off, disp), t)
		s.fma(v, d, h)
		s.store(v, at(dg, off, disp), t)
		d = s.mul(d, s.load(at(gamma, off, disp), t))
		s.sumInto(sum, d)
		s.fma(cross, d, h)
	})
	sum = s.mul(s.across(sum, s.sumInto), k["inv"])
	cross = s.mul(s.across(cross, s.sumInto), k["inv"])
	s.pass("apply", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		d := s.mul(s.load(at(dy, off, disp), t), s.load(at(gamma, off, disp), t))
		d = s.sub(d, sum)
		s.fnma(d, hat(off, disp, t), cross)
		s.store(s.mul(d, k["r"]), at(dx, off, disp), t)
	})
	VZEROUPPER()
	RET()
	return "layerNormGrad" + s.suffix
}

// softmaxGrad is y·(dy − Σ dy·y).
func (s isa) softmaxGrad() string {
	name := "softmaxGrad" + s.suffix
	TEXT(name, NOSPLIT, "func(dx, dy, y *float32, m, n int)")
	Pragma("noescape")
	dx, dy, y, m, n := param("dx"), param("dy"), param("y"), param("m"), param("n")
	zero := s.consts().bits(0)
	Label("row")
	sum := s.reduce("sum", n, zero, s.sumInto, func(at func(reg.GPVirtual) Mem, t *tail) vec {
		return s.mul(s.load(at(dy), t), s.load(at(y), t))
	})
	s.pass("apply", n, 1, func(off reg.GPVirtual, disp, _ int, t *tail) {
		at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: off, Scale: 1, Disp: disp} }
		d, v := s.load(at(dy), t), s.load(at(y), t)
		s.store(s.mul(s.sub(d, sum), v), at(dx), t)
	})
	for _, p := range []reg.GPVirtual{dx, dy, y} {
		LEAQ(Mem{Base: p, Index: n, Scale: 4}, p)
	}
	DECQ(m)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
	return name
}
