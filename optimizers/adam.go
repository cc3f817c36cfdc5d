package optimizers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
)

// Adam scales each step by running means of the gradient and its square (Kingma & Ba 2015,
// algorithm 1, in the form of section 2). With t the step number:
//
//	m += (g-m)·(1-Beta1)    v += (g²-v)·(1-Beta2)
//	w -= rate·√(1-Beta2ᵗ)/(1-Beta1ᵗ)·m/(√v + Epsilon)
type Adam struct {
	Options `default:"name=adam"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"[0,1)"`      // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.999" range:"[0,1)"`    // nil: 0.999
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"` // 0: 1e-7
	AMSGrad      bool     `keras:"amsgrad"`                                 // divide by the largest v so far (Reddi et al. 2018)
}

// AdamW is [Adam] with a default WeightDecay of 0.004 (Loshchilov & Hutter 2019).
type AdamW struct {
	Options `default:"name=adam_w,weight_decay=0.004"`

	LearningRate float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"[0,1)"`      // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.999" range:"[0,1)"`    // nil: 0.999
	Epsilon      float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"` // 0: 1e-7
	AMSGrad      bool     `keras:"amsgrad"`                                 // divide by the largest v so far
}

func init() {
	family.Register("Adam", func() Optimizer { return &Adam{} })
	family.Register("AdamW", func() Optimizer { return &AdamW{} }, "adamw")
}

// Rate returns the learning rate.
func (o *Adam) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Rate returns the learning rate.
func (o *AdamW) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Adam) Update(s *Step, g *graph.Node) *graph.Node {
	return adam(s, g, *o.Beta1, *o.Beta2, o.Epsilon, 1, o.AMSGrad)
}

// Update returns the weight after one step.
func (o *AdamW) Update(s *Step, g *graph.Node) *graph.Node {
	return adam(s, g, *o.Beta1, *o.Beta2, o.Epsilon, 1, o.AMSGrad)
}

func (o *Adam) later() []string  { return []string{"velocity_hat"} }
func (o *AdamW) later() []string { return []string{"velocity_hat"} }

// adam computes a step of Adam with the learning rate multiplied by ratio.
func adam(s *Step, g *graph.Node, beta1, beta2, epsilon, ratio float64, amsgrad bool) *graph.Node {
	alpha := s.Scalar("adam_rate", func(c Clock) float64 {
		return ratio * c.Rate * math.Sqrt(1-pow(beta2, c.Step)) / (1 - pow(beta1, c.Step))
	})
	if !amsgrad {
		n := graph.Apply(fused.Adam{Beta1: beta1, Beta2: beta2, Epsilon: epsilon}, s.W, g, s.Slot("momentum", 0), s.Slot("velocity", 0), alpha)
		s.Set("momentum", graph.ResultOf(n, 1))
		s.Set("velocity", graph.ResultOf(n, 2))
		return graph.ResultOf(n, 0)
	}
	m := follow(s.Slot("momentum", 0), g, beta1)
	v := follow(s.Slot("velocity", 0), ops.Square(g), beta2)
	s.Set("momentum", m)
	s.Set("velocity", v)
	largest := ops.Maximum(s.Slot("velocity_hat", 0), v)
	s.Set("velocity_hat", largest)
	return ops.Subtract(s.W, ops.Divide(ops.Multiply(m, alpha), ops.Shift(ops.Sqrt(largest), epsilon)))
}

// follow updates the running mean m with x: m + (x-m)·(1-beta).
func follow(m, x *graph.Node, beta float64) *graph.Node {
	return ops.Add(m, ops.Scale(ops.Subtract(x, m), 1-beta))
}
