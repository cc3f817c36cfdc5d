package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Apply stages one step on vars for their gradients, in the order of Keras: unscale,
// accumulate, clip, decay, update, average, constrain. constraint returns what a weight must
// go through after the update, nil for nothing. After each run of the graph the caller adds
// one to Iterations.
func (s *State) Apply(g *graph.Graph, vars []*graph.Variable, grads []*graph.Node, constraint func(*graph.Variable) func(*graph.Node) *graph.Node) *Trace {
	t := &Trace{g: g, state: s}
	s.build(vars)
	o := s.optimizer.options()
	grads = append([]*graph.Node{}, grads...)
	if f := o.LossScaleFactor; f != 0 {
		for i := range grads {
			grads[i] = ops.Scale(grads[i], 1/f)
		}
	}
	if o.AccumulationSteps > 0 {
		s.accumulate(t, vars, grads)
	}
	s.clip(grads)
	rate := t.scalar("learning_rate", func(c Clock) float64 { return c.Rate })
	for i, v := range vars {
		w := g.Read(v)
		w = s.decay(v, w, ops.Cast(rate, w.DType))
		step := &Step{W: w, Rate: ops.Cast(rate, w.DType), state: s, variable: v, trace: t}
		w = s.optimizer.Update(step, ops.Cast(grads[i], w.DType))
		w = s.average(t, v, w)
		if constraint != nil {
			if f := constraint(v); f != nil {
				w = f(w)
			}
		}
		t.assign(v, w)
	}
	return t
}

// build makes the parts of the state that Keras keeps before the optimizer's own.
func (s *State) build(vars []*graph.Variable) {
	if s.weights != nil {
		return
	}
	s.weights = vars
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

// accumulate adds the gradients up and makes them their mean; only every so many steps update.
func (s *State) accumulate(t *Trace, vars []*graph.Variable, grads []*graph.Node) {
	steps := int64(s.optimizer.options().AccumulationSteps)
	now := t.scalar("update", func(Clock) float64 {
		if (s.Iterations+1)%steps == 0 {
			return 1
		}
		return 0
	})
	t.update = ops.NotEqual(now, ops.Scalar(now, 0))
	for i, v := range vars {
		acc := s.slots[slotKey{v, "gradient_accumulator"}]
		sum := ops.Add(t.g.Read(acc), ops.Cast(grads[i], v.Type.DType))
		t.g.Assign(acc, ops.Where(t.update, ops.ZerosLike(sum), sum))
		grads[i] = ops.Scale(sum, 1/float64(steps))
	}
}

// decay takes WeightDecay·rate of the weight away.
func (s *State) decay(v *graph.Variable, w, rate *graph.Node) *graph.Node {
	d := s.optimizer.options().WeightDecay
	if d == nil || *d == 0 {
		return w
	}
	for _, re := range s.exclude {
		if re.MatchString(v.Path) {
			return w
		}
	}
	return ops.Subtract(w, ops.Multiply(ops.Scale(w, *d), rate))
}

// average updates the moving average of a weight; the first step copies it.
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
	t.assign(s.averages[v], avg)
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
