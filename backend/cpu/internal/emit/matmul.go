package emit

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// packOnce makes g use its right-hand side laid out for the kernels, if that is worth it.
// It returns what is to be done before each run of g.
func (c *compiler) packOnce(g *kernel.Gemm, b plan.Value, mem *plan.Ref) func() {
	if !c.Kept(b) || !g.Packs() {
		return nil
	}
	changed, k, n, ld, trans := c.Changed(b), g.K, g.N, g.LDB, g.TransB
	return func() {
		switch {
		case g.Packed == nil:
			changed()
			g.Packed = kernel.PackB(mem.F32(), k, n, ld, trans)
		case changed():
			g.Packed.Repack(mem.F32(), ld, trans)
		}
	}
}

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
func (c *compiler) matmul(op graph.MatMul, a, b, out plan.Value) plan.Value {
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
	a, b, out = c.dense(a), c.dense(b), c.Temp(t)
	o, x, y := c.Ref(out), c.Ref(a), c.Ref(b)
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
			kernel.Gemm64(plan.Data[float64](o)[i*mn:(i+1)*mn], plan.Data[float64](x)[i*mk:(i+1)*mk], plan.Data[float64](y)[i*kn:(i+1)*kn],
				size.m, size.n, size.k, op.TransA, op.TransB, false)
		}
	}
	run := c.Program.Spread(size.batch, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			do(i)
		}
	})
	c.Emit(op.String()+" "+t.String(), run, []plan.Value{out}, []plan.Value{a, b})
	return out
}

// gemmOf emits a product with an epilogue. The mask is read where the result is written,
// element by element.
func (c *compiler) gemmOf(op native.Gemm, in []plan.Value, out plan.Value) plan.Value {
	t := out.Type
	if size := productOf(op.MatMul, in[0].Type, t); t.Shape.Size() == 0 || size.k == 0 {
		return c.matmul(op.MatMul, in[0], in[1], out) // of nothing: no epilogue takes that
	}
	e := epilogue{act: op.Act, hasBias: op.Bias, hasMask: op.Mask, accumulate: op.Sum, precision: op.Precision}
	rest := in[2:]
	if op.Bias {
		e.bias, rest = c.dense(rest[0]), rest[1:]
	}
	if op.Sum {
		c.copy(out, rest[0])
		rest = rest[1:]
	}
	if op.Mask {
		e.mask = c.dense(rest[0])
	}
	c.gemm(productOf(op.MatMul, in[0].Type, t), c.matrix(in[0], op.TransA), c.matrix(in[1], op.TransB), out, e)
	return out
}

// epilogue is what a product does with its result before it leaves the registers.
type epilogue struct {
	bias, mask plan.Value
	hasBias    bool
	hasMask    bool
	accumulate bool // to what out holds
	act        kernel.Activation
	precision  kernel.Precision
}

// gemm emits out = act(a·b + bias), zero where mask is not positive.
func (c *compiler) gemm(size product, a, b matrix, out plan.Value, e epilogue) {
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
	p, z, x, y := c.Program, c.Span(out), c.Span(a.v), c.Span(b.v)
	bias, mask, more := c.epilogueRefs(out, e)
	pack := c.packing(g, b.v, y)
	c.Emit(gemmName(size, a, b, e), func() {
		if pack != nil {
			pack()
		}
		g.Bias, g.Mask = bias.OrNil(), mask.OrNil()
		g.A, g.B, g.C = x.F32(), y.F32(), z.F32()
		g.Run(p.Threads)
	}, []plan.Value{out}, append([]plan.Value{a.v, b.v}, more...))
}

// epilogueRefs are the operands of an epilogue, nil for none, and all that it reads.
func (c *compiler) epilogueRefs(out plan.Value, e epilogue) (bias, mask *plan.Ref, reads []plan.Value) {
	if e.hasBias {
		bias = c.Ref(e.bias)
		reads = append(reads, e.bias)
	}
	if e.accumulate {
		reads = append(reads, out)
	}
	if e.hasMask {
		mask = c.Ref(e.mask)
		reads = append(reads, e.mask)
	}
	return bias, mask, reads
}

// packing lays the right-hand side of g out for the kernels where that serves several steps or
// runs, and returns what is to be done before each run of g; nil: nothing.
func (c *compiler) packing(g *kernel.Gemm, b plan.Value, mem *plan.Ref) func() {
	switch {
	case g.Batch*g.Outer != 1:
		return nil
	case c.Invariant(b):
		c.packed(g, mem)
		return nil
	}
	return c.packOnce(g, b, mem)
}

// packed lays the right-hand side of a product in a scan out once a run, for all steps.
func (c *compiler) packed(g *kernel.Gemm, b *plan.Ref) {
	k, n, ld, trans := g.K, g.N, g.LDB, g.TransB
	c.prelude = append(c.prelude, func() {
		if g.Packed == nil {
			g.Packed = kernel.PackB(b.F32(), k, n, ld, trans)
		} else {
			g.Packed.Repack(b.F32(), ld, trans)
		}
	})
}

func intProduct[T uint8 | int32 | int64](op graph.MatMul, s product, o, x, y *plan.Ref) func(batch int) {
	ai, al, bl, bj := s.k, 1, s.n, 1
	if op.TransA {
		ai, al = 1, s.m
	}
	if op.TransB {
		bl, bj = 1, s.k
	}
	return func(batch int) {
		c, a, b := plan.Data[T](o)[batch*s.m*s.n:], plan.Data[T](x)[batch*s.m*s.k:], plan.Data[T](y)[batch*s.k*s.n:]
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
	for _, word := range []struct {
		there bool
		text  string
	}{
		{e.accumulate, "sum"}, {e.hasBias, "bias"}, {e.hasMask, "mask"},
		{e.act != kernel.Identity, e.act.String()}, {e.precision != kernel.Single, e.precision.String()},
	} {
		if word.there {
			name += " " + word.text
		}
	}
	return name
}
