package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Adagrad divides each gradient by the square root of the sum of its past squares, so that rare
// features learn faster (Duchi et al. 2011): a += g², w -= rate·g/√(a + Epsilon). a is initialized
// to InitialAccumulatorValue.
type Adagrad struct {
	Options `default:"name=adagrad"`

	LearningRate            float64  `keras:"learning_rate" default:"0.001"`                           // 0: 0.001
	Schedule                Schedule `keras:"learning_rate"`                                           // overrides LearningRate; nil: none
	InitialAccumulatorValue *float64 `keras:"initial_accumulator_value" default:"0.1" range:"[0,inf)"` // nil: 0.1
	Epsilon                 float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"`                 // 0: 1e-7
}

// Adadelta uses the ratio of running means of past steps and gradients (Zeiler 2012):
// a = Rho·a + (1-Rho)·g², step = g·√(d + Epsilon)/√(a + Epsilon), d = Rho·d + (1-Rho)·step²,
// w -= rate·step. The rate is 1 in the paper and 0.001 by default in Keras.
type Adadelta struct {
	Options `default:"name=adadelta"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Rho          *float64 `keras:"rho" default:"0.95" range:"[0,1)"`        // nil: 0.95
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"` // 0: 1e-7
}

func init() {
	family.Register("Adagrad", func() Optimizer { return &Adagrad{} })
	family.Register("Adadelta", func() Optimizer { return &Adadelta{} })
}

// Rate returns the learning rate.
func (o *Adagrad) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Rate returns the learning rate.
func (o *Adadelta) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Adagrad) Update(s *Step, g *graph.Node) *graph.Node {
	a := ops.Add(s.Slot("accumulator", *o.InitialAccumulatorValue), ops.Square(g))
	s.Set("accumulator", a)
	return ops.Subtract(s.W, ops.Divide(ops.Multiply(g, s.Rate), ops.Sqrt(ops.Shift(a, o.Epsilon))))
}

// Update returns the weight after one step.
func (o *Adadelta) Update(s *Step, g *graph.Node) *graph.Node {
	rms := func(x *graph.Node) *graph.Node { return ops.Sqrt(ops.Shift(x, o.Epsilon)) }
	a := blend(s.Slot("accumulated_grad", 0), ops.Square(g), *o.Rho)
	d := s.Slot("accumulated_delta_var", 0)
	step := ops.Divide(ops.Multiply(rms(d), g), rms(a))
	s.Set("accumulated_grad", a)
	s.Set("accumulated_delta_var", blend(d, ops.Square(step), *o.Rho))
	return ops.Subtract(s.W, ops.Multiply(step, s.Rate))
}
