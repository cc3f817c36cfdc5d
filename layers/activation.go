package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[Activation]()
}

// Activation applies an activation function to its input. Input: any shape. Output: the same
// shape.
type Activation struct {
	Base
	PassMask

	Name                string                   `keras:"name"`
	Activation          activations.Activation   `keras:"activation" default:"linear"` // nil: linear
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`        // applied to the output; nil: none
}

// Call returns the activation of x.
func (a *Activation) Call(s *Scope, x *graph.Node) *graph.Node { return s.activate(a.Activation, x) }

func (a *Activation) activity() Regularizer { return orNil(a.ActivityRegularizer) }
