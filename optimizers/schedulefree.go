package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// ScheduleFreeAdamW needs no learning-rate schedule. Its weights are a blend of the fast sequence
// z, updated by Adam's steps, and the mean x of all z so far (Defazio et al. 2024):
//
//	z -= rate·g/(√v̂ + Epsilon)    x += (z-x)/t    w = (1-Beta1)·z + Beta1·x
//
// Over the first WarmupSteps the rate rises to its full value. The slot called momentum is z.
type ScheduleFreeAdamW struct {
	Options `default:"name=schedule_free_adam_w"`

	LearningRate float64  `keras:"learning_rate" default:"0.0025"`          // 0: 0.0025
	Schedule     Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	Beta1        *float64 `keras:"beta_1" default:"0.9" range:"(0,1)"`      // nil: 0.9
	Beta2        *float64 `keras:"beta_2" default:"0.999" range:"[0,1)"`    // nil: 0.999
	Epsilon      float64  `keras:"epsilon" default:"1e-08" range:"(0,inf)"` // 0: 1e-8
	WarmupSteps  int      `keras:"warmup_steps" range:"[0,inf)"`
}

func init() {
	family.Register("ScheduleFreeAdamW", func() Optimizer { return &ScheduleFreeAdamW{} }, "schedulefreeadamw")
}

// Rate returns the learning rate.
func (o *ScheduleFreeAdamW) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *ScheduleFreeAdamW) Update(s *Step, g *graph.Node) *graph.Node {
	first := s.Scalar("schedule_free_first", func(c Clock) float64 {
		if c.Step == 1 {
			return 1
		}
		return 0
	})
	rate := s.Scalar("schedule_free_rate", func(c Clock) float64 {
		if c.Step < int64(o.WarmupSteps) {
			return c.Rate * float64(c.Step) / float64(o.WarmupSteps)
		}
		return c.Rate
	})
	correction := s.Scalar("schedule_free_velocity", func(c Clock) float64 { return 1 / (1 - pow(*o.Beta2, c.Step)) })
	share := s.Scalar("schedule_free_share", func(c Clock) float64 { return 1 / float64(c.Step) })

	// z is initialized to the weight.
	old := ops.Where(ops.NotEqual(first, ops.ZerosLike(first)), s.Before(), s.Slot("momentum", 0))
	v := follow(s.Slot("velocity", 0), ops.Square(g), *o.Beta2)
	s.Set("velocity", v)
	root := ops.Shift(ops.Sqrt(ops.Multiply(v, correction)), o.Epsilon)
	z := ops.Subtract(old, ops.Divide(ops.Multiply(g, rate), root))
	s.Set("momentum", z)
	x := ops.Scale(ops.Subtract(s.W, ops.Scale(old, 1-*o.Beta1)), 1 / *o.Beta1)
	x = ops.Add(ops.Multiply(x, ops.Subtract(ops.OnesLike(share), share)), ops.Multiply(z, share))
	return ops.Add(ops.Scale(z, 1-*o.Beta1), ops.Scale(x, *o.Beta1))
}
