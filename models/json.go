package models

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/layers"
)

// FromJSON returns the model described by the output of Keras' to_json: a Sequential or Functional
// model, possibly nested, with fresh weights. Unknown classes and arguments are errors that name
// them; no code in the file is run.
func FromJSON(data []byte) (*Model, error) {
	d, err := saving.Decode(data, "", fromDescription)
	if err != nil {
		return nil, fmt.Errorf("models: from JSON: %w", err)
	}
	return newModel(d), nil
}

func init() {
	for _, class := range []string{"Sequential", "Functional", "Model"} {
		config.RegisterDecoder(class, func(o config.Spec) (layers.Module, error) { return saving.DecodeNested(o, fromDescription) })
	}
}

func fromDescription(d *saving.Model) layers.Module { return newModel(d) }

// newModel returns the model that d describes.
func newModel(d *saving.Model) *Model {
	m := &Model{Name: d.Name, inputs: d.Inputs, outputs: d.Outputs, sequence: d.Sequence}
	m.Policy, m.Frozen = d.Policy, d.Frozen
	for range d.Sequence {
		m.at = append(m.at, "json")
	}
	return m
}

// ToJSON returns the model's configuration in the form of Keras' to_json, without weights. A layer
// that is a Go function (Map) or has an unregistered class is an error that names it.
func (m *Model) ToJSON() ([]byte, error) {
	m.mu.Lock()
	err := m.ensureBuilt()
	m.mu.Unlock()
	if err != nil {
		return nil, err
	}
	o, err := m.describe().Object()
	if err != nil {
		return nil, fmt.Errorf("models: to JSON: %w", err)
	}
	return json.Marshal(o)
}

// MarshalJSON is ToJSON, so that a model among the layers of another can be marshaled.
func (m *Model) MarshalJSON() ([]byte, error) { return m.ToJSON() }

// Clone returns a model with the same layers and separate, fresh weights. Anything that cannot be
// reproduced is an error, as with [Model.Save].
func (m *Model) Clone() (*Model, error) {
	data, err := m.ToJSON()
	if err != nil {
		return nil, err
	}
	if err := m.comesBack(data); err != nil {
		return nil, fmt.Errorf("models: clone: %w", err)
	}
	return FromJSON(data)
}

// CompileFromJSON decodes the arguments of compile as returned by Keras' get_compile_config, for
// [Model.Compile]. Losses, weights and metrics may be one for all outputs, or lists or objects
// with one for each. What is missing or null stays zero.
func (m *Model) CompileFromJSON(data []byte) (Compile, error) {
	c, err := saving.DecodeCompile(data, m.OutputNames())
	if err != nil {
		return Compile{}, err
	}
	return Compile{Optimizer: c.Optimizer, Loss: c.Loss, Metrics: c.Metrics, WeightedMetrics: c.WeightedMetrics,
		Losses: c.Losses, LossWeights: c.LossWeights, OutputMetrics: c.OutputMetrics, StepsPerExecution: c.StepsPerExecution}, nil
}
