package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// Smooth variants of ReLU.
var (
	// SiLU is x·sigmoid(x), also called swish (Ramachandran et al. 2017).
	SiLU = name(ops.SiLU, "silu", "swish")
	// HardSiLU is x·[HardSigmoid](x), also called hard swish (Howard et al. 2019).
	HardSiLU = name(ops.HardSiLU, "hard_silu", "hard_swish")
	// Softplus is log(1 + eˣ).
	Softplus = name(ops.Softplus, "softplus")
	// Mish is x·tanh(softplus(x)) (Misra 2020).
	Mish = name(func(x *graph.Node) *graph.Node { return ops.Multiply(x, ops.Tanh(ops.Softplus(x))) }, "mish")
)

// GELU is x·Φ(x), where Φ is the cumulative normal distribution (Hendrycks & Gimpel 2016). With
// Approximate it is x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
type GELU struct {
	Approximate bool `keras:"approximate"`
}

// Apply returns GELU of x.
func (a GELU) Apply(x *graph.Node) *graph.Node {
	if a.Approximate {
		return ops.GELUTanh(x)
	}
	return ops.GELU(x)
}

// Squareplus is (x + √(x² + B))/2 (Barron 2021). B is 4 if nil.
type Squareplus struct {
	B *float64 `keras:"b" default:"4" range:"[0,inf)"`
}

// Apply returns squareplus of x.
func (a Squareplus) Apply(x *graph.Node) *graph.Node {
	return ops.Squareplus(x, *config.Filled(a).B)
}

func init() {
	family.RegisterFunction("gelu", "keras.activations", "gelu", func() Activation { return GELU{} })
	family.RegisterFunction("squareplus", "keras.activations", "squareplus", func() Activation { return Squareplus{} })
}
