package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// LossScaleOptimizer prevents the gradients of a float16 model from underflowing: the loss is
// multiplied by a scale, and the gradients are divided by it before Inner uses them. If the
// gradients are not finite, the step changes no weight, does not count as an iteration, and
// halves the scale. After GrowthSteps consecutive finite steps, 2000 if zero, the scale doubles.
// It starts at InitialScale, 32768 if zero (Micikevicius et al. 2018).
type LossScaleOptimizer struct {
	Name         string    `keras:"name" default:"loss_scale_optimizer"`
	Inner        Optimizer `keras:"inner_optimizer,required"`
	InitialScale float64   `keras:"initial_scale" default:"32768" range:"(0,inf)"`
	GrowthSteps  int       `keras:"dynamic_growth_steps" default:"2000" range:"[1,inf)"`
}

func init() {
	family.Register("LossScaleOptimizer", func() Optimizer { return &LossScaleOptimizer{} }, "lossscaleoptimizer")
}

// Rate returns the learning rate of the inner optimizer.
func (o *LossScaleOptimizer) Rate() (float64, Schedule) { return o.Inner.Rate() }

// Update calls Update of the inner optimizer.
func (o *LossScaleOptimizer) Update(s *Step, g *graph.Node) *graph.Node { return o.Inner.Update(s, g) }

func (o *LossScaleOptimizer) options() *Options { return o.Inner.options() }

// ScaleLoss returns the loss to differentiate for [State.Apply]: multiplied by the
// LossScaleFactor, or by the scale of a LossScaleOptimizer.
func (s *State) ScaleLoss(loss *graph.Node) *graph.Node {
	if s.scaling != nil {
		scale, _ := s.scale()
		return ops.Multiply(loss, ops.Cast(loss.Graph().Read(scale), loss.DType))
	}
	if f := s.optimizer.options().LossScaleFactor; f != 0 {
		return ops.Scale(loss, f)
	}
	return loss
}

// Done counts a step whose graph has run, unless a [LossScaleOptimizer] skipped it, which Done
// finds out by calling read on a variable. For other optimizers read is not called.
func (s *State) Done(read func(*graph.Variable) (*tensor.Tensor, error)) error {
	if s.taken != nil {
		t, err := read(s.taken)
		if err != nil {
			return err
		}
		if taken, _ := tensor.Data[bool](t); !taken[0] {
			return nil
		}
	}
	s.Iterations++
	return nil
}

// scale returns the variables for the loss scale and for the number of finite steps since it changed.
func (s *State) scale() (scale, counter *graph.Variable) {
	t := graph.Type{DType: graph.Float32}
	s.shared["dynamic_scale"], s.shared["step_counter"] = true, true
	return s.variable(nil, "dynamic_scale", t, s.scaling.InitialScale), s.variable(nil, "step_counter", t, 0)
}

// unscale divides the gradients by the loss scale and updates the scale if it is dynamic.
func (s *State) unscale(t *Trace, grads []*graph.Node) {
	if s.scaling == nil {
		if f := s.optimizer.options().LossScaleFactor; f != 0 {
			for i, g := range grads {
				if g != nil {
					grads[i] = ops.Scale(g, 1/f)
				}
			}
		}
		return
	}
	scale, counter := s.scale()
	now := t.g.Read(scale)
	finite := ops.Equal(now, now)
	for i, g := range grads {
		if g != nil {
			finite = ops.LogicalAnd(finite, ops.All(ops.IsFinite(g)))
			grads[i] = ops.Divide(g, ops.Cast(now, g.DType))
		}
	}
	t.finite = finite
	if s.taken == nil {
		s.taken = &graph.Variable{Path: "loss_scale_optimizer/taken", Type: graph.Type{DType: graph.Bool}}
	}
	t.g.Assign(s.taken, finite)
	steps := ops.Shift(t.g.Read(counter), 1)
	grow := ops.GreaterEqual(steps, ops.Scalar(steps, float64(s.scaling.GrowthSteps)))
	t.g.Assign(scale, ops.Where(finite, ops.Where(grow, ops.Scale(now, 2), now), ops.Scale(now, 0.5)))
	t.g.Assign(counter, ops.Where(ops.LogicalAnd(finite, ops.LogicalNot(grow)), steps, ops.ZerosLike(steps)))
}
