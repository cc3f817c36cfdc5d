package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// SGD is gradient descent with momentum: m' = Momentum·m - rate·g, w' = w + m'. With Nesterov,
// w' = w + Momentum·m' - rate·g (Sutskever et al. 2013).
type SGD struct {
	Options `default:"name=sgd"`

	LearningRate float64  `keras:"learning_rate" default:"0.01"` // 0: 0.01
	Schedule     Schedule `keras:"learning_rate"`                // overrides LearningRate; nil: none
	Momentum     float64  `keras:"momentum" range:"[0,1]"`       // 0: plain gradient descent
	Nesterov     bool     `keras:"nesterov"`
}

func init() { family.Register("SGD", func() Optimizer { return &SGD{} }) }

// Rate returns the learning rate.
func (o *SGD) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *SGD) Update(s *Step, g *graph.Node) *graph.Node {
	step := ops.Multiply(g, s.Rate)
	if o.Momentum == 0 {
		return ops.Subtract(s.W, step)
	}
	m := ops.Subtract(ops.Scale(s.Slot("momentum", 0), o.Momentum), step)
	s.Set("momentum", m)
	if o.Nesterov {
		return ops.Add(s.W, ops.Subtract(ops.Scale(m, o.Momentum), step))
	}
	return ops.Add(s.W, m)
}
