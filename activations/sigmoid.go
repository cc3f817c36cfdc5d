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
	LogSigmoid = name(func(x *graph.Node) *graph.Node { return ops.Negative(softplus(ops.Negative(x))) }, "log_sigmoid")
	// HardSigmoid is x/6 + 1/2, limited to [0, 1].
	HardSigmoid = name(hardSigmoid, "hard_sigmoid")
	// Tanh is the hyperbolic tangent.
	Tanh = name(ops.Tanh, "tanh")
	// HardTanh is x limited to [-1, 1].
	HardTanh = name(func(x *graph.Node) *graph.Node { return ops.Clip(x, -1, 1) }, "hard_tanh")
	// Softsign is x/(1 + |x|).
	Softsign = name(func(x *graph.Node) *graph.Node { return ops.Divide(x, ops.Shift(ops.Abs(x), 1)) }, "softsign")
	// Exponential is eˣ.
	Exponential = name(ops.Exp, "exponential")
)

func hardSigmoid(x *graph.Node) *graph.Node { return ops.Scale(relu6(ops.Shift(x, 3)), 1.0/6) }
