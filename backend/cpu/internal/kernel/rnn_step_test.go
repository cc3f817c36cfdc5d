package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// apart lays the rows of x (m, u) ld apart, with NaN between them.
func apart(x []float32, m, u, ld int) []float32 {
	y := poisoned(m * ld)
	for i := range m {
		copy(y[i*ld:], x[i*u:(i+1)*u])
	}
	return y
}

// A step gives the same where its rows lie apart, and leaves what is between them alone.
func TestStepsOfRowsThatLieApart(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range rnnSizes {
			m, u := s[0], s[1]
			ld, r := u+5, newRand()
			z, prev, dh, dc := normal(r, m*4*u), normal(r, m*u), normal(r, m*u), normal(r, m*u)
			check := func(what string, dense, wide []float32) {
				t.Helper()
				for i, x := range apart(dense, m, u, ld) {
					if math.Float32bits(x) != math.Float32bits(wide[i]) {
						t.Errorf("%v: %s %d is %v, want %v", s, what, i, wide[i], x)
						return
					}
				}
			}
			h, c, g := poisoned(m*u), poisoned(m*u), slices.Clone(z)
			LSTMForward(h, c, g, prev, m, u, u)
			h2, c2, g2, prev2 := poisoned(m*ld), poisoned(m*ld), slices.Clone(z), apart(prev, m, u, ld)
			LSTMForward(h2, c2, g2, prev2, m, u, ld)
			check("h", h, h2)
			check("c", c, c2)
			dc2, dh2 := apart(dc, m, u, ld), apart(dh, m, u, ld)
			dz, dz2 := poisoned(m*4*u), poisoned(m*4*u)
			LSTMBackward(dz, dc, dh, g, c, prev, m, u, u)
			LSTMBackward(dz2, dc2, dh2, g2, c2, prev2, m, u, ld)
			check("dc", dc, dc2)
			if !slices.Equal(dz, dz2) || !slices.Equal(g, g2) {
				t.Errorf("%v: gates or their gradients differ", s)
			}
		}
	})
}

func TestGRUStepInPlaceAndItsGradient(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range rnnSizes {
			m, u := s[0], s[1]
			ld, r := u+3, newRand()
			gates, prev, dh := normal(r, m*4*u), normal(r, m*u), normal(r, m*u)
			in, prev64, h64 := widen(gates), widen(prev), make([]float64, m*u)
			step := func() (loss float64) {
				for e := range h64 {
					at := e/u*4*u + e%u
					cand, z, r, hh := in[at], sigmoid(in[at+u]), sigmoid(in[at+2*u]), in[at+3*u]
					cand = math.Tanh(cand + r*hh)
					h64[e] = z*prev64[e] + (1-z)*cand
					loss += h64[e] * float64(dh[e])
				}
				return loss
			}
			step()
			name := fmt.Sprint(s)
			h, before, back := poisoned(m*ld), apart(prev, m, u, ld), apart(dh, m, u, ld)
			GRUStep(h, gates, before, m, u, ld)
			d := poisoned(m * 4 * u)
			GRUStepBack(d, back, gates, before, m, u, ld)
			var wantH, wantD, wantPrev []float64
			for i := range in {
				wantD = append(wantD, central(step, in, i))
			}
			for i := range prev64 {
				wantPrev = append(wantPrev, central(step, prev64, i))
			}
			step()
			wantH = h64
			near(t, name+" d", d, wantD, 1e-5)
			for i := range m {
				near(t, name+" h", h[i*ld:i*ld+u], wantH[i*u:(i+1)*u], 1e-6)
				near(t, name+" dprev", back[i*ld:i*ld+u], wantPrev[i*u:(i+1)*u], 1e-5)
			}
		}
	})
}

// Rows that are laid out by pieces lie where those of the whole do.
func TestRepackRowsIsRepackOfTheRows(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][2]int{{1, 1}, {5, 3}, {20, 40}, {97, 256}, {33, 65}} {
			k, n := s[0], s[1]
			b := normal(newRand(), k*(n+2))
			whole, pieces := PackB(b, k, n, n+2, false), NewPackedB(k, n)
			for _, lo := range []int{0, k / 3, k / 2} {
				hi := map[int]int{0: k / 3, k / 3: k / 2, k / 2: k}[lo]
				pieces.RepackRows(lo, hi-lo, b[lo*(n+2):], n+2)
			}
			if k > 3 && !slices.Equal(whole.data, pieces.data) {
				t.Errorf("%d × %d in pieces is not the whole", k, n)
			}
		}
	})
}
