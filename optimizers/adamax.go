package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Adamax is [Adam] with an exponentially weighted maximum of the gradients instead of the root
// mean square (Kingma & Ba 2015, §7.1): u = max(Beta2·u, |g|), w -= rate/(1-Beta1ᵗ)·m/(u + Epsilon).
type Adamax struct {
	Options `default:"name=adamax"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"[0,1)"`      // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.999" range:"[0,1)"`    // nil: 0.999
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"` // 0: 1e-7
}

func init() { family.Register("Adamax", func() Optimizer { return &Adamax{} }) }

// Rate returns the learning rate.
func (o *Adamax) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Adamax) Update(s *Step, g *graph.Node) *graph.Node {
	m := follow(s.Slot("momentum", 0), g, *o.Beta1)
	u := ops.Maximum(ops.Scale(s.Slot("norm", 0), *o.Beta2), ops.Abs(g))
	s.Set("momentum", m)
	s.Set("norm", u)
	rate := s.Scalar("adamax_rate", func(c Clock) float64 { return c.Rate / (1 - pow(*o.Beta1, c.Step)) })
	return ops.Subtract(s.W, ops.Divide(ops.Multiply(m, rate), ops.Shift(u, o.Epsilon)))
}
