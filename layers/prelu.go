package layers

import (
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[PReLU]()
}

// PReLU is the parametric rectified linear unit (He et al. 2015): x where x is positive, else
// alpha·x with a learned alpha, that is max(x, 0) - alpha·max(-x, 0).
//
// Input: any shape. Output: the shape of the input. Weights: alpha, with the shape of a sample
// and extent 1 along SharedAxes.
type PReLU struct {
	Base
	PassMask

	Name             string                   `keras:"name"`
	AlphaInitializer initializers.Initializer `keras:"alpha_initializer" default:"zeros"` // nil: Zeros
	AlphaRegularizer regularizers.Regularizer `keras:"alpha_regularizer"`                 // nil: none
	AlphaConstraint  constraints.Constraint   `keras:"alpha_constraint"`                  // nil: none
	SharedAxes       []int                    `keras:"shared_axes"`                       // axes of the input that share one alpha; axis 0 is the batch
}

// Call returns the rectified x.
func (p *PReLU) Call(s *Scope, x *graph.Node) *graph.Node {
	if x.Rank() == 0 {
		graph.Errorf("want a batch axis")
	}
	shape := x.Shape[1:].Clone()
	for _, a := range p.SharedAxes {
		shape[featureAxis(x, a)-1] = 1
	}
	alpha := s.AddWeight(WeightSpec{Name: "alpha", Shape: shape, Initializer: p.AlphaInitializer,
		Regularizer: p.AlphaRegularizer, Constraint: p.AlphaConstraint})
	return ops.Subtract(ops.ReLU(x), ops.Multiply(alpha, ops.ReLU(ops.Negative(x))))
}
