// Package constraints provides projections that keep weights within bounds. They are applied
// after each update.
package constraints

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// A Constraint maps an updated weight to one of the same shape that satisfies the constraint.
type Constraint interface {
	Apply(w *graph.Node) *graph.Node
}

var family = config.NewFamily[Constraint]("constraint", "keras.constraints")

// Parse returns the constraint with the given Keras name, such as "non_neg", with its defaults.
func Parse(name string) (Constraint, error) { return family.Parse(name) }

// Register registers a custom constraint for loading saved models, under the class name
// "package>Name". make returns a zero value whose fields have keras tags.
func Register(name string, make func() Constraint) { family.Register(name, make) }

// Func is a custom constraint. It cannot be saved; a registered struct can.
type Func func(w *graph.Node) *graph.Node

// Apply returns f(w).
func (f Func) Apply(w *graph.Node) *graph.Node { return f(w) }

// NonNeg sets negative weights to 0.
type NonNeg struct{}

// Apply returns max(w, 0).
func (NonNeg) Apply(w *graph.Node) *graph.Node { return ops.Maximum(w, ops.ZerosLike(w)) }

// MaxNorm scales weights down so that their norm along Axis is at most MaxValue, 2 if zero. For a
// Dense kernel (in, out), the default axis 0 bounds the weights of each unit. For a convolution
// kernel (rows, cols, in, filters), [0, 1, 2] bounds the weights of each filter.
type MaxNorm struct {
	MaxValue float64 `keras:"max_value" default:"2" range:"(0,inf)"`
	Axis     []int   `keras:"axis" default:"0"`
}

// Apply returns w with bounded norms.
func (c MaxNorm) Apply(w *graph.Node) *graph.Node {
	c = checked(c)
	n := norm(w, c.Axis)
	return scaleTo(w, n, ops.Clip(n, 0, c.MaxValue))
}

// UnitNorm scales weights so that their norm along Axis, 0 if nil, is 1.
type UnitNorm struct {
	Axis []int `keras:"axis" default:"0"`
}

// Apply returns the scaled w.
func (c UnitNorm) Apply(w *graph.Node) *graph.Node {
	n := norm(w, checked(c).Axis)
	return scaleTo(w, n, ops.OnesLike(n))
}

// MinMaxNorm scales weights so that their norm along Axis, 0 if nil, is between MinValue and
// MaxValue (1 if zero). Rate (1 if zero) is the fraction of the correction applied in each step.
type MinMaxNorm struct {
	MinValue float64 `keras:"min_value" range:"[0,inf)"`
	MaxValue float64 `keras:"max_value" default:"1" range:"(0,inf)"`
	Rate     float64 `keras:"rate" default:"1" range:"(0,1]"`
	Axis     []int   `keras:"axis" default:"0"`
}

// Apply returns the scaled w.
func (c MinMaxNorm) Apply(w *graph.Node) *graph.Node {
	c = checked(c)
	n := norm(w, c.Axis)
	bounded := ops.Clip(n, c.MinValue, c.MaxValue)
	return scaleTo(w, n, ops.Add(ops.Scale(bounded, c.Rate), ops.Scale(n, 1-c.Rate)))
}

func norm(w *graph.Node, axes []int) *graph.Node {
	return ops.Sqrt(ops.KeepDims(axes).Sum(ops.Square(w)))
}

// scaleTo scales w from norm n to norm to; zero weights stay zero.
func scaleTo(w, n, to *graph.Node) *graph.Node {
	return ops.Multiply(w, ops.Divide(to, ops.Shift(n, 1e-7)))
}

// checked returns c with its defaults, or panics if it is invalid.
func checked[T any](c T) T {
	if err := config.Check(c); err != nil {
		graph.Errorf("constraint %v", err)
	}
	return config.Filled(c)
}

func init() {
	family.Register("NonNeg", func() Constraint { return NonNeg{} })
	family.Register("MaxNorm", func() Constraint { return MaxNorm{} })
	family.Register("UnitNorm", func() Constraint { return UnitNorm{} })
	family.Register("MinMaxNorm", func() Constraint { return MinMaxNorm{} })
}
