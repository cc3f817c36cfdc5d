// Package regularizers provides penalties on weights and activations that are added to the loss.
package regularizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// A Regularizer maps a weight or an activation to a scalar penalty.
type Regularizer interface {
	Penalty(w *graph.Node) *graph.Node
}

var family = config.NewFamily[Regularizer]("regularizer", "keras.regularizers")

// Parse returns the regularizer with the given Keras name, such as "l2", with its defaults.
func Parse(name string) (Regularizer, error) { return family.Parse(name) }

// Register registers a custom regularizer for loading saved models, under the class name
// "package>Name". make returns a zero value whose fields have keras tags.
func Register(name string, make func() Regularizer) { family.Register(name, make) }

// Func is a custom regularizer. It cannot be saved; a registered struct can.
type Func func(w *graph.Node) *graph.Node

// Penalty returns f(w).
func (f Func) Penalty(w *graph.Node) *graph.Node { return f(w) }

// L1 is Factor·Σ|w|. It makes weights sparse. Factor is 0.01 if nil, as in Keras.
type L1 struct {
	Factor *float64 `keras:"l1" default:"0.01" range:"[0,inf)"`
}

// Penalty returns the penalty of w.
func (r L1) Penalty(w *graph.Node) *graph.Node { return L1L2{L1: *checked(r).Factor}.Penalty(w) }

// L2 is Factor·Σw², which with plain SGD is weight decay. Factor is 0.01 if nil, as in Keras.
type L2 struct {
	Factor *float64 `keras:"l2" default:"0.01" range:"[0,inf)"`
}

// Penalty returns the penalty of w.
func (r L2) Penalty(w *graph.Node) *graph.Node { return L1L2{L2: *checked(r).Factor}.Penalty(w) }

// L1L2 is L1·Σ|w| + L2·Σw², the elastic net.
type L1L2 struct {
	L1 float64 `keras:"l1" range:"[0,inf)"`
	L2 float64 `keras:"l2" range:"[0,inf)"`
}

// Penalty returns the penalty of w.
func (r L1L2) Penalty(w *graph.Node) *graph.Node {
	r = checked(r)
	sum := ops.Scalar(w, 0)
	if r.L1 != 0 {
		sum = ops.Add(sum, ops.Scale(ops.Sum(ops.Abs(w)), r.L1))
	}
	if r.L2 != 0 {
		sum = ops.Add(sum, ops.Scale(ops.Sum(ops.Square(w)), r.L2))
	}
	return sum
}

// checked returns r with its defaults, or panics if it is invalid.
func checked[T any](r T) T {
	if err := config.Check(r); err != nil {
		graph.Errorf("regularizer %v", err)
	}
	return config.Filled(r)
}

func init() {
	family.Register("L1", func() Regularizer { return L1{} })
	family.Register("L2", func() Regularizer { return L2{} })
	family.Register("L1L2", func() Regularizer { return L1L2{} }, "l1_l2")
	family.Register("OrthogonalRegularizer", func() Regularizer { return Orthogonal{} })
}
