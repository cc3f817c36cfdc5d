package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// gemmOracle computes g's result from old in float64.
func gemmOracle(g *Gemm, old []float32) []float64 {
	want := widen(old)
	batch := max(g.Batch, 1)
	for n := range max(g.Outer, 1) * batch {
		o, b := n/batch, n%batch
		for i := range g.M {
			for j := range g.N {
				at := o*g.OuterC + b*g.StrideC + i*g.LDC + j
				s := 0.0
				if g.Accumulate {
					s = want[at]
				}
				for l := range g.K {
					ia, ib := i*g.LDA+l, l*g.LDB+j
					if g.TransA {
						ia = l*g.LDA + i
					}
					if g.TransB {
						ib = j*g.LDB + l
					}
					s += float64(g.A[o*g.OuterA+b*g.StrideA+ia]) * float64(g.B[o*g.OuterB+b*g.StrideB+ib])
				}
				if g.Bias != nil {
					s += float64(g.Bias[j])
				}
				s = unary64[g.Act.Op()](s)
				if g.Mask != nil && !(g.Mask[at] > 0) {
					s = 0
				}
				want[at] = s
			}
		}
	}
	return want
}

// randomGemm is a product of random sizes, strides and epilogue.
func randomGemm(r *rand.Rand) *Gemm {
	size := func() int { return []int{1, 2, 3, 7, 13, 16, 31, 33, 64, 100, 130, 1 + r.IntN(300)}[r.IntN(12)] }
	g := &Gemm{M: size(), N: size(), K: size(), TransA: r.IntN(2) == 0, TransB: r.IntN(2) == 0}
	if r.IntN(12) == 0 {
		g.K = 400 + r.IntN(500)
	}
	if r.IntN(4) == 0 {
		g.LDA, g.LDB = max(g.M, g.K)+r.IntN(9), max(g.N, g.K)+r.IntN(9)
		g.LDC = g.N + r.IntN(5)
	}
	if r.IntN(20) == 0 {
		g.LDA = 512 * ((max(g.M, g.K) + 511) / 512)
	}
	g.LDA, g.LDB, g.LDC = denseLD(g.LDA, g.TransA, g.M, g.K), denseLD(g.LDB, g.TransB, g.K, g.N), denseLD(g.LDC, false, g.M, g.N)
	g.Batch = 1 + r.IntN(3)*r.IntN(2)
	sa, sb, sc := max(g.M, g.K)*g.LDA, max(g.N, g.K)*g.LDB, g.M*g.LDC
	g.StrideA, g.StrideB, g.StrideC = sa, sb, sc
	if r.IntN(3) == 0 {
		g.StrideB = 0
	}
	g.Outer = 1 + r.IntN(5)*r.IntN(2)
	g.OuterA, g.OuterB, g.OuterC = g.Batch*sa+3, g.Batch*g.StrideB, g.Batch*sc
	g.A, g.B, g.C = normal(r, g.Outer*g.OuterA), normal(r, (g.Outer-1)*g.OuterB+g.Batch*sb), poisoned(g.Outer*g.OuterC)
	if g.Accumulate = r.IntN(3) == 0; g.Accumulate {
		g.C = normal(r, len(g.C))
	}
	if r.IntN(2) == 0 {
		g.Bias = normal(r, g.N)
	}
	g.Act = []Activation{Identity, Identity, ReluAct, TanhAct, SigmoidAct}[r.IntN(5)]
	if r.IntN(4) == 0 {
		g.Mask = normal(r, len(g.C))
	}
	return g
}

