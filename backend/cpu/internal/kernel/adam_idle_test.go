package kernel

import (
	"math"
	"testing"
)

// The weights are Adam's bit for bit, also where the steps ended early; the moments, which
// are then taken to a power, to rounding.
func TestAdamIdleIsAdamWithoutGradients(t *testing.T) {
	const beta1, beta2 = 0.9, 0.999
	eachLevel(t, func(t *testing.T) {
		for _, n := range []int{1, 7, 16, 33} {
			for _, steps := range []int{0, 1, 5, 130, 900} {
				r := newRand()
				p, m, v := normal(r, n), normal(r, n), normal(r, n)
				c := &Idle{AdamConfig: AdamConfig{Beta1: beta1, Beta2: beta2, Epsilon: 1e-7}}
				rates := make([]float32, steps)
				c.Kept1, c.Kept2 = shares(beta1, steps), shares(beta2, steps)
				for i := range rates {
					rates[i] = 1e-3 * float32(1+i%3)
					c.Most = max(c.Most, rates[i])
				}
				if n > 7 {
					p[7], m[7], v[7] = 0, 0, 0
				}
				for i := range v {
					m[i] *= 1e-3
					v[i] *= v[i] * 1e-6
				}
				wp, wm, wv := append([]float32{}, p...), append([]float32{}, m...), append([]float32{}, v...)
				g := make([]float32, n)
				for _, rate := range rates {
					Adam(wp, g, wm, wv, AdamConfig{Rate: rate, Beta1: beta1, Beta2: beta2, Epsilon: 1e-7})
				}
				AdamIdle(p, m, v, rates, c)
				for i := range p {
					if p[i] != wp[i] {
						t.Errorf("n %d steps %d: weight %d is %v; wants %v", n, steps, i, p[i], wp[i])
					}
				}
				for i := range p {
					if !relatively(m[i], wm[i]) || !relatively(v[i], wv[i]) {
						t.Errorf("n %d steps %d: moments %d are %v, %v; want %v, %v", n, steps, i, m[i], v[i], wm[i], wv[i])
					}
				}
			}
		}
	})
}

// shares is what r steps leave of a moment, for r up to steps.
func shares(beta float64, steps int) []float32 {
	out, x := make([]float32, steps+1), 1.0
	for i := range out {
		out[i] = float32(x)
		x *= 1 - float64(float32(1-beta))
	}
	return out
}

func relatively(got, want float32) bool {
	return math.Abs(float64(got-want)) <= 1e-4*math.Abs(float64(want))+1e-37
}
