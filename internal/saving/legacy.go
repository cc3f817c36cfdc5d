package saving

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/strictjson"
	"github.com/rhyton/rhyton/tensor"
)

// readLayers reads the variables from a whole-model .h5 file, which has them by the layers'
// names, in the order of the attribute weight_names, a layer's trainable ones first.
func (m *Model) readLayers(f *hdf5.File) (*Assignment, error) {
	a := &Assignment{}
	for _, x := range m.Members {
		own := m.trainableFirst(access.Variables(x.Layer))
		if len(own) == 0 {
			continue
		}
		group, err := f.Root().Lookup("model_weights/" + NameOf(x.Layer))
		if err != nil {
			return nil, err
		}
		names, err := group.Strings("weight_names")
		if err != nil {
			return nil, err
		}
		if len(names) != len(own) {
			return nil, fmt.Errorf("layer %q has %d weights in the file; the model's has %d", NameOf(x.Layer), len(names), len(own))
		}
		for i, v := range own {
			o, err := group.Lookup(names[i])
			if err != nil {
				return nil, err
			}
			t, err := o.Read(v.Type.Shape)
			if err != nil {
				return nil, fmt.Errorf("weight %s: %w", v.Path, err)
			}
			a.add(v, t)
		}
	}
	return a, nil
}

// trainableFirst sorts variables as legacy files have them.
func (m *Model) trainableFirst(vars []*graph.Variable) []*graph.Variable {
	fixed := func(v *graph.Variable) int {
		if v.Trainable && !m.FrozenVars[v] {
			return 0
		}
		return 1
	}
	vars = slices.Clone(vars)
	slices.SortStableFunc(vars, func(a, b *graph.Variable) int { return fixed(a) - fixed(b) })
	return vars
}

// legacySlots returns a function that reads an array of the optimizer's state.
func legacySlots(h *hdf5.File) (slot, error) {
	names, err := legacySlotNames(h)
	if err != nil {
		return nil, err
	}
	return func(n int, shape graph.Shape) (*tensor.Tensor, error) {
		if n >= len(names) {
			return nil, fmt.Errorf("the optimizer's state has %d arrays; number %d is wanted", len(names), n)
		}
		o, err := h.Root().Lookup("optimizer_weights/" + names[n])
		if err != nil {
			return nil, err
		}
		return o.Read(shape)
	}, nil
}

func legacySlotNames(h *hdf5.File) ([]string, error) {
	if !h.Root().Has("optimizer_weights") {
		return nil, nil
	}
	group, err := h.Root().Lookup("optimizer_weights")
	if err != nil {
		return nil, err
	}
	return group.Strings("weight_names")
}

// legacyCompile renames what legacy files call otherwise.
func legacyCompile(raw []byte) []byte {
	var c map[string]json.RawMessage
	if strictjson.Check(raw) != nil || json.Unmarshal(raw, &c) != nil {
		return raw
	}
	if o := c["optimizer_config"]; o != nil {
		c["optimizer"] = o
		delete(c, "optimizer_config")
	}
	out, err := json.Marshal(c)
	if err != nil {
		return raw
	}
	return out
}
