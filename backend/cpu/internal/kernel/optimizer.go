package kernel

import "math"

// AdamConfig holds the numbers of one Adam step.
type AdamConfig struct {
	// Rate is the learning rate with the bias correction in it, as in Keras:
	// lr·√(1−β₂ᵗ)/(1−β₁ᵗ).
	Rate, Epsilon float32
	Beta1, Beta2  float64 // float32 would lose 5·10⁻⁵ of 1−0.999
	Decay         float32 // AdamW: p −= Decay·p first; Keras' weight_decay·lr
}

// Adam does m += (1−β₁)(g−m); v += (1−β₂)(g²−v); p −= rate·m/(√v+ε)
// (Kingma & Ba 2015, ε outside the correction as in Keras 3).
func Adam(p, g, m, v []float32, c AdamConfig) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	k1, k2 := float32(1-c.Beta1), float32(1-c.Beta2)
	if f := table.adam; f != nil && len(p) > 0 {
		f(&p[0], &g[0], &m[0], &v[0], c.Rate, k1, k2, c.Epsilon, c.Decay, len(p))
		return
	}
	for i, d := range g {
		m[i] += k1 * (d - m[i])
		v[i] += k2 * (d*d - v[i])
		p[i] -= c.Decay*p[i] + c.Rate*m[i]/(sqrt32(v[i])+c.Epsilon)
	}
}

// Idle is the numbers of steps of Adam that an element without a gradient takes.
type Idle struct {
	AdamConfig         // Rate and Decay don't matter
	Most       float32 // the largest rate, absolutely
	// Kept1 and Kept2 are the shares of m and v that r steps leave at [r], (1−(1−β))ʳ with
	// 1−β as a float32; they are longer than the rates.
	Kept1, Kept2 []float32
}

// AdamIdle does Adam with g = 0 for each rate. It ends early where even the largest rate
// leaves p as it is, from where on m/√v only falls (β₁² ≤ β₂); m and v go on to where all
// steps would have brought them.
func AdamIdle(p, m, v, rates []float32, c *Idle) {
	m, v = m[:len(p)], v[:len(p)]
	steps := len(rates)
	if steps == 0 || len(p) == 0 {
		return
	}
	kept1, kept2 := c.Kept1[:steps+1], c.Kept2[:steps+1]
	k1, k2 := float32(1-c.Beta1), float32(1-c.Beta2)
	if f := table.adamIdle; f != nil {
		f(&p[0], &m[0], &v[0], &rates[0], &kept1[0], &kept2[0], c.Most, k1, k2, c.Epsilon, steps, len(p))
		return
	}
	for i := range p {
		for t, rate := range rates {
			old := p[i]
			m[i] -= k1 * m[i]
			v[i] -= k2 * v[i]
			den := sqrt32(v[i]) + c.Epsilon
			p[i] -= rate * m[i] / den
			if p[i] == old && p[i]-c.Most*m[i]/den == old {
				m[i] *= kept1[steps-t-1]
				v[i] *= kept2[steps-t-1]
				break
			}
		}
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }
