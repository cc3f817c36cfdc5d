package activations

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// The smooth relatives of ReLU.
var (
	// SiLU is x·sigmoid(x), also called swish (Ramachandran et al. 2017).
	SiLU = name(func(x *graph.Node) *graph.Node { return ops.Multiply(x, ops.Sigmoid(x)) }, "silu", "swish")
	// HardSiLU is x·[HardSigmoid](x), also called hard swish (Howard et al. 2019).
	HardSiLU = name(func(x *graph.Node) *graph.Node { return ops.Multiply(x, hardSigmoid(x)) }, "hard_silu", "hard_swish")
	// Softplus is log(1 + eˣ).
	Softplus = name(softplus, "softplus")
	// Mish is x·tanh(softplus(x)) (Misra 2020).
	Mish = name(func(x *graph.Node) *graph.Node { return ops.Multiply(x, ops.Tanh(softplus(x))) }, "mish")
)

// softplus is max(x, 0) + log(1 + e^-|x|), which does not overflow.
func softplus(x *graph.Node) *graph.Node {
	tail := ops.Log1p(ops.Exp(ops.Negative(ops.Abs(x))))
	return ops.Add(ops.Maximum(x, ops.ZerosLike(x)), tail)
}

// GELU is x·Φ(x), Φ the normal distribution's function (Hendrycks & Gimpel 2016), or with
// Approximate x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
type GELU struct {
	Approximate bool `keras:"approximate"`
}

// Apply returns GELU of x.
func (a GELU) Apply(x *graph.Node) *graph.Node {
	var phi *graph.Node // 2Φ(x) - 1
	if a.Approximate {
		cube := ops.Multiply(x, ops.Square(x))
		phi = ops.Tanh(ops.Scale(ops.Add(x, ops.Scale(cube, 0.044715)), math.Sqrt(2/math.Pi)))
	} else {
		phi = graph.Apply(graph.Unary{Fn: graph.Erf}, ops.Scale(x, 1/math.Sqrt2))
	}
	return ops.Multiply(ops.Scale(x, 0.5), ops.Shift(phi, 1))
}

// Squareplus is (x + √(x² + B))/2 (Barron 2021). B is 4 if nil.
type Squareplus struct {
	B *float64 `keras:"b" default:"4" range:"[0,inf)"`
}

// Apply returns squareplus of x.
func (a Squareplus) Apply(x *graph.Node) *graph.Node {
	root := ops.Sqrt(ops.Shift(ops.Square(x), *config.Filled(a).B))
	return ops.Scale(ops.Add(x, root), 0.5)
}

func init() {
	family.RegisterFunction("gelu", "keras.activations", "gelu", func() Activation { return GELU{} })
	family.RegisterFunction("squareplus", "keras.activations", "squareplus", func() Activation { return Squareplus{} })
}
