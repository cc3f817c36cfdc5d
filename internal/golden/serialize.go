package golden

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
)

// serializes returns an error if the JSON of p, a framed object or only its config, differs from
// what Keras writes. Additional arguments are allowed.
func serializes(p any, want json.RawMessage) error {
	if len(want) == 0 || string(want) == "null" {
		return nil
	}
	var w map[string]any
	if err := json.Unmarshal(want, &w); err != nil {
		return err
	}
	delete(w, "build_config") // belongs to the file, not to the object
	write := config.MarshalConfig
	if _, framed := w["class_name"]; framed {
		write = config.Marshal
	}
	raw, err := write(p)
	if err != nil {
		return err
	}
	var g map[string]any
	if err := json.Unmarshal(raw, &g); err != nil {
		return fmt.Errorf("%s: %w", raw, err)
	}
	return within("serialized", g, w)
}

// within returns an error for the first member of want that is missing from got or different;
// numbers are compared with float32 precision.
func within(at string, got, want any) error {
	w, ok := want.(map[string]any)
	if !ok {
		if g, ok := got.(float64); ok {
			if w, ok := want.(float64); ok && math.Abs(g-w) <= 1e-7*math.Abs(w) {
				return nil
			}
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("%s: got %v, want %v", at, got, want)
		}
		return nil
	}
	g, _ := got.(map[string]any)
	for k, v := range w {
		have, ok := g[k]
		if !ok {
			return fmt.Errorf("%s: %q is missing", at, k)
		}
		if err := within(at+"."+k, have, v); err != nil {
			return err
		}
	}
	return nil
}

// rewritten returns an error if a layer that Keras wrote differs after it is read and written
// back. Constructor arguments alone would not suffice: Keras adds a name and a type.
func rewritten(serialized json.RawMessage) error {
	if len(serialized) == 0 || string(serialized) == "null" {
		return nil
	}
	l, err := layers.FromJSON(serialized)
	if err != nil {
		return err
	}
	return serializes(l, serialized)
}
