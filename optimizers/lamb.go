package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Lamb is [Adam] with the step of each weight scaled to the weight's norm, for very large
// batches (You et al. 2020): u = m̂/(√v̂ + Epsilon), w -= rate·‖w‖/‖u‖·u.
type Lamb struct {
	Options `default:"name=lamb"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"[0,1)"`      // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.999" range:"[0,1)"`    // nil: 0.999
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"` // 0: 1e-7
}

func init() { family.Register("Lamb", func() Optimizer { return &Lamb{} }) }

// Rate returns the learning rate.
func (o *Lamb) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Lamb) Update(s *Step, g *graph.Node) *graph.Node {
	m := follow(s.Slot("momentum", 0), g, *o.Beta1)
	v := follow(s.Slot("velocity", 0), ops.Square(g), *o.Beta2)
	s.Set("momentum", m)
	s.Set("velocity", v)
	c1 := s.Scalar("lamb_momentum", func(c Clock) float64 { return 1 / (1 - pow(*o.Beta1, c.Step)) })
	c2 := s.Scalar("lamb_velocity", func(c Clock) float64 { return 1 / (1 - pow(*o.Beta2, c.Step)) })
	u := ops.Divide(ops.Multiply(m, c1), ops.Shift(ops.Sqrt(ops.Multiply(v, c2)), o.Epsilon))
	return ops.Subtract(s.W, ops.Multiply(u, ops.Multiply(trust(s.W, u), s.Rate)))
}

// trust returns ‖w‖/‖u‖, or 1 if either is 0.
func trust(w, u *graph.Node) *graph.Node {
	a, b := ops.Norm(w), ops.Norm(u)
	one, zero := ops.OnesLike(a), ops.ZerosLike(a)
	both := ops.LogicalAnd(ops.Greater(a, zero), ops.Greater(b, zero))
	return ops.Where(both, ops.Divide(a, ops.Where(both, b, one)), one)
}
