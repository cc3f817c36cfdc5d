package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Lion uses the sign of a blend of momentum and gradient, so all weights change by the same
// amount (Chen et al. 2023): w -= rate·sign(Beta1·m + (1-Beta1)·g), m = Beta2·m + (1-Beta2)·g.
type Lion struct {
	Options `default:"name=lion"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`       // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                       // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"(0,1]"`  // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.99" range:"[0,1]"` // nil: 0.99
}

func init() { family.Register("Lion", func() Optimizer { return &Lion{} }) }

// Rate returns the learning rate.
func (o *Lion) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Lion) Update(s *Step, g *graph.Node) *graph.Node {
	m := s.Slot("momentum", 0)
	s.Set("momentum", blend(m, g, *o.Beta2))
	return ops.Subtract(s.W, ops.Multiply(ops.Sign(blend(m, g, *o.Beta1)), s.Rate))
}
