package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// SELU is 1.0507·ELU{Alpha: 1.6733}. With LecunNormal weights it preserves mean 0 and variance 1
// from layer to layer (Klambauer et al. 2017).
var SELU = name(ops.SELU, "selu")

// ELU is x where x is positive and Alpha·(eˣ - 1) elsewhere (Clevert et al. 2016). Alpha is 1 if
// nil.
type ELU struct {
	Alpha *float64 `keras:"alpha" default:"1.0"`
}

// Apply returns ELU of x.
func (a ELU) Apply(x *graph.Node) *graph.Node { return ops.ELU(x, *config.Filled(a).Alpha) }

// CELU is max(x, 0) + Alpha·(exp(min(x, 0)/Alpha) - 1), a continuously differentiable ELU (Barron
// 2017). Alpha is 1 if zero.
type CELU struct {
	Alpha float64 `keras:"alpha" default:"1.0"`
}

// Apply returns CELU of x.
func (a CELU) Apply(x *graph.Node) *graph.Node {
	return ops.CELU(x, config.Filled(a).Alpha)
}

func init() {
	family.RegisterFunction("elu", "keras.layers", "ELU", func() Activation { return ELU{} })
	family.RegisterFunction("celu", "keras.activations", "celu", func() Activation { return CELU{} })
}
