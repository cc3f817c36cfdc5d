package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestAdamFollowsItsFormula(t *testing.T) {
	type state struct{ p, g, m, v float64 }
	for _, row := range []struct {
		name string
		run  func(p, g, m, v []float32)
		want func(s *state)
	}{
		{"adam", func(p, g, m, v []float32) {
			Adam(p, g, m, v, AdamConfig{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7})
		}, func(s *state) {
			s.m += 0.1 * (s.g - s.m)
			s.v += 0.001 * (s.g*s.g - s.v)
			s.p -= 0.01 * s.m / (math.Sqrt(s.v) + 1e-7)
		}},
		{"adamw", func(p, g, m, v []float32) {
			Adam(p, g, m, v, AdamConfig{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Decay: 0.04})
		}, func(s *state) {
			s.m += 0.1 * (s.g - s.m)
			s.v += 0.001 * (s.g*s.g - s.v)
			s.p -= 0.04*s.p + 0.01*s.m/(math.Sqrt(s.v)+1e-7)
		}},
	} {
		eachLevel(t, func(t *testing.T) {
			for _, n := range []int{0, 1, 7, 16, 33, 257} {
				r := newRand()
				p, g, m, v := normal(r, n), normal(r, n), normal(r, n), normal(r, n)
				want := make([][]float64, 3)
				for i := range n {
					v[i] = v[i]*v[i] + 1
					s := state{float64(p[i]), float64(g[i]), float64(m[i]), float64(v[i])}
					row.want(&s)
					for k, x := range []float64{s.p, s.m, s.v} {
						want[k] = append(want[k], x)
					}
				}
				row.run(p, g, m, v)
				for k, got := range [][]float32{p, m, v} {
					near(t, fmt.Sprintf("%s %d array %d", row.name, n, k), got, want[k], 1e-6)
				}
			}
		})
	}
}
