package activations

import (
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	Register("rhyton>HardSigmoid2", func() Activation { return HardSigmoid2{} })
}

// HardSigmoid2 is x/5 + 1/2, limited to [0, 1]. It is the hard_sigmoid of Keras 2 and is used for
// models loaded from Keras 2; in Keras 3, hard_sigmoid is [HardSigmoid]. Keras 3 has no equivalent,
// so such a model cannot be saved to a .keras file.
type HardSigmoid2 struct{}

// Apply returns x/5 + 1/2, limited to [0, 1].
func (HardSigmoid2) Apply(x *graph.Node) *graph.Node {
	return ops.Clip(ops.Shift(ops.Scale(x, 0.2), 0.5), 0, 1)
}

// MarshalJSON returns an error: Keras 3 has no such function.
func (HardSigmoid2) MarshalJSON() ([]byte, error) {
	return nil, errors.New("the hard_sigmoid of Keras 2 (x/5 + 1/2) can't be saved, for Keras 3 has another (x/6 + 1/2): save the weights, or use activations.HardSigmoid")
}

// Sigmoid-shaped functions.
var (
	// Linear returns x unchanged.
	Linear = name(func(x *graph.Node) *graph.Node { return x }, "linear")
	// Sigmoid is 1/(1 + e⁻ˣ).
	Sigmoid = name(ops.Sigmoid, "sigmoid")
	// LogSigmoid is log(1/(1 + e⁻ˣ)).
	LogSigmoid = name(ops.LogSigmoid, "log_sigmoid")
	// HardSigmoid is x/6 + 1/2, limited to [0, 1].
	HardSigmoid = name(ops.HardSigmoid, "hard_sigmoid")
	// Tanh is the hyperbolic tangent.
	Tanh = name(ops.Tanh, "tanh")
	// HardTanh is x limited to [-1, 1].
	HardTanh = name(ops.HardTanh, "hard_tanh")
	// Softsign is x/(1 + |x|).
	Softsign = name(ops.Softsign, "softsign")
	// Exponential is eˣ.
	Exponential = name(ops.Exp, "exponential")
)
