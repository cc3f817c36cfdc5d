package kernel

// Gemm is one matrix product with its epilogue:
//
//	C = act( [C +] op(A)·op(B) + bias ) [⊙ (Mask > 0)]
//
// op(A) is (M, K) and op(B) is (K, N); C is (M, N). Fill in the fields, then
// Run as often as wanted; the slices and Accumulate may be changed between runs,
// the rest only with Prepare called again. A Gemm serves one goroutine at a time.
type Gemm struct {
	M, N, K        int
	TransA, TransB bool // A is stored (K, M); B is stored (N, K)
	// LDA, LDB and LDC are the distances between stored rows; 0 means dense.
	LDA, LDB, LDC int
	// Batch products are done with A, B and C moved by their strides; 0 means 1.
	// StrideA or StrideB 0 shares that operand between all products.
	Batch                     int
	StrideA, StrideB, StrideC int
	// All these are done Outer times, moved by further strides; 0 means once.
	Outer                  int
	OuterA, OuterB, OuterC int
	Accumulate             bool // add to C's old contents
	Act                    Activation
	Precision              Precision

	A, B, C []float32
	Bias    []float32 // (N), added to every row; nil for none
	Mask    []float32 // stored as C; nil for none. The gradient of a ReLU under dX.
	Packed  *PackedB  // used instead of B if set

	plan gemmPlan
}

// Prepare fixes the way the product is done. Run calls it the first time.
func (g *Gemm) Prepare() {
	g.LDA = denseLD(g.LDA, g.TransA, g.M, g.K)
	g.LDB = denseLD(g.LDB, g.TransB, g.K, g.N)
	g.LDC = denseLD(g.LDC, false, g.M, g.N)
	g.Batch, g.Outer = max(g.Batch, 1), max(g.Outer, 1)
	g.prepare()
}

func denseLD(ld int, trans bool, rows, cols int) int {
	if ld != 0 {
		return ld
	}
	if trans {
		return rows
	}
	return cols
}

// Packs reports whether a run of g lays out B before the product: a PackedB that is kept
// saves that.
func (g *Gemm) Packs() bool {
	if !g.plan.ready {
		g.Prepare()
	}
	return g.plan.packB && !g.plan.pairs
}

// Run computes the product on the pool's threads.
func (g *Gemm) Run(p *ThreadPool) {
	if !g.plan.ready {
		g.Prepare()
	}
	if g.M == 0 || g.N == 0 {
		return
	}
	g.check()
	g.run(p)
}

// check panics where a slice is too short for the declared sizes.
func (g *Gemm) check() {
	rowsA, colsA, rowsB, colsB := g.M, g.K, g.K, g.N
	if g.TransA {
		rowsA, colsA = g.K, g.M
	}
	if g.TransB {
		rowsB, colsB = g.N, g.K
	}
	a, b, c := g.place(g.products() - 1)
	need(g.A[a:], 1, 0, rowsA, g.LDA, colsA)
	if g.Packed == nil {
		need(g.B[b:], 1, 0, rowsB, g.LDB, colsB)
	}
	need(g.C[c:], 1, 0, g.M, g.LDC, g.N)
	if g.Bias != nil {
		_ = g.Bias[g.N-1]
	}
	if g.Mask != nil {
		need(g.Mask[c:], 1, 0, g.M, g.LDC, g.N)
	}
}

func (g *Gemm) products() int { return g.Outer * g.Batch }

// place is where product i of all begins in A, B and C.
func (g *Gemm) place(i int) (a, b, c int) {
	if g.Outer == 1 {
		return i * g.StrideA, i * g.StrideB, i * g.StrideC
	}
	o, i := i/g.Batch, i%g.Batch
	return o*g.OuterA + i*g.StrideA, o*g.OuterB + i*g.StrideB, o*g.OuterC + i*g.StrideC
}

func need(s []float32, batch, stride, rows, ld, cols int) {
	if rows > 0 && cols > 0 {
		_ = s[(batch-1)*stride+(rows-1)*ld+cols-1]
	}
}
