package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// eachLevel runs f at every level of this machine.
func eachLevel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for l := Generic; l <= Best(); l++ {
		t.Run(l.String(), func(t *testing.T) {
			defer SetLevel(SetLevel(l))
			f(t)
		})
	}
}

// normal returns n standard normal numbers.
func normal(r *rand.Rand, n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(r.NormFloat64())
	}
	return s
}

// poisoned returns n NaNs: what a kernel leaves out shows.
func poisoned(n int) []float32 {
	s := make([]float32, n)
	Fill(s, float32(math.NaN()))
	return s
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// near fails unless got is within tol·(1+|want|) everywhere.
func near(t *testing.T, name string, got []float32, want []float64, tol float64) {
	t.Helper()
	for i, w := range want {
		g := float64(got[i])
		if math.IsNaN(w) && math.IsNaN(g) || g == w {
			continue
		}
		if !(math.Abs(g-w) <= tol*(1+math.Abs(w))) {
			t.Errorf("%s: element %d is %v, want %v", name, i, g, w)
			return
		}
	}
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
