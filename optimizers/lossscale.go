package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// LossScaleOptimizer keeps the gradients of a float16 model from vanishing: the loss is
// multiplied by a scale and the gradients are divided by it before Inner uses them. A step
// whose gradients are not finite changes no weight, counts as no iteration, and halves the
// scale; after GrowthSteps finite steps in a row, 2000 if zero, it doubles. It begins at
// InitialScale, 32768 if zero (Micikevicius et al. 2018).
type LossScaleOptimizer struct {
	Name         string    `keras:"name" default:"loss_scale_optimizer"`
	Inner        Optimizer `keras:"inner_optimizer,required"`
	InitialScale float64   `keras:"initial_scale" default:"32768" range:"(0,inf)"`
	GrowthSteps  int       `keras:"dynamic_growth_steps" default:"2000" range:"[1,inf)"`
}

func init() {
	family.Register("LossScaleOptimizer", func() Optimizer { return &LossScaleOptimizer{} }, "lossscaleoptimizer")
}

// Rate returns the inner optimizer's learning rate.
func (o *LossScaleOptimizer) Rate() (float64, Schedule) { return o.Inner.Rate() }

// Update is the inner optimizer's.
func (o *LossScaleOptimizer) Update(s *Step, g *graph.Node) *graph.Node { return o.Inner.Update(s, g) }

func (o *LossScaleOptimizer) options() *Options { return o.Inner.options() }

// ScaleLoss returns the loss whose gradients [State.Apply] is to be given: multiplied by the
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

// Done counts a step whose graph has run, unless a [LossScaleOptimizer] left it out: what it
// did, read finds in the value of a variable. Others read nothing.
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

// scale returns the variables of the loss scale and of the finite steps since it changed.
func (s *State) scale() (scale, counter *graph.Variable) {
	t := graph.Type{DType: graph.Float32}
	s.shared["dynamic_scale"], s.shared["step_counter"] = true, true
	return s.variable(nil, "dynamic_scale", t, s.scaling.InitialScale), s.variable(nil, "step_counter", t, 0)
}

// unscale divides the gradients by the scale of the loss and, if that is dynamic, sets it.
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
