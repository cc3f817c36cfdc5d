package optimizers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// MultiOptimizer trains different weights with different optimizers, as in Keras:
//
//	&optimizers.MultiOptimizer{Map: optimizers.OptimizerMap{
//		Default:    &optimizers.AdamW{},
//		Optimizers: []optimizers.Mapped{{Path: "encoder/.*", Optimizer: &optimizers.SGD{LearningRate: 1e-4}}},
//	}}
//
// Each optimizer clips, averages and decays its own weights. There is no common learning rate:
// it can be neither read nor set, but schedules work. A pointer that occurs several times is
// one optimizer with one state.
type MultiOptimizer struct {
	Name            string       `keras:"name" default:"multi_optimizer"`
	Map             OptimizerMap `keras:"optimizer_map"`
	LossScaleFactor float64      `keras:"loss_scale_factor" default:"null"` // replaces that of the optimizers; 0: 1

	// Choose, if not nil, replaces Map. It receives the weight's path. It cannot be saved.
	Choose func(path string) Optimizer

	shared Options
}

func init() {
	family.Register("MultiOptimizer", func() Optimizer { return &MultiOptimizer{} }, "multioptimizer")
}

// Rate returns 0: each optimizer has its own rate.
func (o *MultiOptimizer) Rate() (float64, Schedule) { return 0, nil }

// Update is never called: Update of the optimizers is.
func (o *MultiOptimizer) Update(s *Step, _ *graph.Node) *graph.Node {
	graph.Errorf("MultiOptimizer has no update rule; use the optimizer of %q", s.Path())
	return nil
}

func (o *MultiOptimizer) options() *Options {
	o.shared.LossScaleFactor = o.LossScaleFactor
	return &o.shared
}

// Check returns an error if the map or an optimizer in it is invalid.
func (o *MultiOptimizer) Check() error {
	if !(o.LossScaleFactor >= 0) {
		return fmt.Errorf("MultiOptimizer: LossScaleFactor is %v; want a number above 0, or 0 for none", o.LossScaleFactor)
	}
	if o.Choose != nil {
		if o.Map.Default != nil || o.Map.Optimizers != nil {
			return fmt.Errorf("MultiOptimizer: both Map and Choose are set")
		}
		return nil
	}
	if err := o.Map.Check(); err != nil {
		return fmt.Errorf("MultiOptimizer: %w", err)
	}
	return nil
}

// part returns the optimizer for the weight at path in the model with the given name.
func (o *MultiOptimizer) part(model, path string) (Optimizer, error) {
	if o.Choose == nil && model == "" {
		return o.Map.For(path)
	}
	if o.Choose == nil {
		return o.Map.For(path, model+"/"+path)
	}
	p := o.Choose(path)
	if p == nil {
		return nil, fmt.Errorf("Choose gives no optimizer for the weight %q", path)
	}
	return p, checkPart(p)
}

// A parting is the work of a MultiOptimizer: the state of each optimizer and its assignment to
// weights.
type parting struct {
	multi      *MultiOptimizer
	optimizers []Optimizer // as given
	states     []*State
	of         map[*graph.Variable]int
}

func newParting(o *MultiOptimizer) (*parting, error) {
	p := &parting{multi: o, of: map[*graph.Variable]int{}}
	if o.Choose != nil {
		return p, nil
	}
	for _, r := range o.Map.Optimizers {
		if _, err := p.add(r.Optimizer); err != nil {
			return nil, err
		}
	}
	_, err := p.add(o.Map.Default)
	return p, err
}

// add returns the index of o in the optimizers, appending it if it is new.
func (p *parting) add(o Optimizer) (int, error) {
	if i := slices.Index(p.optimizers, o); i >= 0 {
		return i, nil
	}
	s, err := NewState(o)
	if err != nil {
		return 0, err
	}
	s.optimizer.options().LossScaleFactor = 0 // that of the MultiOptimizer is used
	s.prefix = fmt.Sprintf("optimizer_%d/", len(p.states))
	p.optimizers, p.states = append(p.optimizers, o), append(p.states, s)
	return len(p.states) - 1, nil
}

// apply makes each optimizer stage its step on its weights. Their scalars belong to t.
func (p *parting) apply(t *Trace, vars []*graph.Variable, grads []*graph.Node, constraint func(*graph.Variable) func(*graph.Node) *graph.Node) {
	for _, v := range vars {
		if _, known := p.of[v]; known {
			continue
		}
		o, err := p.multi.part(t.state.Model, v.Path)
		if err == nil {
			p.of[v], err = p.add(o)
		}
		if err != nil {
			graph.Errorf("optimizers: MultiOptimizer: %v", err)
		}
	}
	for i, s := range p.states {
		var own []*graph.Variable
		var by []*graph.Node
		for k, v := range vars {
			if p.of[v] == i {
				own, by = append(own, v), append(by, grads[k])
			}
		}
		if len(own) > 0 {
			part := &Trace{g: t.g, state: s, finite: t.finite}
			part.apply(own, by, constraint)
			t.parts = append(t.parts, part)
			t.Inputs = append(t.Inputs, part.Inputs...)
		}
	}
}

// fill is [Trace.Fill] for the scalars of the optimizers, at the step of the MultiOptimizer.
func (t *Trace) fill(dst []float32) {
	for _, p := range t.parts {
		p.state.Iterations = t.state.Iterations
		p.Fill(dst[:len(p.Inputs)])
		dst = dst[len(p.Inputs):]
	}
}
