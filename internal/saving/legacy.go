package saving

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// readLayers reads the variables from an .h5 file of the older layout, which stores them by layer
// name, in the order of the attribute weight_names, each layer's trainable variables first. If the
// names differ from the model's, layers are matched in order, as in Keras.
func (m *Model) readLayers(f *hdf5.File) (*Assignment, error) {
	root := f.Root()
	if root.Has("model_weights") {
		root, _ = root.Lookup("model_weights")
	}
	groups, err := m.pairGroups(root)
	if err != nil {
		return nil, err
	}
	a := &Assignment{}
	for _, g := range groups {
		if err := g.read(a); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// read reads the arrays of a layer.
func (g *group) read(a *Assignment) error {
	objects := make([]*hdf5.Object, len(g.names))
	for i, name := range g.names {
		var err error
		if objects[i], err = g.object.Lookup(name); err != nil {
			return err
		}
	}
	for i := 0; i < len(g.vars); {
		values, err := readCuDNN(objects[i:], g.vars[i:])
		if err == nil && values == nil {
			values = make([]*tensor.Tensor, 1)
			values[0], err = readAs(objects[i], g.vars[i])
		}
		if err != nil {
			return fmt.Errorf("weight %s: %w", g.vars[i].Path, err)
		}
		for _, t := range values {
			a.add(g.vars[i], t)
			i++
		}
	}
	return nil
}

// A group holds the arrays of a layer in a file.
type group struct {
	object *hdf5.Object
	names  []string // of the arrays
	vars   []*graph.Variable
}

// pairGroups matches the layers that have variables with the groups that have arrays.
func (m *Model) pairGroups(root *hdf5.Object) ([]group, error) {
	order, err := root.Strings("layer_names")
	if err != nil {
		return nil, err
	}
	if order == nil {
		if order, err = root.Names(); err != nil {
			return nil, err
		}
	}
	var stored []group
	byName := map[string]group{}
	for _, name := range order {
		o, err := root.Lookup(name)
		if err != nil {
			return nil, err
		}
		names, err := o.Strings("weight_names")
		if err != nil {
			return nil, err
		}
		if g := (group{object: o, names: names}); len(names) > 0 {
			stored, byName[name] = append(stored, g), g
		}
	}
	var owners []layers.Module
	named := true
	for _, l := range m.Layers {
		if len(access.Variables(l)) > 0 {
			owners = append(owners, l)
			named = named && byName[NameOf(l)].object != nil
		}
	}
	if len(owners) != len(stored) {
		return nil, fmt.Errorf("the file has weights of %d layers, %q; the model has %d layers with weights", len(stored), order, len(owners))
	}
	for i, l := range owners {
		if named {
			stored[i] = byName[NameOf(l)]
		}
		stored[i].vars = m.trainableFirst(access.Variables(l))
		if have, want := len(stored[i].names), len(stored[i].vars); have != want {
			return nil, fmt.Errorf("layer %q has %d weights in the file; the model's has %d", NameOf(l), have, want)
		}
	}
	return stored, nil
}

// trainableFirst sorts variables in the order of legacy files.
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
