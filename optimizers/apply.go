package optimizers

import (
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Apply stages one step on vars for their gradients, in the order of Keras: unscale,
// accumulate, clip, decay, update, average, constrain. A nil gradient leaves its weight
// unchanged. constraint returns the function to apply to a weight after the update, or nil.
// The caller must call Done after each run of the graph.
func (s *State) Apply(g *graph.Graph, vars []*graph.Variable, grads []*graph.Node, constraint func(*graph.Variable) func(*graph.Node) *graph.Node) *Trace {
	t := &Trace{g: g, state: s}
	if s.weights == nil {
		s.weights = vars
	}
	grads = slices.Clone(grads)
	s.unscale(t, grads)
	if s.parting != nil {
		s.parting.apply(t, vars, grads, constraint)
	} else {
		t.apply(vars, grads, constraint)
	}
	return t
}

// apply stages the step after the gradients have been unscaled.
func (t *Trace) apply(vars []*graph.Variable, grads []*graph.Node, constraint func(*graph.Variable) func(*graph.Node) *graph.Node) {
	s, g := t.state, t.g
	s.build(vars)
	s.accumulate(t, vars, grads)
	s.clip(grads)
	rate := t.scalar("learning_rate", func(c Clock) float64 { return c.Rate })
	for i, v := range vars {
		w := g.Read(v)
		if grads[i] != nil {
			r := ops.Cast(rate, w.DType)
			step := &Step{W: s.decay(v, w, r), Rate: r, state: s, variable: v, trace: t}
			w = choose(t.update, s.optimizer.Update(step, ops.Cast(grads[i], w.DType)), w)
		}
		w = s.average(t, v, w)
		if constraint != nil {
			if f := constraint(v); f != nil {
				w = f(w)
			}
		}
		t.set(v, w, t.finite)
	}
}

// build creates the part of the state that precedes the optimizer's own variables in Keras.
func (s *State) build(vars []*graph.Variable) {
	if s.built {
		return
	}
	s.built, s.weights = true, vars
	o := s.optimizer.options()
	if o.UseEMA {
		for _, v := range vars {
			s.averages[v] = s.variable(v, "average", v.Type, 0)
		}
	}
	if o.AccumulationSteps > 0 {
		for _, v := range vars {
			s.variable(v, "gradient_accumulator", v.Type, 0)
		}
	}
}

// accumulate sums the gradients and averages them; the weights are updated every n steps.
func (s *State) accumulate(t *Trace, vars []*graph.Variable, grads []*graph.Node) {
	steps := int64(s.optimizer.options().AccumulationSteps)
	if steps == 0 {
		t.update = t.finite
		return
	}
	now := t.scalar("update", func(Clock) float64 {
		if (s.Iterations+1)%steps == 0 {
			return 1
		}
		return 0
	})
	due := ops.NotEqual(now, ops.Scalar(now, 0))
	t.update = due
	if t.finite != nil {
		t.update = ops.LogicalAnd(due, t.finite)
	}
	for i, v := range vars {
		if grads[i] == nil {
			continue
		}
		acc := s.slots[slotKey{v, "gradient_accumulator"}]
		sum := ops.Add(t.g.Read(acc), ops.Cast(grads[i], v.Type.DType))
		t.set(acc, ops.Where(due, ops.ZerosLike(sum), sum), t.finite)
		grads[i] = ops.Scale(sum, 1/float64(steps))
	}
}

// decay subtracts WeightDecay·rate times the weight from it.
func (s *State) decay(v *graph.Variable, w, rate *graph.Node) *graph.Node {
	d := s.optimizer.options().WeightDecay
	if o, ok := s.optimizer.(interface {
		decayOf(*graph.Variable) *float64
	}); ok {
		d = o.decayOf(v)
	}
	if d == nil || *d == 0 {
		return w
	}
	name := v.Path[strings.LastIndexByte(v.Path, '/')+1:]
	for _, re := range s.exclude {
		if re.MatchString(v.Path) || re.MatchString(name) {
			return w
		}
	}
	return ops.Subtract(w, ops.Multiply(ops.Scale(w, *d), rate))
}

// average updates the moving average of a weight at every step. It returns the weight, or the
// average where it is due to overwrite the weight. Until the first update the average is a copy
// of the weight.
func (s *State) average(t *Trace, v *graph.Variable, w *graph.Node) *graph.Node {
	o := s.optimizer.options()
	if !o.UseEMA {
		return w
	}
	m := *o.EMAMomentum
	k := ops.Cast(t.scalar("ema_momentum", func(c Clock) float64 {
		if c.Step == 1 {
			return 0
		}
		return m
	}), w.DType)
	avg := ops.Add(ops.Multiply(t.g.Read(s.averages[v]), k), ops.Multiply(w, ops.Subtract(ops.Scalar(k, 1), k)))
	t.set(s.averages[v], avg, t.finite)
	if f := int64(o.EMAOverwriteFrequency); f > 0 {
		now := t.scalar("ema_overwrite", func(c Clock) float64 {
			if c.Step%f == 0 {
				return 1
			}
			return 0
		})
		w = ops.Where(ops.NotEqual(now, ops.Scalar(now, 0)), avg, w)
	}
	return w
}
