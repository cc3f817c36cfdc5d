package saving

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
)

// Object returns the model in the form of Keras' serialize_keras_object. A layer that is a Go
// function (Map) or has an unregistered class is an error that names it.
func (m *Model) Object() (map[string]any, error) {
	conf := map[string]any{"name": m.Name, "trainable": !m.Frozen}
	module := "keras"
	var err error
	if m.Sequence != nil {
		policy := layers.Policy{}
		if m.Policy != nil {
			policy = *m.Policy
		}
		conf["dtype"] = policy
		conf["layers"], err = m.sequentialLayers()
	} else {
		module = "keras.src.models.functional"
		err = m.functional(conf)
	}
	if err != nil {
		return nil, err
	}
	if m.Frozen {
		freezeLayers(conf)
	}
	return map[string]any{"module": module, "class_name": m.Class(), "config": conf,
		"registered_name": registeredName(m.Sequence == nil), "build_config": map[string]any{"input_shape": nil}}, nil
}

// SameLayers reports the first layer that differs between two models in the form of
// [Model.Object].
func SameLayers(was, is map[string]any) error {
	a, _ := was["config"].(map[string]any)["layers"].([]any)
	b, _ := is["config"].(map[string]any)["layers"].([]any)
	if len(a) != len(b) {
		return fmt.Errorf("the loaded model would have %d layers; this one has %d", len(b), len(a))
	}
	for i := range a {
		if !sameJSON(a[i], b[i]) {
			o, _ := a[i].(map[string]any)
			return fmt.Errorf("the layer %s would not come back as it is", nameIn(o, classIn(o)))
		}
	}
	return nil
}

// freezeLayers marks the layers of a frozen model, including those of nested models, as not
// trainable, because Keras checks each layer.
func freezeLayers(conf map[string]any) {
	list, _ := conf["layers"].([]any)
	for _, item := range list {
		o, _ := item.(map[string]any)
		inner, _ := o["config"].(map[string]any)
		if inner != nil && o["class_name"] != "InputLayer" {
			inner["trainable"] = false
			freezeLayers(inner)
		}
	}
}

func registeredName(functional bool) any {
	if functional {
		return "Functional"
	}
	return nil
}

func (m *Model) sequentialLayers() ([]any, error) {
	list := []any{inputObject(m.InputNames[0], m.Inputs[0].Input())}
	for _, l := range m.Sequence {
		o, err := layerObject(l)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

func inputObject(name string, in *layers.InputSpec) map[string]any {
	return map[string]any{"module": "keras.layers", "class_name": "InputLayer", "registered_name": nil,
		"config": map[string]any{"batch_shape": batchOf(in.Shape), "dtype": in.DType.String(), "sparse": false, "ragged": false, "name": name, "optional": false}}
}

// batchOf returns a sample's shape with null for the batch axis and for varying axes.
func batchOf(shape []int) []any {
	out := []any{nil}
	for _, d := range shape {
		if d < 0 {
			out = append(out, nil)
		} else {
			out = append(out, d)
		}
	}
	return out
}

// layerObject returns the object of a layer, with its name in the model.
func layerObject(l layers.Module) (map[string]any, error) {
	raw, err := layers.ToJSON(l)
	if err != nil {
		return nil, fmt.Errorf("layer %q: %w", NameOf(l), err)
	}
	var o map[string]any
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, fmt.Errorf("layer %q: %w", NameOf(l), err)
	}
	if c, ok := o["config"].(map[string]any); ok {
		c["name"] = NameOf(l)
	}
	return o, nil
}

// functional sets layers, input_layers and output_layers.
func (m *Model) functional(conf map[string]any) error {
	names, number := map[any]string{}, map[*layers.Call]int{}
	objects := map[any]map[string]any{}
	var list []any
	for _, c := range m.Calls {
		key := LayerOf(c)
		o := objects[key]
		switch {
		case o != nil:
		case c.Layer != nil:
			var err error
			if o, err = layerObject(c.Layer); err != nil {
				return err
			}
			names[key] = NameOf(c.Layer)
		case len(c.From) == 0:
			var spec *layers.InputSpec
			names[key], spec = m.input(c)
			o = inputObject(names[key], spec)
		default:
			return fmt.Errorf("Map (%s) is a Go function and has no JSON: make it a registered layer", c.Site)
		}
		if objects[key] == nil {
			o["name"], o["inbound_nodes"] = names[key], []any{}
			objects[key] = o
			list = append(list, o)
		}
		if len(c.From) > 0 {
			nodes := o["inbound_nodes"].([]any)
			number[c] = len(nodes)
			args, kwargs := m.arguments(c, names, number)
			o["inbound_nodes"] = append(nodes, map[string]any{"args": args, "kwargs": kwargs})
		}
	}
	conf["layers"] = list
	conf["input_layers"] = ends(m.Inputs, names, number)
	conf["output_layers"] = ends(m.Outputs, names, number)
	return nil
}

// input returns the name and the dtype of an input.
func (m *Model) input(c *layers.Call) (string, *layers.InputSpec) {
	for i, v := range m.Inputs {
		if vc, _ := v.Call(); vc == c {
			return m.InputNames[i], v.Input()
		}
	}
	return "input", &layers.InputSpec{}
}

// arguments returns a call's inputs in the form in which Keras takes them.
func (m *Model) arguments(c *layers.Call, names map[any]string, number map[*layers.Call]int) (args []any, kwargs map[string]any) {
	types := make([]graph.DType, len(c.From))
	all := make([]any, len(c.From))
	for k, v := range c.From {
		from, i := v.Call()
		shape, dtype := m.Sample(from, i)
		types[k] = dtype
		all[k] = map[string]any{"class_name": "__keras_tensor__", "config": map[string]any{
			"shape": batchOf(shape), "dtype": dtype.String(), "keras_history": []any{names[LayerOf(from)], number[from], i}}}
	}
	if o, ok := c.Layer.(*layers.Operation); ok {
		return o.Arguments(all)
	}
	form := access.CallForm(c.Layer, types...)
	for _, k := range form.Places {
		args = append(args, all[k])
	}
	if form.List {
		args = []any{args}
	}
	kwargs = map[string]any{}
	maps.Copy(kwargs, form.Constants)
	for name, at := range form.Named {
		list := make([]any, len(at))
		for i, k := range at {
			list[i] = all[k]
		}
		if kwargs[name] = any(list); len(list) == 1 {
			kwargs[name] = list[0]
		}
	}
	return args, kwargs
}

// ends returns input_layers or output_layers. A single value is written without a list, because
// for Keras a list of one means that the model returns a list.
func ends(vs []*layers.Value, names map[any]string, number map[*layers.Call]int) []any {
	var out []any
	for _, v := range vs {
		c, i := v.Call()
		out = append(out, []any{names[LayerOf(c)], number[c], i})
	}
	if len(out) == 1 {
		return out[0].([]any)
	}
	return out
}
