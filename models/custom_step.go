package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// A Step is a custom computation over models: any graph of their calls, gradients of any order and
// updates of any weights, compiled once for each set of input types.
//
//	step := &models.Step{Models: []*models.Model{m}, Training: true, Optimizer: &optimizers.Adam{},
//		Build: func(t *models.Trace, in []*graph.Node) []*graph.Node {
//			pred := m.Call(t.Scope, in[0])
//			loss := ops.Mean(ops.Square(ops.Subtract(pred, in[1])))
//			t.Minimize(loss)
//			return []*graph.Node{loss}
//		}}
//	out, err := step.Run(ctx, x, y)
//
// Build must not retain the nodes. A Step must be used by one goroutine at a time.
type Step struct {
	// Models are the models whose weights the step reads or updates.
	Models []*Model
	// Build builds the graph of the step for inputs in and returns its outputs.
	Build func(t *Trace, in []*graph.Node) []*graph.Node
	// Training is the mode in which layers are called.
	Training bool
	// Optimizer is used by [Trace.Minimize]; nil if the step does not call it.
	Optimizer optimizers.Optimizer
	// Device, Seed, Policy and Remat are as in [Compile].
	Device string
	Seed   uint64
	Policy layers.Policy
	Remat  layers.Remat

	dev      *runtime.Device
	order    []*Model // the models, each once, in locking order
	values   *runtime.Lock
	state    *optimizers.State
	programs runtime.Cache[*entry]
	run      uint64
}

// A Trace is a Step being traced.
type Trace struct {
	*layers.Scope
	step    *Step
	scalars *optimizers.Trace
}

// Minimize adds one step of the Optimizer that reduces the scalar loss. It updates vars or, if
// none are given, the trainable variables of the layers called so far.
func (t *Trace) Minimize(loss *graph.Node, vars ...*graph.Variable) {
	if t.step.state != nil {
		loss = t.step.state.ScaleLoss(loss)
	}
	t.Apply(t.Gradient(loss, vars...))
}

// Apply adds one step of the Optimizer that updates vars with the given gradients.
func (t *Trace) Apply(vars []*graph.Variable, grads []*graph.Node) {
	if t.step.Optimizer == nil {
		graph.Errorf("the step has no Optimizer")
	}
	if t.scalars != nil {
		graph.Errorf("the optimizer is applied twice in one step; take a Step for each")
	}
	if len(vars) == 0 {
		graph.Errorf("nothing to train: no layer with weights was called, or all are frozen")
	}
	t.scalars = t.step.state.Apply(t.Graph(), vars, grads, func(v *graph.Variable) func(*graph.Node) *graph.Node {
		if c := t.ConstraintOf(v); c != nil {
			return c.Apply
		}
		return nil
	})
}

// Run runs the step once and returns its outputs.
func (s *Step) Run(ctx context.Context, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	e, err := s.entry(in)
	if err != nil {
		return nil, fmt.Errorf("models: step: %w", err)
	}
	for _, m := range s.order {
		m.mu.Lock()
		defer m.mu.Unlock()
	}
	e.in = append(e.in[:0], in...)
	if e.trace != nil {
		e.fillScalars()
	}
	s.run++
	out, err := e.Run(ctx, mix(s.Seed)+s.run, e.in...)
	if err != nil {
		return nil, fmt.Errorf("models: step: %w", err)
	}
	if e.trace != nil {
		if err := s.state.Done(runtime.Value); err != nil {
			return nil, fmt.Errorf("models: step: %w", err)
		}
	}
	return out, nil
}

// entry returns the program for these inputs.
func (s *Step) entry(in []*tensor.Tensor) (*entry, error) {
	for i, t := range in {
		if t == nil || t.Err() != nil {
			return nil, fmt.Errorf("input %d: %v", i, errOf(t))
		}
	}
	if e, found := s.programs.Find(func(e *entry) bool { return sameTypes(e.x, in) }); found {
		return e, nil
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	e := &entry{x: typesOf(in)}
	t := &Trace{step: s}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		t.Scope = layers.NewScope(g)
		t.Scope.Training = s.Training
		t.Scope.Policy, t.Scope.Seed, t.Scope.Remat = s.Policy, s.Seed, s.Remat
		return s.Build(t, inputsOf(g, e.x))
	})
	if err != nil {
		return nil, err
	}
	if err := s.Remat.Check(t.Layers()); err != nil {
		return nil, err
	}
	if e.Program, err = runtime.Compile(s.dev, g, s.values); err != nil {
		return nil, err
	}
	if t.scalars != nil {
		e.trace, e.scalars = t.scalars, make([]float32, len(t.scalars.Inputs))
	}
	return e, s.programs.Add(e)
}

func errOf(t *tensor.Tensor) error {
	if t == nil {
		return fmt.Errorf("nil")
	}
	return t.Err()
}

// prepare opens the device and creates the optimizer's state and the models' weights.
func (s *Step) prepare() (err error) {
	if s.dev != nil {
		return nil
	}
	if s.Build == nil {
		return fmt.Errorf("Build is missing")
	}
	name := s.Device
	if name == "" {
		name = DefaultDevice
	}
	if s.Optimizer != nil {
		if s.state, err = optimizers.NewState(s.Optimizer); err != nil {
			return err
		}
	}
	for _, m := range s.Models {
		m.mu.Lock()
		err := m.build(s.Policy, s.Seed)
		m.mu.Unlock()
		if err != nil {
			return fmt.Errorf("%s: %w", m.title(), err)
		}
	}
	s.order = slices.Clone(s.Models)
	slices.SortFunc(s.order, func(a, b *Model) int { return a.values.Compare(b.values) })
	s.order, s.values = slices.Compact(s.order), &runtime.Lock{}
	s.dev, err = runtime.Open(name)
	return err
}

// Close releases what the step holds on its device: compiled programs and the optimizer's state.
// The weights stay where they are, since they belong to the models. A later Run starts with a
// fresh optimizer. A step that becomes unreachable without Close is closed by the garbage
// collector.
func (s *Step) Close() error {
	err := s.programs.Close()
	if s.state != nil {
		err = errors.Join(err, runtime.Discard(s.state.Variables()...))
	}
	s.dev, s.state = nil, nil
	if err != nil {
		return fmt.Errorf("models: step: close: %w", err)
	}
	return nil
}
