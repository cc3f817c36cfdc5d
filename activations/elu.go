package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// SELU is 1.0507·ELU{Alpha: 1.6733}: with LecunNormal weights it keeps mean 0 and variance 1
// from layer to layer (Klambauer et al. 2017).
var SELU = name(func(x *graph.Node) *graph.Node {
	const alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
	return ops.Scale(elu(x, alpha), scale)
}, "selu")

// ELU is x where it is positive, else Alpha·(eˣ - 1) (Clevert et al. 2016). Alpha is 1 if nil.
type ELU struct {
	Alpha *float64 `keras:"alpha" default:"1.0"`
}

// Apply returns ELU of x.
func (a ELU) Apply(x *graph.Node) *graph.Node { return elu(x, *config.Filled(a).Alpha) }

func elu(x *graph.Node, alpha float64) *graph.Node {
	zero := ops.ZerosLike(x)
	below := ops.Scale(ops.Expm1(ops.Minimum(x, zero)), alpha)
	return ops.Where(ops.Greater(x, zero), x, below)
}

// CELU is max(x, 0) + Alpha·(exp(min(x, 0)/Alpha) - 1), a smooth ELU (Barron 2017). Alpha is
// 1 if zero.
type CELU struct {
	Alpha float64 `keras:"alpha" default:"1.0"`
}

// Apply returns CELU of x.
func (a CELU) Apply(x *graph.Node) *graph.Node {
	alpha := config.Filled(a).Alpha
	zero := ops.ZerosLike(x)
	below := ops.Scale(ops.Expm1(ops.Scale(ops.Minimum(x, zero), 1/alpha)), alpha)
	return ops.Where(ops.Greater(x, zero), x, below)
}

func init() {
	family.RegisterFunction("elu", "keras.layers", "ELU", func() Activation { return ELU{} })
	family.RegisterFunction("celu", "keras.activations", "celu", func() Activation { return CELU{} })
}
