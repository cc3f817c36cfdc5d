package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/rhyton/rhyton/internal/half"
)

// rounded returns x rounded to bfloat16, and the rounded remainder.
func rounded(x []float32) (high, low []float32) {
	high, low = make([]float32, len(x)), make([]float32, len(x))
	for i, v := range x {
		high[i] = half.FromBFloat16(half.ToBFloat16(v))
		low[i] = half.FromBFloat16(half.ToBFloat16(v - high[i]))
	}
	return high, low
}

// preciseOracle is gemmOracle of what g's precision makes of the operands.
func preciseOracle(g *Gemm, old []float32) []float64 {
	if !g.pairs() {
		return gemmOracle(g, old)
	}
	h := *g
	ah, al := rounded(g.A)
	bh, bl := rounded(g.B)
	if h.A, h.B = ah, bh; g.Precision == Short {
		return gemmOracle(&h, old)
	}
	h.Bias, h.Mask, h.Act = nil, nil, Identity
	sum := gemmOracle(&h, old)
	h.Accumulate = false
	for _, rest := range [][2][]float32{{ah, bl}, {al, bh}} {
		h.A, h.B = rest[0], rest[1]
		for i, v := range gemmOracle(&h, poisoned(len(g.C))) {
			sum[i] += v
		}
	}
	return finished(g, sum)
}

// finished is the epilogue of g alone.
func finished(g *Gemm, sum []float64) []float64 {
	for n := range g.Outer * g.Batch {
		for i := range g.M {
			for j := range g.N {
				at := n/g.Batch*g.OuterC + n%g.Batch*g.StrideC + i*g.LDC + j
				if g.Bias != nil {
					sum[at] += float64(g.Bias[j])
				}
				sum[at] = unary64[g.Act.Op()](sum[at])
				if g.Mask != nil && !(g.Mask[at] > 0) {
					sum[at] = 0
				}
			}
		}
	}
	return sum
}

func TestGemmOfPairsIsTheProductOfTheRounded(t *testing.T) {
	defer func(old bool) { tripleAnywhere = old }(tripleAnywhere)
	tripleAnywhere = true
	for _, threads := range []int{1, 3} {
		p := NewThreadPool(threads)
		defer p.Close()
		eachLevel(t, func(t *testing.T) {
			r := newRand()
			done := 0
			for range 150 {
				g := randomGemm(r)
				g.Precision = Short + Precision(r.IntN(2))
				if g.pairs() {
					done++
				}
				want := preciseOracle(g, g.C)
				name := fmt.Sprintf("precision %d threads %d m %d n %d k %d ta %v tb %v ld %d %d %d batch %d acc %v act %d bias %v mask %v", g.Precision, threads,
					g.M, g.N, g.K, g.TransA, g.TransB, g.LDA, g.LDB, g.LDC, g.Batch, g.Accumulate, g.Act, g.Bias != nil, g.Mask != nil)
				g.Run(p)
				near(t, name, g.C, want, 1e-4)
				if t.Failed() {
					return
				}
			}
			if paired != nil && done < 25 {
				t.Errorf("%d of 150 products used pairs", done)
			}
		})
	}
}

// The error of a product of sums of k terms with operands of about 1, in units of √k.
func TestPrecisionsAreAsPreciseAsStated(t *testing.T) {
	defer func(old bool) { tripleAnywhere = old }(tripleAnywhere)
	tripleAnywhere = true
	p := NewThreadPool(1)
	defer p.Close()
	eachLevel(t, func(t *testing.T) {
		for precision, limit := range []float64{5e-6, 2e-2, 6e-5} {
			const m, n, k = 128, 96, 500
			r := newRand()
			g := &Gemm{M: m, N: n, K: k, A: normal(r, m*k), B: normal(r, k*n), C: make([]float32, m*n), Precision: Precision(precision)}
			g.Run(p)
			worst := 0.0
			for i, w := range gemmOracle(g, g.C) {
				worst = max(worst, math.Abs(float64(g.C[i])-w)/math.Sqrt(k))
			}
			t.Logf("precision %d: %.2g", precision, worst)
			if worst > limit {
				t.Errorf("precision %d: the error is %.2g, wants at most %.2g", precision, worst, limit)
			}
		}
	})
}

func TestGemmOfPairsGivesTheSameBitsForAnyNumberOfThreads(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][3]int{{128, 512, 784}, {700, 65, 500}, {100, 1000, 1600}} {
			r := newRand()
			g := Gemm{M: s[0], N: s[1], K: s[2], A: normal(r, s[0]*s[2]), B: normal(r, s[1]*s[2]), Precision: Short}
			sameBits(t, fmt.Sprint(s), g)
		}
	})
}

func BenchmarkPairs(b *testing.B) {
	for _, s := range []struct {
		m, n, k int
		ta, tb  bool
	}{
		{128, 512, 784, false, false}, {128, 256, 512, false, false}, {512, 784, 128, true, false}, {784, 512, 128, true, false}, {128, 512, 256, false, true},
		{1024, 1024, 1024, false, false}, {4096, 64, 576, false, false}, {32, 1024, 256, false, false}, {32, 32, 512, false, false}, {16, 512, 512, false, false},
	} {
		for _, precision := range []Precision{Single, Short, Triple} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("%dx%dx%d_%v_%v_p%d_t%d", s.m, s.n, s.k, s.ta, s.tb, precision, threads), func(b *testing.B) {
					p := NewThreadPool(threads)
					defer p.Close()
					r := newRand()
					g := Gemm{M: s.m, N: s.n, K: s.k, TransA: s.ta, TransB: s.tb, Precision: precision,
						A: normal(r, s.m*s.k), B: normal(r, s.n*s.k), C: make([]float32, s.m*s.n)}
					p.Begin()
					defer p.End()
					for b.Loop() {
						g.Run(p)
					}
					reportFLOPS(b, 2*float64(s.m*s.n*s.k), threads)
				})
			}
		}
	}
}
