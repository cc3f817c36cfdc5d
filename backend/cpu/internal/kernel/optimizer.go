package kernel

import "math"

// SGD does p −= lr·g. With momentum µ ≠ 0 it keeps v (as Keras 3):
// v = µ·v − lr·g; p += v, or with nesterov p += µ·v − lr·g.
func SGD(p, g, v []float32, lr, momentum float32, nesterov bool) {
	g = g[:len(p)]
	n := len(p)
	if f := table.sgd; f != nil && n > 0 {
		switch {
		case momentum == 0:
			f(&p[0], &g[0], lr, n)
		case nesterov:
			table.nesterov(&p[0], &g[0], &v[:n][0], lr, momentum, n)
		default:
			table.momentum(&p[0], &g[0], &v[:n][0], lr, momentum, n)
		}
		return
	}
	if momentum == 0 {
		for i, d := range g {
			p[i] -= lr * d
		}
		return
	}
	v = v[:len(p)]
	for i, d := range g {
		v[i] = momentum*v[i] - lr*d
		if nesterov {
			p[i] += momentum*v[i] - lr*d
		} else {
			p[i] += v[i]
		}
	}
}

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

// RMSprop does v = ρ·v + (1−ρ)g²; step = lr·g/√(v+ε), then with momentum µ > 0
// mom = µ·mom + step; p −= mom, else p −= step. mom is nil if µ is 0. With mg
// not nil (centered) mg = ρ·mg + (1−ρ)g and v−mg² stands for v.
func RMSprop(p, g, v, mom, mg []float32, lr, rho, momentum, epsilon float32) {
	g, v = g[:len(p)], v[:len(p)]
	if f := table.rmsprop; f != nil && momentum == 0 && mg == nil && len(p) > 0 {
		f(&p[0], &g[0], &v[0], lr, rho, 1-rho, epsilon, len(p))
		return
	}
	for i, d := range g {
		v[i] = rho*v[i] + (1-rho)*d*d
		den := v[i] + epsilon
		if mg != nil {
			mg[i] = rho*mg[i] + (1-rho)*d
			den -= mg[i] * mg[i]
		}
		step := lr * d / sqrt32(den)
		if momentum > 0 {
			mom[i] = momentum*mom[i] + step
			step = mom[i]
		}
		p[i] -= step
	}
}

// Adagrad does a += g²; p −= lr·g/√(a+ε).
func Adagrad(p, g, a []float32, lr, epsilon float32) {
	g, a = g[:len(p)], a[:len(p)]
	if f := table.adagrad; f != nil && len(p) > 0 {
		f(&p[0], &g[0], &a[0], lr, epsilon, len(p))
		return
	}
	for i, d := range g {
		a[i] += d * d
		p[i] -= lr * d / sqrt32(a[i]+epsilon)
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }
