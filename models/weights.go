package models

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// ensureBuilt creates the weights of a model that was not compiled.
func (m *Model) ensureBuilt() error {
	if m.built {
		return nil
	}
	if err := m.build(layers.Policy{}, 0); err != nil {
		return fmt.Errorf("models: %s: %w", m.title(), err)
	}
	return nil
}

// Variables lists all variables of the model in Keras' order: layer by layer, each layer's
// trainable variables first. It is nil if the model cannot be built; Compile reports the reason.
func (m *Model) Variables() []*graph.Variable {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ensureBuilt() != nil {
		return nil
	}
	return m.vars
}

// Weights returns a copy of all weights, in the order of [Model.Variables].
func (m *Model) Weights() []*tensor.Tensor {
	vars := m.Variables()
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]*tensor.Tensor, len(vars))
	for i, v := range vars {
		t, err := runtime.Value(v)
		if err != nil {
			t = tensor.Broken(err)
		}
		out[i] = t
	}
	return out
}

// SetWeights sets the weights to the result of [Model.Weights] of this model or one with the same
// shapes. On an error no weight changes. NaN and infinite values are accepted; a Fit reports them
// before its first step.
func (m *Model) SetWeights(w []*tensor.Tensor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	return setAll(m.vars, w)
}

func setAll(vars []*graph.Variable, w []*tensor.Tensor) error {
	if len(w) != len(vars) {
		return fmt.Errorf("models: set weights: %d given, the model has %d", len(w), len(vars))
	}
	same := make([]*tensor.Tensor, len(w))
	for i, v := range vars {
		switch t := w[i]; {
		case t == nil:
			return fmt.Errorf("models: set weights: %s: nil", v.Path)
		case t.Err() != nil:
			return fmt.Errorf("models: set weights: %s: %w", v.Path, t.Err())
		case !t.Shape().Equal(v.Type.Shape):
			return fmt.Errorf("models: set weights: %s: want shape %v, got %v", v.Path, v.Type.Shape, t.Shape())
		default:
			var err error
			if same[i], err = converted(t, v.Type.DType); err != nil {
				return fmt.Errorf("models: set weights: %s: %w", v.Path, err)
			}
		}
	}
	for i, v := range vars {
		if err := runtime.SetValue(v, same[i]); err != nil {
			return fmt.Errorf("models: set weights: %s: %w", v.Path, err)
		}
	}
	return nil
}

// converted returns t converted to dtype. A finite value that becomes infinite is an error.
func converted(t *tensor.Tensor, dtype tensor.DType) (*tensor.Tensor, error) {
	c := t.Convert(dtype)
	if t.DType() == dtype || c.Err() != nil || c.Finite() {
		return c, c.Err()
	}
	old, err := tensor.As[float64](t)
	if err != nil {
		return nil, err
	}
	now, err := tensor.As[float64](c)
	for i, x := range now {
		if math.IsInf(x, 0) && !math.IsInf(old[i], 0) {
			return nil, fmt.Errorf("element %d: %v overflows %v", i, old[i], dtype)
		}
	}
	return c, err
}

// checkWeights reports a weight that was set to a non-finite value before training: its effect
// would look like a learning rate that is too high. Weights that become non-finite during training
// show in the loss.
func (m *Model) checkWeights() error {
	for _, v := range m.vars {
		if !runtime.Doubtful(v) {
			continue
		}
		t, err := runtime.Value(v)
		if err != nil {
			return fmt.Errorf("weight %s: %w", v.Path, err)
		}
		values, err := tensor.As[float64](t)
		for i, x := range values {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("weight %s is %v at element %d, before the first step: set or load the weights again, or set AllowNonFinite", v.Path, x, i)
			}
		}
		if err != nil {
			return fmt.Errorf("weight %s: %w", v.Path, err)
		}
	}
	return nil
}

// CountParams returns the number of parameters, 0 if the model cannot be built.
func (m *Model) CountParams() int { return count(m.Variables()) }

func count(vars []*graph.Variable) (n int) {
	for _, v := range vars {
		n += v.Type.Shape.Size()
	}
	return n
}

// Layers lists the model's layers in the order of computation, not including those of nested
// models.
func (m *Model) Layers() []layers.Module {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sequence != nil {
		var all []layers.Module
		for _, l := range m.sequence {
			if l != nil { // Compile reports nil layers
				all = append(all, l)
			}
		}
		return all
	}
	if m.ensureBuilt() != nil {
		return nil
	}
	return m.topLayers()
}

// Layer returns the layer with the given name: its Name or the last part of its path.
func (m *Model) Layer(name string) (layers.Module, error) {
	var names []string
	for _, l := range m.Layers() {
		have := nameOf(l)
		if have == name {
			return l, nil
		}
		names = append(names, have)
	}
	return nil, fmt.Errorf("models: %s has no layer %q%s", m.title(), name, didYouMean(name, names))
}

func nameOf(l layers.Module) string { return saving.NameOf(l) }

func didYouMean(name string, known []string) string {
	return fmt.Sprintf("%s; known: %q", config.Suggest(name, known), known)
}

// WeightsOf returns a copy of the weights of one layer, in Keras' order.
func WeightsOf(l layers.Module) []*tensor.Tensor {
	var out []*tensor.Tensor
	for _, v := range access.Variables(l) {
		t, err := runtime.Value(v)
		if err != nil {
			t = tensor.Broken(err)
		}
		out = append(out, t)
	}
	return out
}

// SetWeightsOf sets the weights of one layer, in Keras' order. On an error no weight changes.
func SetWeightsOf(l layers.Module, w ...*tensor.Tensor) error {
	return setAll(access.Variables(l), w)
}
