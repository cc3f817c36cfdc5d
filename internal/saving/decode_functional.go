package saving

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/rhyton/rhyton/layers"
)

// A wiring is a Functional model under construction.
type wiring struct {
	decoder *decoder
	layers  map[string]layers.Module
	nodes   map[string][]inbound
	values  map[string][]*layers.Value // by layer, one element per call
	order   []string
}

func (d *decoder) functional(c *modelConfig) (*Model, error) {
	w := &wiring{decoder: d, layers: map[string]layers.Module{}, nodes: map[string][]inbound{}, values: map[string][]*layers.Value{}}
	for i := range c.Layers {
		if err := w.add(&c.Layers[i]); err != nil {
			return nil, err
		}
	}
	if err := w.checkMasks(); err != nil {
		return nil, err
	}
	if err := w.connect(); err != nil {
		return nil, err
	}
	in, err := w.ends(c.InputLayers)
	if err != nil {
		return nil, fmt.Errorf("input_layers: %w", err)
	}
	out, err := w.ends(c.OutputLayers)
	if err != nil {
		return nil, fmt.Errorf("output_layers: %w", err)
	}
	return &Model{Inputs: in, Outputs: out}, nil
}

func (w *wiring) add(o *object) error {
	name := o.Name
	if name == "" {
		var c struct{ Name string }
		if err := json.Unmarshal(o.Config, &c); err != nil {
			return err
		}
		name = c.Name
	}
	if _, twice := w.nodes[name]; twice {
		return fmt.Errorf("the name %q is used by two layers", name)
	}
	w.nodes[name] = o.InboundNodes
	w.order = append(w.order, name)
	if o.ClassName == "InputLayer" {
		v, err := o.input()
		w.values[name] = []*layers.Value{v}
		w.nodes[name] = nil
		return err
	}
	if o.operates() {
		return w.addOperation(name, o)
	}
	l, err := w.decoder.layer(o)
	if err != nil {
		return fmt.Errorf("layer %q: %w", name, err)
	}
	w.layers[name] = l
	return nil
}

// connect calls the layers, each as soon as its inputs are available. Layers in the file are
// roughly in order; a shared layer may be called again later.
func (w *wiring) connect() error {
	for {
		progress, missing := false, ""
		for _, name := range w.order {
			for len(w.values[name]) < len(w.nodes[name]) {
				n := w.nodes[name][len(w.values[name])]
				in, ready, err := w.inputs(n)
				if err != nil {
					return fmt.Errorf("layer %q: %w", name, err)
				}
				if !ready {
					missing = name
					break
				}
				l, err := callArguments(w.layers[name], n.Kwargs)
				if err != nil {
					return fmt.Errorf("layer %q: %w", name, err)
				}
				w.values[name] = append(w.values[name], access.ApplyAt("json", l, in...))
				progress = true
			}
		}
		if missing == "" {
			return nil
		}
		if !progress {
			return fmt.Errorf("layer %q: its inputs depend on itself or are missing", missing)
		}
	}
}

// callArguments passes the call arguments that are not values to the layer, and returns the layer
// to call. Keras' training argument is ignored: fit, evaluate and predict determine it.
func callArguments(l layers.Module, kwargs map[string]json.RawMessage) (_ layers.Module, err error) {
	for name, raw := range kwargs {
		if saysNothing(raw) || name == "training" {
			continue
		}
		if bytes.Contains(raw, []byte("__keras_tensor__")) {
			continue // one of the inputs
		}
		if l, err = access.SetCallArgument(l, name, raw); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// saysNothing reports whether a keyword argument is null, false, or a list of nulls, such as the
// masks of values without masks.
func saysNothing(raw json.RawMessage) bool {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return !slices.ContainsFunc(list, func(r json.RawMessage) bool { return !saysNothing(r) })
	}
	text := string(bytes.TrimSpace(raw))
	return text == "null" || text == "false"
}

// inputs resolves the values that a call takes: its positional arguments, then its keyword
// arguments that are values, such as initial_state.
func (w *wiring) inputs(n inbound) (in []*layers.Value, ready bool, err error) {
	ready = true
	for _, a := range n.Args {
		vs, ok, err := w.resolve(a, 0)
		if err != nil {
			return nil, false, err
		}
		in, ready = append(in, vs...), ready && ok
	}
	for _, name := range []string{"query", "initial_state", "value", "key", "attention_mask"} {
		if raw, given := n.Kwargs[name]; given && bytes.Contains(raw, []byte("__keras_tensor__")) {
			vs, ok, err := w.resolve(raw, 0)
			if err != nil {
				return nil, false, err
			}
			in, ready = append(in, vs...), ready && ok
		}
	}
	return in, ready, nil
}

// resolve finds the values that raw, a __keras_tensor__ or a list of them, refers to.
func (w *wiring) resolve(raw json.RawMessage, depth int) (vs []*layers.Value, ready bool, err error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' && depth < 8 {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, false, err
		}
		ready = true
		for _, item := range list {
			v, ok, err := w.resolve(item, depth+1)
			if err != nil {
				return nil, false, err
			}
			vs, ready = append(vs, v...), ready && ok
		}
		return vs, ready, nil
	}
	var t struct {
		ClassName string `json:"class_name"`
		Config    struct {
			History []json.RawMessage `json:"keras_history"`
		}
	}
	if err := json.Unmarshal(raw, &t); err != nil || t.ClassName != "__keras_tensor__" {
		return nil, false, fmt.Errorf("argument %.80s is not a value of the model", raw)
	}
	v, ready, err := w.history(t.Config.History)
	return []*layers.Value{v}, ready, err
}

// history finds the value [layer, call, result].
func (w *wiring) history(h []json.RawMessage) (*layers.Value, bool, error) {
	var name string
	var node, result int
	if len(h) != 3 || json.Unmarshal(h[0], &name) != nil || json.Unmarshal(h[1], &node) != nil || json.Unmarshal(h[2], &result) != nil {
		return nil, false, fmt.Errorf("a keras_history is not [layer, number, number]")
	}
	if _, known := w.nodes[name]; !known {
		return nil, false, fmt.Errorf("layer %q is not in the model", name)
	}
	if node < 0 || result < 0 || node >= len(w.values[name]) {
		return nil, false, nil
	}
	return w.values[name][node].Output(result), true, nil
}

// ends resolves input_layers or output_layers: one [layer, n, i] or a list of them, possibly in an
// object keyed by name.
func (w *wiring) ends(raw json.RawMessage) ([]*layers.Value, error) {
	var list []json.RawMessage
	var named map[string]json.RawMessage
	if json.Unmarshal(raw, &named) == nil { // Keras flattens an object in the order of its sorted names
		for _, name := range slices.Sorted(maps.Keys(named)) {
			list = append(list, named[name])
		}
	} else if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	if len(list) == 3 {
		var name string
		if json.Unmarshal(list[0], &name) == nil {
			list = []json.RawMessage{raw}
		}
	}
	var out []*layers.Value
	for _, item := range list {
		var h []json.RawMessage
		if err := json.Unmarshal(item, &h); err != nil {
			return nil, err
		}
		v, ready, err := w.history(h)
		if err != nil {
			return nil, err
		}
		if !ready {
			return nil, fmt.Errorf("%s names no application of the layer", item)
		}
		out = append(out, v)
	}
	return out, nil
}
