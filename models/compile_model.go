package models

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/optimizers"
)

// An output is one output of the model with its loss and metrics.
type output struct {
	name     string
	loss     losses.Loss // nil: none
	weight   float64     // of the loss
	metrics  []metrics.Metric
	weighted []metrics.Metric
}

// compile checks cfg and builds what training needs.
func (m *Model) compile(cfg Compile) (*compiled, error) {
	if cfg.Device == "" {
		cfg.Device = DefaultDevice
	}
	if cfg.StepsPerExecution < 0 {
		return nil, fmt.Errorf("StepsPerExecution is %d; want 0, which is 1, or more", cfg.StepsPerExecution)
	}
	if cfg.MaxPrograms < 0 {
		return nil, fmt.Errorf("MaxPrograms is %d; want 0, which is as many as hold 1 GiB, or more", cfg.MaxPrograms)
	}
	cfg.Optimizer = m.scaling(cfg)
	dev, err := runtime.Open(cfg.Device)
	if err != nil {
		return nil, err
	}
	if err := m.build(cfg.Policy, cfg.Seed); err != nil {
		return nil, err
	}
	if err := cfg.Remat.Check(m.order); err != nil {
		return nil, err
	}
	c := &compiled{m: m, cfg: cfg, dev: dev, frozen: frozenNow(append([]layers.Module{m}, m.order...))}
	if c.outputs, err = m.describeOutputs(cfg); err != nil {
		return nil, err
	}
	if err := c.checkLosses(); err != nil {
		return nil, err
	}
	if old := m.compiled; old != nil && old.movesTo(cfg) {
		c.optimizer = old.optimizer
	} else if cfg.Optimizer != nil {
		if c.optimizer, err = c.newOptimizer(); err != nil {
			return nil, err
		}
	}
	c.inputChecks = m.inputChecks()
	c.programs.Max = cfg.MaxPrograms
	c.train, c.test = &meters{path: "train"}, &meters{path: "test"}
	return c, c.rehearse()
}

// scaling returns the optimizer of cfg, wrapped with loss scaling if the model computes in float16
// and keeps its weights in float32: small gradients would underflow to 0.
func (m *Model) scaling(cfg Compile) optimizers.Optimizer {
	policy := cfg.Policy
	if m.Policy != nil {
		policy = *m.Policy
	}
	_, scaled := cfg.Optimizer.(*optimizers.LossScaleOptimizer)
	mixed := policy.String() == layers.MixedFloat16.String()
	if cfg.Optimizer == nil || scaled || cfg.NoAutoScaleLoss || !mixed {
		return cfg.Optimizer
	}
	return &optimizers.LossScaleOptimizer{Inner: cfg.Optimizer}
}

// newOptimizer returns the initial state of the optimizer.
func (c *compiled) newOptimizer() (*optimizers.State, error) {
	s, err := optimizers.NewState(c.cfg.Optimizer)
	if err == nil {
		s.Model = c.m.title()
	}
	return s, err
}

// movesTo reports whether cfg continues the same training on another device. The memory of the
// optimizer's state moves when the other device first uses it.
func (c *compiled) movesTo(cfg Compile) bool {
	return c.optimizer != nil && c.cfg.Device != cfg.Device && c.cfg.Policy == cfg.Policy &&
		reflect.DeepEqual(c.cfg.Optimizer, cfg.Optimizer)
}

// describeOutputs pairs each output with its loss and metrics, and reports names of unknown
// outputs.
func (m *Model) describeOutputs(cfg Compile) ([]output, error) {
	var outs []output
	var names []string
	for i, v := range m.outputs {
		o := output{name: outputName(v, i), loss: cfg.Loss, weight: 1, metrics: cfg.Metrics, weighted: cfg.WeightedMetrics}
		if l, ok := cfg.Losses[o.name]; ok {
			o.loss = l
		} else if cfg.Losses != nil && cfg.Loss == nil {
			o.loss = nil
		}
		if w, ok := cfg.LossWeights[o.name]; ok {
			o.weight = w
		}
		if ms, ok := cfg.OutputMetrics[o.name]; ok {
			o.metrics = ms
		}
		outs, names = append(outs, o), append(names, o.name)
	}
	err := cmp.Or(named(cfg.Losses, "Losses", names), named(cfg.LossWeights, "LossWeights", names), named(cfg.OutputMetrics, "OutputMetrics", names))
	return outs, err
}

// named reports a key of m that is not the name of an output.
func named[V any](m map[string]V, what string, outputs []string) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(outputs, name) {
			return fmt.Errorf("%s: there is no output %q%s", what, name, didYouMean(name, outputs))
		}
	}
	return nil
}

// outputName returns the name of the layer that produces the output.
func outputName(v *layers.Value, i int) string {
	if c, _ := v.Call(); c.Layer != nil {
		return nameOf(c.Layer)
	}
	return fmt.Sprintf("output_%d", i)
}

// rehearse traces a training and a test step on a batch of two, so that Compile rather than the
// first Fit reports what does not fit together.
func (c *compiled) rehearse() error {
	in, y := c.exampleTypes()
	if y == nil {
		return nil // only the loss knows the shape of the targets
	}
	for _, md := range []mode{testing, learning} {
		if md == learning && c.optimizer == nil {
			continue
		}
		state := c.optimizer
		if md == learning { // do not change the real state
			var err error
			if state, err = c.newOptimizer(); err != nil {
				return err
			}
		}
		if _, _, err := c.traceStep(md, state, in, y, nil); err != nil {
			return fmt.Errorf("tried on a batch of 2: %w", err)
		}
	}
	return nil
}

// exampleTypes returns the types of a batch of two; y is nil if the shape of a target is not
// known.
func (c *compiled) exampleTypes() (x, y []graph.Type) {
	for _, n := range c.m.trace.Inputs {
		x = append(x, n.Type)
	}
	for i, o := range c.outputs {
		t := c.m.trace.Outputs[i].Type
		if o.loss == nil {
			return x, nil
		}
		t, ok := losses.TargetType(o.loss, t)
		if !ok {
			return x, nil
		}
		y = append(y, t)
	}
	return x, y
}

// compiledFor returns the result of Compile for an action. A model that is not compiled can only
// predict, on the default device.
func (m *Model) compiledFor(action string) (*compiled, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.compiled != nil {
		return m.compiled, nil
	}
	if action != "predict" && action != "predictor" {
		return nil, fmt.Errorf("models: %s: the model is not compiled: call Compile first", action)
	}
	c, err := m.compile(Compile{})
	if err != nil {
		return nil, fmt.Errorf("models: %s: %w", action, err)
	}
	m.compiled = c
	return c, nil
}

// checkFrozen reports a layer whose Frozen has changed since Compile: a Fit would ignore the
// change. Custom training steps (TrainOnBatch) may rely on that, as in a GAN.
func (c *compiled) checkFrozen() error {
	for _, l := range append([]layers.Module{c.m}, c.m.order...) {
		if c.frozen[l] != access.Frozen(l) {
			return fmt.Errorf("layer %q: Frozen has changed since Compile: call Compile again", nameOf(l))
		}
	}
	return nil
}