func TestGemmIsTheProductAtEveryLevel(t *testing.T) {
	rounds := 150
	if testing.Short() {
		rounds = 60
	}
	for _, threads := range []int{1, 2, 5} {
		p := NewThreadPool(threads)
		defer p.Close()
		eachLevel(t, func(t *testing.T) {
			r := newRand()
			for range rounds {
				g := randomGemm(r)
				want := gemmOracle(g, g.C)
				name := fmt.Sprintf("threads %d m %d n %d k %d ta %v tb %v ld %d %d %d batch %d×%d acc %v act %d bias %v mask %v", threads,
					g.M, g.N, g.K, g.TransA, g.TransB, g.LDA, g.LDB, g.LDC, g.Outer, g.Batch, g.Accumulate, g.Act, g.Bias != nil, g.Mask != nil)
				if g.StrideB == 0 && r.IntN(2) == 0 {
					g.Packed = PackB(g.B, g.K, g.N, g.LDB, g.TransB)
					name += " packed"
				}
				g.Run(p)
				near(t, name, g.C, want, 5e-5)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func TestGemmGivesTheSameBitsForAnyNumberOfThreads(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][3]int{{128, 512, 784}, {700, 65, 500}, {3, 1000, 600}, {1, 2000, 500}, {2000, 1, 300}} {
			r := newRand()
			g := Gemm{M: s[0], N: s[1], K: s[2], A: normal(r, s[0]*s[2]), B: normal(r, s[1]*s[2])}
			sameBits(t, fmt.Sprint(s), g)
		}
	})
}

// sameBits fails unless g, whose C is dense, gives the same bits on any number of threads.
func sameBits(t *testing.T, name string, g Gemm) {
	t.Helper()
	var first []float32
	for _, threads := range []int{1, 2, 3, 7} {
		p := NewThreadPool(threads)
		h := g
		h.C = poisoned(g.M * g.N)
		h.Run(p)
		p.Close()
		if first == nil {
			first = h.C
		}
		if !slices.Equal(first, h.C) {
			t.Errorf("%s: %d threads differ from one", name, threads)
		}
	}
}

func TestGemmAllocatesNothing(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	for _, s := range [][3]int{{32, 32, 2}, {128, 512, 784}} {
		r := newRand()
		g := Gemm{M: s[0], N: s[1], K: s[2], A: normal(r, s[0]*s[2]), B: normal(r, s[1]*s[2]), C: make([]float32, s[0]*s[1])}
		g.Run(p)
		if n := testing.AllocsPerRun(20, func() { g.Run(p) }); n != 0 {
			t.Errorf("%v: %v allocations", s, n)
		}
	}
}

func TestGemmRejectsShortOperands(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a short B went through")
		}
	}()
	g := Gemm{M: 4, N: 4, K: 4, A: make([]float32, 16), B: make([]float32, 15), C: make([]float32, 16)}
	p := NewThreadPool(1)
	defer p.Close()
	g.Run(p)
}

func BenchmarkGemm(b *testing.B) {
	for _, s := range []struct {
		m, n, k, batch int
		ta, tb         bool
	}{
		{128, 512, 784, 1, false, false}, {128, 256, 512, 1, false, false}, {512, 784, 128, 1, true, false},
		{128, 784, 512, 1, false, true}, {128, 10, 256, 1, false, false}, {1, 512, 784, 1, false, false},
		{1024, 1024, 1024, 1, false, false}, {1024, 1024, 1024, 1, true, false}, {1024, 1024, 1024, 1, false, true}, {4096, 64, 576, 1, false, false}, {32, 1024, 256, 1, false, false},
		{128, 128, 64, 64, false, true}, {128, 64, 128, 64, false, false}, {32, 32, 2, 1, false, false}, {128, 1, 256, 1, false, false},
	} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%dx%dx%d_%v_%v_b%d_t%d", s.m, s.n, s.k, s.ta, s.tb, s.batch, threads), func(b *testing.B) {
				p := NewThreadPool(threads)
				defer p.Close()
				r := newRand()
				g := Gemm{M: s.m, N: s.n, K: s.k, TransA: s.ta, TransB: s.tb, Batch: s.batch, StrideA: s.m * s.k, StrideB: s.n * s.k, StrideC: s.m * s.n,
					A: normal(r, s.batch*s.m*s.k), B: normal(r, s.batch*s.n*s.k), C: make([]float32, s.batch*s.m*s.n)}
				p.Begin()
				defer p.End()
				for b.Loop() {
					g.Run(p)
				}
				reportFLOPS(b, 2*float64(s.batch*s.m*s.n*s.k), threads)
			})
		}
	}
}
