package golden

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
)

// serializes reports where the JSON of p, an object with its frame or the config alone,
// differs from what Keras writes. More arguments than Keras writes are fine.
func serializes(p any, want json.RawMessage) error {
	if len(want) == 0 || string(want) == "null" {
		return nil
	}
	var w map[string]any
	if err := json.Unmarshal(want, &w); err != nil {
		return err
	}
	delete(w, "build_config") // of a file, not of the object
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

// within reports the first member of want that got lacks or has otherwise; numbers agree
// to float32.
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

// rewritten reports how a layer that Keras wrote, read and written again, differs. A layer
// of its constructor's arguments alone would not do: Keras gives it a name and a type.
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
