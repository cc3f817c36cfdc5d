package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// product is the sizes of a matrix product.
type product struct{ batch, m, n, k int }

func productOf(op graph.MatMul, a, t graph.Type) product {
	r := len(t.Shape)
	p := product{t.Shape[:r-2].Size(), t.Shape[r-2], t.Shape[r-1], a.Shape[r-1]}
	if op.TransA {
		p.k = a.Shape[r-2]
	}
	return p
}

// matmul emits out = a·b. out may be any layout whose rows lie in one piece, see laidOut.
func (c *compiler) matmul(op graph.MatMul, a, b, out value) value {
	t := out.Type
	size := productOf(op, a.Type, t)
	if t.Shape.Size() == 0 {
		return out
	}
	if size.k == 0 {
		c.copy(out, c.constant(t, 0))
		return out
	}
	if t.DType == graph.Float32 {
		c.gemm(size, c.matrix(a, op.TransA), c.matrix(b, op.TransB), out, epilogue{})
		return out
	}
	a, b, out = c.dense(a), c.dense(b), c.temp(t)
	o, x, y := c.ref(out), c.ref(a), c.ref(b)
	var do func(i int)
	switch t.DType {
	case graph.Uint8:
		do = intProduct[uint8](op, size, o, x, y)
	case graph.Int32:
		do = intProduct[int32](op, size, o, x, y)
	case graph.Int64:
		do = intProduct[int64](op, size, o, x, y)
	default:
		do = func(i int) {
			mn, mk, kn := size.m*size.n, size.m*size.k, size.k*size.n
			kernel.Gemm64(data[float64](o)[i*mn:(i+1)*mn], data[float64](x)[i*mk:(i+1)*mk], data[float64](y)[i*kn:(i+1)*kn],
				size.m, size.n, size.k, op.TransA, op.TransB, false)
		}
	}
	run := c.p.spread(size.batch, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			do(i)
		}
	})
	c.emit(op.String()+" "+t.String(), run, []value{out}, []value{a, b})
	return out
}

// gemmOf emits a product with an epilogue. The mask is read where the result is written,
// element by element.
func (c *compiler) gemmOf(op gemm, in []value, out value) value {
	t := out.Type
	if size := productOf(op.MatMul, in[0].Type, t); t.Shape.Size() == 0 || size.k == 0 {
		return c.matmul(op.MatMul, in[0], in[1], out) // of nothing: no epilogue takes that
	}
	e := epilogue{act: op.act, hasBias: op.bias, hasMask: op.mask, accumulate: op.sum, precision: op.precision}
	rest := in[2:]
	if op.bias {
		e.bias, rest = c.dense(rest[0]), rest[1:]
	}
	if op.sum {
		c.copy(out, rest[0])
		rest = rest[1:]
	}
	if op.mask {
		e.mask = c.dense(rest[0])
	}
	c.gemm(productOf(op.MatMul, in[0].Type, t), c.matrix(in[0], op.TransA), c.matrix(in[1], op.TransB), out, e)
	return out
}

// epilogue is what a product does with its result before it leaves the registers.
type epilogue struct {
	bias, mask value
	hasBias    bool
	hasMask    bool
	accumulate bool // to what out holds
	act        kernel.Activation
	precision  kernel.Precision
}

// gemm emits out = act(a·b + bias), zero where mask is not positive.
func (c *compiler) gemm(size product, a, b matrix, out value, e epilogue) {
	if e.precision == kernel.Single {
		e.precision = c.precision
	}
	o, _ := matrixOf(out, false)
	bs, ok := batchesOf(out.Shape, a.lead, b.lead, o.lead)
	if !ok {
		a, b = c.matrix(c.dense(a.v), a.given), c.matrix(c.dense(b.v), b.given)
		bs, _ = batchesOf(out.Shape, a.lead, b.lead, o.lead)
	}
	g := &kernel.Gemm{M: size.m, N: size.n, K: size.k, TransA: a.trans, TransB: b.trans, LDA: a.ld, LDB: b.ld, LDC: o.ld,
		Batch: bs.inner, StrideA: bs.in[0], StrideB: bs.in[1], StrideC: bs.in[2],
		Outer: bs.outer, OuterA: bs.out[0], OuterB: bs.out[1], OuterC: bs.out[2], Act: e.act, Accumulate: e.accumulate, Precision: e.precision}
	p, z, x, y := c.p, c.span(out), c.span(a.v), c.span(b.v)
	reads := []value{a.v, b.v}
	var bias, mask *ref
	if e.hasBias {
		bias = c.ref(e.bias)
		reads = append(reads, e.bias)
	}
	if e.accumulate {
		reads = append(reads, out)
	}
	if e.hasMask {
		mask = c.ref(e.mask)
		reads = append(reads, e.mask)
	}
	var pack func()
	switch single := bs.outer*bs.inner == 1; {
	case single && c.depth > 0 && c.invariant(b.v):
		c.packed(g, y)
	case single:
		pack = c.packOnce(g, b.v, y)
	}
	c.emit(gemmName(size, a, b, e), func() {
		if pack != nil {
			pack()
		}
		if bias != nil {
			g.Bias = bias.f32()
		}
		if mask != nil {
			g.Mask = mask.f32()
		}
		g.A, g.B, g.C = x.f32(), y.f32(), z.f32()
		g.Run(p.pool)
	}, []value{out}, reads)
}

// invariant reports whether v is the same at every step of the present scan.
func (c *compiler) invariant(v value) bool {
	s := &c.slots[v.slot]
	return s.depth < c.depth && !c.carry[v.slot]
}

// packed lays the right-hand side of a product in a scan out once a run, for all steps.
func (c *compiler) packed(g *kernel.Gemm, b *ref) {
	k, n, ld, trans := g.K, g.N, g.LDB, g.TransB
	c.prelude = append(c.prelude, func() {
		if g.Packed == nil {
			g.Packed = kernel.PackB(b.f32(), k, n, ld, trans)
		} else {
			g.Packed.Repack(b.f32(), ld, trans)
		}
	})
}

func intProduct[T uint8 | int32 | int64](op graph.MatMul, s product, o, x, y *ref) func(batch int) {
	ai, al, bl, bj := s.k, 1, s.n, 1
	if op.TransA {
		ai, al = 1, s.m
	}
	if op.TransB {
		bl, bj = 1, s.k
	}
	return func(batch int) {
		c, a, b := data[T](o)[batch*s.m*s.n:], data[T](x)[batch*s.m*s.k:], data[T](y)[batch*s.k*s.n:]
		for i := range s.m {
			for j := range s.n {
				var sum T
				for l := range s.k {
					sum += a[i*ai+l*al] * b[l*bl+j*bj]
				}
				c[i*s.n+j] = sum
			}
		}
	}
}

func gemmName(s product, a, b matrix, e epilogue) string {
	letter := map[bool]string{false: "n", true: "t"}
	name := fmt.Sprintf("gemm %s%s %dx(%d, %d, %d)", letter[a.trans], letter[b.trans], s.batch, s.m, s.n, s.k)
	if e.accumulate {
		name += " sum"
	}
	if e.hasBias {
		name += " bias"
	}
	if e.hasMask {
		name += " mask"
	}
	if e.act != kernel.Identity {
		name += fmt.Sprintf(" act %d", e.act)
	}
	if e.precision != kernel.Single {
		name += fmt.Sprintf(" precision %d", e.precision)
	}
	return name
}
