package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[ReLU]()
	register[LeakyReLU]()
	register[ELU]()
}

// ReLU is the rectified linear unit: x above Threshold, limited to MaxValue, and
// NegativeSlope·(x - Threshold) elsewhere. The zero ReLU is max(x, 0). Input: any shape. Output:
// the shape of the input.
type ReLU struct {
	Base
	PassMask

	Name          string   `keras:"name"`
	MaxValue      *float64 `keras:"max_value" range:"[0,inf)"` // nil: no limit
	NegativeSlope float64  `keras:"negative_slope" range:"[0,inf)"`
	Threshold     float64  `keras:"threshold" range:"[0,inf)"`
}

// Call returns the rectified x.
func (r *ReLU) Call(_ *Scope, x *graph.Node) *graph.Node {
	atLeast0("NegativeSlope", r.NegativeSlope)
	atLeast0("Threshold", r.Threshold)
	y := activations.GeneralReLU{NegativeSlope: r.NegativeSlope, Threshold: r.Threshold}
	switch {
	case r.MaxValue == nil:
	case *r.MaxValue == 0:
		return ops.Subtract(y.Apply(x), activations.GeneralReLU{Threshold: r.Threshold}.Apply(x))
	default:
		atLeast0("MaxValue", *r.MaxValue)
		y.MaxValue = *r.MaxValue
	}
	return y.Apply(x)
}

// atLeast0 panics if v is negative or NaN.
func atLeast0(what string, v float64) {
	if !(v >= 0) {
		graph.Errorf("%s is %v; it must be at least 0", what, v)
	}
}

// LeakyReLU is x where x is positive, else NegativeSlope·x (Maas et al. 2013). Input: any shape.
// Output: the shape of the input.
type LeakyReLU struct {
	Base
	PassMask

	Name          string   `keras:"name"`
	NegativeSlope *float64 `keras:"negative_slope" default:"0.3" range:"[0,inf)"` // nil: 0.3; the activation of the same name uses 0.2
}

// Call returns the rectified x.
func (l *LeakyReLU) Call(_ *Scope, x *graph.Node) *graph.Node {
	atLeast0("NegativeSlope", *l.NegativeSlope)
	return ops.LeakyReLU(x, *l.NegativeSlope)
}

// ELU is x where x is positive, else Alpha·(eˣ - 1) (Clevert et al. 2016). Input: any shape.
// Output: the shape of the input.
type ELU struct {
	Base
	PassMask

	Name  string   `keras:"name"`
	Alpha *float64 `keras:"alpha" default:"1.0"` // nil: 1
}

// Call returns the ELU of x.
func (e *ELU) Call(_ *Scope, x *graph.Node) *graph.Node { return ops.ELU(x, *e.Alpha) }
