package kernel

// SGD does p −= lr·g. With momentum µ ≠ 0 it keeps v (as Keras 3):
// v = µ·v − lr·g; p += v, or with nesterov p += µ·v − lr·g.
func SGD(p, g, v []float32, lr, momentum float32, nesterov bool) {}

// AdamConfig holds the numbers of one Adam step.
type AdamConfig struct {
	// Rate is the learning rate with the bias correction in it, as in Keras:
	// lr·√(1−β₂ᵗ)/(1−β₁ᵗ).
	Rate, Beta1, Beta2, Epsilon float32
	Decay                       float32 // AdamW: p −= Decay·p first; Keras' weight_decay·lr
	Scale                       float32 // multiplies the gradient first; 0 means 1
}

// Adam does m += (1−β₁)(g−m); v += (1−β₂)(g²−v); p −= rate·m/(√v+ε)
// (Kingma & Ba 2015, ε outside the correction as in Keras 3).
func Adam(p, g, m, v []float32, c AdamConfig) {}

// RMSprop does v = ρ·v + (1−ρ)g²; step = lr·g/√(v+ε), then with momentum µ > 0
// mom = µ·mom + step; p −= mom, else p −= step. mom is nil if µ is 0. With mg
// not nil (centered) mg = ρ·mg + (1−ρ)g and v−mg² stands for v.
func RMSprop(p, g, v, mom, mg []float32, lr, rho, momentum, epsilon float32) {}

// Adagrad does a += g²; p −= lr·g/√(a+ε).
func Adagrad(p, g, a []float32, lr, epsilon float32) {}
