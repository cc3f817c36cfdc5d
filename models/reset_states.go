package models

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// ResetStates resets the states of the model's stateful recurrent layers to zeros, as at the start
// of a new sequence.
func (m *Model) ResetStates() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	for _, l := range m.topLayers() {
		for _, v := range access.States(l) {
			if err := runtime.SetValue(v, tensor.New(v.Type.DType, v.Type.Shape...)); err != nil {
				return fmt.Errorf("models: reset states: %s: %w", v.Path, err)
			}
		}
	}
	return nil
}

// layerStates returns the states of the model's stateful layers, and copies of their values.
func (m *Model) layerStates() (vars []*graph.Variable, values []*tensor.Tensor, err error) {
	for _, l := range m.order {
		for _, v := range access.States(l) {
			t, err := runtime.Value(v)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", v.Path, err)
			}
			vars, values = append(vars, v), append(values, t)
		}
	}
	return vars, values, nil
}
