package models

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/layers"
)

// FromJSON returns the model that Keras' to_json wrote: a Sequential or a Functional one,
// nested models included, with fresh weights. Unknown classes and arguments are errors
// that name them; nothing in the file is run.
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

// ToJSON writes the model's configuration as Keras' to_json does, without weights. A layer
// that is a Go function (Map) or an unregistered class is an error that names it.
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

// MarshalJSON is ToJSON: a model among the layers of another writes itself.
func (m *Model) MarshalJSON() ([]byte, error) { return m.ToJSON() }

// Clone returns a model of the same layers with fresh weights of its own. What would not be
// the same is an error, as with [Model.Save].
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

// CompileFromJSON reads the arguments of compile as Keras' get_compile_config gives them, for
// [Model.Compile]: losses, weights and metrics may be one for all outputs, or lists or objects
// of one for each. What is missing or null stays zero.
func (m *Model) CompileFromJSON(data []byte) (Compile, error) {
	c, err := saving.DecodeCompile(data, m.OutputNames())
	if err != nil {
		return Compile{}, err
	}
	return Compile{Optimizer: c.Optimizer, Loss: c.Loss, Metrics: c.Metrics, WeightedMetrics: c.WeightedMetrics,
		Losses: c.Losses, LossWeights: c.LossWeights, OutputMetrics: c.OutputMetrics, StepsPerExecution: c.StepsPerExecution}, nil
}
