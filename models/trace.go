package models

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
)

// traceStep traces one step: forward pass, losses, metrics and, if learning, gradients and update.
// Its inputs are x, y, weights and the optimizer's scalars; its output is the loss.
func (c *compiled) traceStep(md mode, state *optimizers.State, x, y, w []graph.Type) (*graph.Graph, *optimizers.Trace, error) {
	var scalars *optimizers.Trace
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := c.m.scope(g, md == learning, c.cfg.Policy, c.cfg.Seed, c.frozen)
		s.Remat = c.cfg.Remat
		pred := c.m.CallAll(s, c.m.inputsOf(g, x))
		if md == predicting {
			return pred
		}
		meters := c.test
		if md == learning {
			meters = c.train
		}
		t := &stepTrace{c: c, s: s, meters: meters.tracing(g), y: inputsOf(g, y), w: inputsOf(g, w)}
		loss := t.losses(pred)
		if md == learning && !c.hasLoss() && len(s.Losses()) == 0 {
			graph.Errorf("there is nothing to minimise: Compile was given no Loss, and no layer adds a penalty")
		}
		if md == learning {
			vars, grads := s.Gradient(state.ScaleLoss(loss))
			if len(vars) == 0 {
				graph.Errorf("nothing to train: every layer is frozen or has no weights")
			}
			scalars = state.Apply(g, vars, grads, func(v *graph.Variable) func(*graph.Node) *graph.Node {
				if con := s.ConstraintOf(v); con != nil {
					return con.Apply
				}
				return nil
			})
		}
		return []*graph.Node{loss}
	})
	return g, scalars, err
}

func inputsOf(g *graph.Graph, types []graph.Type) []*graph.Node {
	in := make([]*graph.Node, len(types))
	for i, t := range types {
		in[i] = g.Input(t.DType, t.Shape...)
	}
	return in
}

// inputsOf adds the device inputs in the types of the data, and casts them to the model's types.
func (m *Model) inputsOf(g *graph.Graph, types []graph.Type) []*graph.Node {
	in := inputsOf(g, types)
	for i, n := range in {
		in[i] = ops.Cast(n, m.host().feeds[i].spec.DType)
	}
	return in
}

// A stepTrace is a training or test step being traced.
type stepTrace struct {
	c      *compiled
	s      *layers.Scope
	meters *tracedMeters
	y, w   []*graph.Node
}

// losses returns the total loss and updates the meters of the losses and metrics.
func (t *stepTrace) losses(pred []*graph.Node) *graph.Node {
	g := t.s.Graph()
	data := g.Const(graph.Float32, 0)
	n := 1
	if len(pred[0].Shape) > 0 {
		n = pred[0].Shape[0]
	}
	for i, p := range pred {
		o := t.c.outputs[i]
		y, w := at(t.y, i), at(t.w, i)
		if len(t.w) == 1 && i > 0 {
			w = t.w[0]
		}
		if y == nil {
			if o.loss != nil || len(o.metrics)+len(o.weighted) > 0 {
				graph.Errorf("output %q has no targets: the data has none for it", o.name)
			}
			continue
		}
		if o.loss != nil {
			l := ops.Cast(losses.Compute(o.loss, y, p, w, t.s.Mask(p)), graph.Float32)
			if l.Rank() > 0 { // reduction "none"
				l = ops.Mean(l)
			}
			t.meters.mean(o.name+"_loss", l, n, len(pred) > 1)
			data = ops.Add(data, ops.Scale(l, o.weight))
		}
		t.meters.metrics(o, y, p, w, t.s.Mask(p), len(pred) > 1)
	}
	return t.withPenalties(data, n, t.s.Losses())
}

// withPenalties adds the penalties to the loss of the data. The meters report the two separately.
func (t *stepTrace) withPenalties(data *graph.Node, n int, penalties []*graph.Node) *graph.Node {
	total := data
	if len(penalties) > 0 {
		sum := penalties[0]
		for _, p := range penalties[1:] {
			sum = ops.Add(sum, p)
		}
		total = ops.Add(data, sum)
		t.meters.mean("data_loss", data, n, true)
		t.meters.mean("penalty", sum, n, true)
	}
	t.meters.mean("loss", total, n, true)
	return total
}

func at(list []*graph.Node, i int) *graph.Node {
	if i < len(list) {
		return list[i]
	}
	return nil
}
