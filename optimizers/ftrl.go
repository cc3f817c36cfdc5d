package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Ftrl is the follow-the-regularized-leader optimizer, for sparse linear models with exact zeros
// (McMahan et al. 2013, in the form of Keras). LearningRatePower controls how the rate decreases
// with the sum of squared gradients, which is initialized to InitialAccumulatorValue.
type Ftrl struct {
	Options `default:"name=ftrl"`

	LearningRate            float64  `keras:"learning_rate" default:"0.001"`                           // 0: 0.001
	Schedule                Schedule `keras:"learning_rate"`                                           // overrides LearningRate; nil: none
	LearningRatePower       *float64 `keras:"learning_rate_power" default:"-0.5" range:"(-inf,0]"`     // nil: -0.5
	InitialAccumulatorValue *float64 `keras:"initial_accumulator_value" default:"0.1" range:"[0,inf)"` // nil: 0.1
	L1                      float64  `keras:"l1_regularization_strength" range:"[0,inf)"`
	L2                      float64  `keras:"l2_regularization_strength" range:"[0,inf)"`
	L2Shrinkage             float64  `keras:"l2_shrinkage_regularization_strength" range:"[0,inf)"`
	Beta                    float64  `keras:"beta" range:"[0,inf)"`
}

func init() { family.Register("Ftrl", func() Optimizer { return &Ftrl{} }) }

// Rate returns the learning rate.
func (o *Ftrl) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Ftrl) Update(s *Step, g *graph.Node) *graph.Node {
	a, z := s.Slot("accumulator", *o.InitialAccumulatorValue), s.Slot("linear", 0)
	next := ops.Add(a, ops.Square(g))
	power := func(x *graph.Node) *graph.Node {
		if *o.LearningRatePower == -.5 {
			return ops.Sqrt(x)
		}
		return ops.Power(x, ops.Scalar(x, -*o.LearningRatePower))
	}
	sigma := ops.Divide(ops.Subtract(power(next), power(a)), s.Rate)
	shrunk := ops.Add(g, ops.Scale(s.W, 2*o.L2Shrinkage))
	z = ops.Add(z, ops.Subtract(shrunk, ops.Multiply(sigma, s.W)))
	s.Set("accumulator", next)
	s.Set("linear", z)
	l2 := s.Scalar("ftrl_l2", func(c Clock) float64 { return 2 * (o.L2 + o.Beta/(2*c.Rate)) })
	quadratic := ops.Add(ops.Divide(power(next), s.Rate), l2)
	return ops.Divide(ops.Subtract(ops.Clip(z, -o.L1, o.L1), z), quadratic)
}
