package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestOptimizersFollowTheirFormulas(t *testing.T) {
	type state struct{ p, g, m, v, a float64 }
	for _, row := range []struct {
		name string
		run  func(p, g, m, v, a []float32)
		want func(s *state)
	}{
		{"sgd", func(p, g, m, v, a []float32) { SGD(p, g, nil, 0.1, 0, false) }, func(s *state) { s.p -= 0.1 * s.g }},
		{"momentum", func(p, g, m, v, a []float32) { SGD(p, g, m, 0.1, 0.9, false) }, func(s *state) { s.m = 0.9*s.m - 0.1*s.g; s.p += s.m }},
		{"nesterov", func(p, g, m, v, a []float32) { SGD(p, g, m, 0.1, 0.9, true) }, func(s *state) { s.m = 0.9*s.m - 0.1*s.g; s.p += 0.9*s.m - 0.1*s.g }},
		{"adam", func(p, g, m, v, a []float32) {
			Adam(p, g, m, v, AdamConfig{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7})
		}, func(s *state) {
			s.m += 0.1 * (s.g - s.m)
			s.v += 0.001 * (s.g*s.g - s.v)
			s.p -= 0.01 * s.m / (math.Sqrt(s.v) + 1e-7)
		}},
		{"adamw", func(p, g, m, v, a []float32) {
			Adam(p, g, m, v, AdamConfig{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Decay: 0.04})
		}, func(s *state) {
			s.m += 0.1 * (s.g - s.m)
			s.v += 0.001 * (s.g*s.g - s.v)
			s.p -= 0.04*s.p + 0.01*s.m/(math.Sqrt(s.v)+1e-7)
		}},
		{"rmsprop", func(p, g, m, v, a []float32) { RMSprop(p, g, v, nil, nil, 0.01, 0.9, 0, 1e-7) }, func(s *state) {
			s.v = 0.9*s.v + 0.1*s.g*s.g
			s.p -= 0.01 * s.g / math.Sqrt(s.v+1e-7)
		}},
		{"rmsprop momentum centered", func(p, g, m, v, a []float32) { RMSprop(p, g, v, m, a, 0.01, 0.9, 0.5, 1e-3) }, func(s *state) {
			s.v = 0.9*s.v + 0.1*s.g*s.g
			s.a = 0.9*s.a + 0.1*s.g
			s.m = 0.5*s.m + 0.01*s.g/math.Sqrt(s.v-s.a*s.a+1e-3)
			s.p -= s.m
		}},
		{"adagrad", func(p, g, m, v, a []float32) { Adagrad(p, g, v, 0.1, 1e-7) }, func(s *state) {
			s.v += s.g * s.g
			s.p -= 0.1 * s.g / math.Sqrt(s.v+1e-7)
		}},
	} {
		eachLevel(t, func(t *testing.T) {
			for _, n := range []int{0, 1, 7, 16, 33, 257} {
				r := newRand()
				p, g, m, v, a := normal(r, n), normal(r, n), normal(r, n), normal(r, n), normal(r, n)
				want := make([][]float64, 4)
				for i := range n {
					v[i] = v[i]*v[i] + 1
					a[i] *= 0.1
					s := state{float64(p[i]), float64(g[i]), float64(m[i]), float64(v[i]), float64(a[i])}
					row.want(&s)
					for k, x := range []float64{s.p, s.m, s.v, s.a} {
						want[k] = append(want[k], x)
					}
				}
				row.run(p, g, m, v, a)
				for k, got := range [][]float32{p, m, v, a} {
					near(t, fmt.Sprintf("%s %d array %d", row.name, n, k), got, want[k], 1e-6)
				}
			}
		})
	}
}
