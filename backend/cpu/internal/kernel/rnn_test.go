package kernel

import (
	"fmt"
	"math"
	"testing"
)

// central is the central difference of f by v[i].
func central(f func() float64, v []float64, i int) float64 {
	const h = 1e-5
	old := v[i]
	v[i] = old + h
	up := f()
	v[i] = old - h
	down := f()
	v[i] = old
	return (up - down) / (2 * h)
}

var rnnSizes = [][2]int{{1, 1}, {2, 3}, {3, 16}, {2, 37}, {1, 130}}

func TestLSTMStepAndItsGradient(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range rnnSizes {
			m, u := s[0], s[1]
			r := newRand()
			z, prev, dh, dc := normal(r, m*4*u), normal(r, m*u), normal(r, m*u), normal(r, m*u)
			z64, prev64 := widen(z), widen(prev)
			h64, c64 := make([]float64, m*u), make([]float64, m*u)
			step := func() (loss float64) {
				for e := range h64 {
					at := e/u*4*u + e%u
					i, f, g, o := sigmoid(z64[at]), sigmoid(z64[at+u]), math.Tanh(z64[at+2*u]), sigmoid(z64[at+3*u])
					c64[e] = f*prev64[e] + i*g
					h64[e] = o * math.Tanh(c64[e])
					loss += h64[e]*float64(dh[e]) + c64[e]*float64(dc[e])
				}
				return loss
			}
			step()
			h, c := poisoned(m*u), poisoned(m*u)
			LSTMForward(h, c, z, prev, m, u, u)
			name := fmt.Sprint(s)
			near(t, name+" h", h, h64, 1e-6)
			near(t, name+" c", c, c64, 1e-6)
			dz, dcPrev := poisoned(m*4*u), append([]float32{}, dc...)
			LSTMBackward(dz, dcPrev, dh, z, c, prev, m, u, u)
			var wantZ, wantPrev []float64
			for i := range z64 {
				wantZ = append(wantZ, central(step, z64, i))
			}
			for i := range prev64 {
				wantPrev = append(wantPrev, central(step, prev64, i))
			}
			near(t, name+" dz", dz, wantZ, 1e-5)
			near(t, name+" dcPrev", dcPrev, wantPrev, 1e-5)
		}
	})
}

// The gates' functions are rougher than the elementary ones, but not where numbers are tiny,
// infinite or none.
func TestGatesOfAnyNumber(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	x := []float32{0, 1e-30, 1e-6, 1e-3, .3, .35, .7, 1, 5, 9, 20, 87, 88, 89, 104, 127, 200, 1e10, 2e38, inf, nan}
	u := 2 * len(x)
	for _, v := range x {
		x = append(x, -v)
	}
	eachLevel(t, func(t *testing.T) {
		var z []float32
		for range 4 {
			z = append(z, x...)
		}
		h, c := make([]float32, u), make([]float32, u)
		LSTMForward(h, c, z, make([]float32, u), 1, u, u)
		for i, v := range x {
			tanh, s := math.Tanh(float64(v)), sigmoid(float64(v))
			near(t, fmt.Sprintf("sigmoids of %v", v), []float32{z[i], z[u+i], z[3*u+i]}, []float64{s, s, s}, 1e-7)
			if g := float64(z[2*u+i]); !(math.Abs(g-tanh) <= 3e-7*math.Abs(tanh)) && !(math.IsNaN(g) && math.IsNaN(tanh)) {
				t.Errorf("tanh of %v is %v, want %v", v, g, tanh)
			}
		}
	})
}

func TestGRUStepAndItsGradient(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range rnnSizes {
			m, u := s[0], s[1]
			r := newRand()
			xz, hz, prev, dh := normal(r, m*3*u), normal(r, m*3*u), normal(r, m*u), normal(r, m*u)
			xz64, hz64, prev64, h64 := widen(xz), widen(hz), widen(prev), make([]float64, m*u)
			step := func() (loss float64) {
				for e := range h64 {
					at := e/u*3*u + e%u
					z, r := sigmoid(xz64[at]+hz64[at]), sigmoid(xz64[at+u]+hz64[at+u])
					cand := math.Tanh(xz64[at+2*u] + r*hz64[at+2*u])
					h64[e] = z*prev64[e] + (1-z)*cand
					loss += h64[e] * float64(dh[e])
				}
				return loss
			}
			step()
			h, gates := poisoned(m*u), poisoned(m*3*u)
			GRUForward(h, gates, xz, hz, prev, m, u)
			name := fmt.Sprint(s)
			near(t, name+" h", h, h64, 1e-6)
			dxz, dhz, dprev := poisoned(m*3*u), poisoned(m*3*u), poisoned(m*u)
			GRUBackward(dxz, dhz, dprev, dh, gates, hz, prev, m, u)
			for _, c := range []struct {
				name string
				got  []float32
				by   []float64
			}{{"dxz", dxz, xz64}, {"dhz", dhz, hz64}, {"dprev", dprev, prev64}} {
				var want []float64
				for i := range c.by {
					want = append(want, central(step, c.by, i))
				}
				near(t, name+" "+c.name, c.got, want, 1e-5)
			}
		}
	})
}
