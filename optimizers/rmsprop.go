package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// RMSprop divides the gradient by the square root of a running mean of its square (Tieleman &
// Hinton 2012): v = Rho·v + (1-Rho)·g², step = rate·g/√(v + Epsilon). Centered subtracts the
// square of the mean gradient from v (Graves 2013). With Momentum, steps accumulate:
// m = Momentum·m + step, w -= m.
type RMSprop struct {
	Options `default:"name=rm_sprop"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`   // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                   // overrides LearningRate; nil: none
	Rho          *float64 `keras:"rho" default:"0.9" range:"[0,1)"` // nil: 0.9
	Momentum     float64  `keras:"momentum" range:"[0,1]"`          // 0: none
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"`
	Centered     bool     `keras:"centered"`
}

func init() { family.Register("RMSprop", func() Optimizer { return &RMSprop{} }, "rmsprop") }

// Rate returns the learning rate.
func (o *RMSprop) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

func (o *RMSprop) later() []string { return []string{"momentum", "average_gradient"} }

// Update returns the weight after one step.
func (o *RMSprop) Update(s *Step, g *graph.Node) *graph.Node {
	v := blend(s.Slot("velocity", 0), ops.Square(g), *o.Rho)
	s.Set("velocity", v)
	if o.Centered {
		mean := blend(s.Slot("average_gradient", 0), g, *o.Rho)
		s.Set("average_gradient", mean)
		v = ops.Subtract(v, ops.Square(mean))
	}
	step := ops.Divide(ops.Multiply(g, s.Rate), ops.Sqrt(ops.Shift(v, o.Epsilon)))
	if o.Momentum > 0 {
		step = ops.Add(ops.Scale(s.Slot("momentum", 0), o.Momentum), step)
		s.Set("momentum", step)
	}
	return ops.Subtract(s.W, step)
}

// blend returns k·a + (1-k)·b.
func blend(a, b *graph.Node, k float64) *graph.Node {
	return ops.Add(ops.Scale(a, k), ops.Scale(b, 1-k))
}
