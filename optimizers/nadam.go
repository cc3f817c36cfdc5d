package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Nadam is [Adam] with Nesterov momentum (Dozat 2016). With μₜ = Beta1·(1 - 0.96ᵗ/2) and Πₜ the
// product of μ₁ to μₜ:
//
//	w -= rate·m̂/(√v̂ + Epsilon), m̂ = μₜ₊₁·m/(1-Πₜ₊₁) + (1-μₜ)·g/(1-Πₜ), v̂ = v/(1-Beta2ᵗ)
type Nadam struct {
	Options `default:"name=nadam"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"[0,1)"`      // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.999" range:"[0,1)"`    // nil: 0.999
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"` // 0: 1e-7
}

func init() { family.Register("Nadam", func() Optimizer { return &Nadam{} }) }

// Rate returns the learning rate.
func (o *Nadam) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Nadam) Update(s *Step, g *graph.Node) *graph.Node {
	p := &momenta{beta: *o.Beta1, product: 1}
	s.Shared("variable", 1, func(c Clock) float64 { return p.upTo(c.Step) })
	ahead := s.Scalar("nadam_ahead", func(c Clock) float64 {
		next := p.at(c.Step + 1)
		return next / (1 - p.upTo(c.Step)*next)
	})
	here := s.Scalar("nadam_here", func(c Clock) float64 { return (1 - p.at(c.Step)) / (1 - p.upTo(c.Step)) })
	correction := s.Scalar("nadam_velocity", func(c Clock) float64 { return 1 / (1 - pow(*o.Beta2, c.Step)) })
	m := follow(s.Slot("momentum", 0), g, *o.Beta1)
	v := follow(s.Slot("velocity", 0), ops.Square(g), *o.Beta2)
	s.Set("momentum", m)
	s.Set("velocity", v)
	mHat := ops.Add(ops.Multiply(m, ahead), ops.Multiply(g, here))
	root := ops.Sqrt(ops.Multiply(v, correction))
	return ops.Subtract(s.W, ops.Divide(ops.Multiply(mHat, s.Rate), ops.Shift(root, o.Epsilon)))
}

// momenta computes the sequence μ₁, μ₂, … and its running product, cached from step to step.
type momenta struct {
	beta    float64
	step    int64
	product float64 // of μ₁ to μ_step
}

func (p *momenta) at(t int64) float64 { return p.beta * (1 - 0.5*pow(0.96, t)) }

func (p *momenta) upTo(t int64) float64 {
	if t < p.step {
		p.step, p.product = 0, 1
	}
	for p.step < t && p.product != 0 {
		p.step++
		p.product *= p.at(p.step)
	}
	return p.product
}
