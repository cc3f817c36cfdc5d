package saving

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// Decode returns the model in data, as written by to_json of the given version of Keras ("" to
// determine it from the JSON). The model is Sequential or Functional. build turns nested models
// into layers. Unknown classes and arguments are errors that name them; no code in the file is
// run.
func Decode(data []byte, version string, build func(*Model) layers.Module) (*Model, error) {
	data, err := upgradeModel(data, version)
	if err != nil {
		return nil, err
	}
	return (&decoder{build: build}).model(data)
}

// DecodeNested returns a model that is an argument of a layer, such as TimeDistributed.
func DecodeNested(o config.Spec, build func(*Model) layers.Module) (layers.Module, error) {
	data, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	m, err := (&decoder{build: build}).model(data)
	if err != nil {
		return nil, err
	}
	return build(m), nil
}

// A decoder decodes a model at nesting depth depth.
type decoder struct {
	build func(*Model) layers.Module
	depth int
}

// maxNesting limits the nesting depth of models.
const maxNesting = 32

// An object is a layer or a model in Keras' JSON.
type object struct {
	Module         json.RawMessage `json:"module"`
	ClassName      string          `json:"class_name"`
	Config         json.RawMessage `json:"config"`
	RegisteredName *string         `json:"registered_name"`
	Name           string          `json:"name"`
	InboundNodes   []inbound       `json:"inbound_nodes"`
}

// An inbound is one call of a layer.
type inbound struct {
	Args   []json.RawMessage          `json:"args"`
	Kwargs map[string]json.RawMessage `json:"kwargs"`
}

// modelConfig is the config of a Sequential or Functional model.
type modelConfig struct {
	Name         string          `json:"name"`
	Trainable    *bool           `json:"trainable"`
	DType        *layers.Policy  `json:"dtype"`
	Layers       []object        `json:"layers"`
	InputLayers  json.RawMessage `json:"input_layers"`
	OutputLayers json.RawMessage `json:"output_layers"`
}

func (d *decoder) model(data []byte) (*Model, error) {
	if d.depth > maxNesting {
		return nil, fmt.Errorf("models nested more than %d deep", maxNesting)
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, err
	}
	var c modelConfig
	if err := json.Unmarshal(o.Config, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", o.ClassName, err)
	}
	var m *Model
	var err error
	switch o.ClassName {
	case "Sequential":
		m, err = d.sequential(&c)
	case "Functional", "Model":
		m, err = d.functional(&c)
	default:
		return nil, fmt.Errorf("class %q is no Sequential or Functional model: a subclass of Model is code, which a file has not; write it in Go, register its layers, and load the weights with LoadWeights", o.ClassName)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", o.ClassName, c.Name, err)
	}
	m.Name, m.Policy = c.Name, c.DType
	m.Frozen = c.Trainable != nil && !*c.Trainable
	return m, nil
}

// layer decodes a layer or a nested model.
func (d *decoder) layer(o *object) (layers.Module, error) {
	switch o.ClassName {
	case "Sequential", "Functional", "Model":
		data, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		m, err := (&decoder{d.build, d.depth + 1}).model(data)
		if err != nil {
			return nil, err
		}
		return d.build(m), nil
	}
	class := o.ClassName
	if class == "GroupedQueryAttention" { // the name that legacy files have instead of the class
		class = "GroupQueryAttention"
	}
	data, err := json.Marshal(config.Spec{ClassName: class, Config: o.Config, RegisteredName: o.RegisteredName})
	if err != nil {
		return nil, err
	}
	return layers.FromJSON(data)
}

// input decodes an InputLayer.
func (o *object) input() (*layers.Value, error) {
	var c struct {
		BatchShape      []*int `json:"batch_shape"`
		BatchInputShape []*int `json:"batch_input_shape"`
		DType           string `json:"dtype"`
		Name            string `json:"name"`
	}
	if err := json.Unmarshal(o.Config, &c); err != nil {
		return nil, fmt.Errorf("InputLayer: %w", err)
	}
	if c.BatchShape == nil {
		c.BatchShape = c.BatchInputShape
	}
	if len(c.BatchShape) == 0 || len(c.BatchShape) > graph.MaxRank {
		return nil, fmt.Errorf("InputLayer %q: batch_shape is missing or too long", c.Name)
	}
	spec := layers.InputSpec{Name: c.Name}
	for _, d := range c.BatchShape[1:] {
		switch {
		case d == nil:
			spec.Shape = append(spec.Shape, -1)
		case *d < 1:
			return nil, fmt.Errorf("InputLayer %q: extent %d", c.Name, *d)
		default:
			spec.Shape = append(spec.Shape, *d)
		}
	}
	if c.DType == "" {
		c.DType = "float32"
	}
	dtype, ok := tensor.ParseDType(c.DType)
	if !ok {
		return nil, fmt.Errorf("InputLayer %q: dtype %q", c.Name, c.DType)
	}
	spec.DType = dtype
	return layers.InputOf(spec), nil
}

func (d *decoder) sequential(c *modelConfig) (*Model, error) {
	m := &Model{Sequence: []layers.Layer{}}
	for i := range c.Layers {
		o := &c.Layers[i]
		if o.ClassName == "InputLayer" {
			v, err := o.input()
			if err != nil {
				return nil, err
			}
			m.Inputs = []*layers.Value{v}
			continue
		}
		l, err := d.layer(o)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		one, ok := l.(layers.Layer)
		if !ok {
			return nil, fmt.Errorf("layer %d: a %s takes several inputs and can't stand in a Sequential", i, o.ClassName)
		}
		m.Sequence = append(m.Sequence, one)
	}
	return m, nil
}
