package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// The squashing functions.
var (
	// Linear is x itself.
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
