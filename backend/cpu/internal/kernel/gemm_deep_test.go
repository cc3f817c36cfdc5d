package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// deepGemm is a product with many rows of A and B, in one of eight ways.
func deepGemm(m, n, k, way int) *Gemm {
	r := newRand()
	g := &Gemm{M: m, N: n, K: k, TransA: true, LDA: m + 3*(way&1), LDB: n + 5*(way&1), LDC: n, Batch: 1, Outer: 1, Accumulate: way&2 != 0}
	g.A, g.B, g.C = normal(r, k*g.LDA), normal(r, k*g.LDB), poisoned(m*n)
	if g.Accumulate {
		g.C = normal(r, m*n)
	}
	if way&4 != 0 {
		g.Bias, g.Mask = normal(r, n), normal(r, m*n)
	}
	return g
}

func TestDeepProducts(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		if active == Generic {
			return // it cuts nothing
		}
		for _, s := range [][3]int{{40, 70, 1024}, {130, 65, 2101}} {
			for way := range 8 {
				g := deepGemm(s[0], s[1], s[2], way)
				old := slices.Clone(g.C)
				want := gemmOracle(g, old)
				name := fmt.Sprint(s, way)
				var first []float32
				for _, threads := range []int{1, 2, 5} {
					p := NewThreadPool(threads)
					defer p.Close()
					copy(g.C, old)
					g.Run(p)
					near(t, name, g.C, want, 2e-4)
					if first == nil {
						first = slices.Clone(g.C)
					}
					if !slices.Equal(first, g.C) {
						t.Errorf("%s: %d threads differ from one", name, threads)
					}
				}
				if g.plan.deep == nil {
					t.Errorf("%s is not done in chunks", name)
				}
			}
		}
	})
}

func TestDeepProductsAllocateNothing(t *testing.T) {
	p := NewThreadPool(1)
	defer p.Close()
	g := deepGemm(40, 70, 1024, 0)
	g.Run(p)
	if n := testing.AllocsPerRun(20, func() { g.Run(p) }); n != 0 && active > Generic {
		t.Errorf("%v allocations", n)
	}
}
