package models

import (
	"fmt"
	"iter"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A place is where a variable stands in a Keras weights file.
type place struct {
	path string
	v    *graph.Variable
}

// byteShift is what a variable of bytes has more than Keras' int8.
const byteShift = 128

// read returns the place's array in a file, bytes of it as the variable has them.
func (p *place) read(f *hdf5.File) (*tensor.Tensor, error) {
	o, err := f.Root().Lookup(p.path)
	if err != nil {
		return nil, err
	}
	t, err := o.Read(p.v.Type.Shape)
	if err != nil || p.v.Type.DType != graph.Uint8 {
		return t, err
	}
	numbers, ok := t.Data().([]int32)
	if !ok {
		return nil, fmt.Errorf("%q holds %v; wants int8", p.path, t.DType())
	}
	return shifted[uint8](numbers, byteShift, t.Shape())
}

// put adds a variable's value to what is written.
func (p *place) put(t *hdf5.Tree, value *tensor.Tensor) error {
	bytes, ok := value.Data().([]uint8)
	if !ok {
		t.Put(p.path, value)
		return nil
	}
	signed, err := shifted[int32](bytes, -byteShift, value.Shape())
	t.PutInt8(p.path, signed)
	return err
}

// shifted returns numbers with by added, in another type that holds them.
func shifted[To, From uint8 | int32](v []From, by int, shape tensor.Shape) (*tensor.Tensor, error) {
	out := make([]To, len(v))
	for i, x := range v {
		n := int(x) + by
		if out[i] = To(n); int(out[i]) != n {
			return nil, fmt.Errorf("element %d is %d, no int8", i, x)
		}
	}
	return tensor.Of(out, shape...), nil
}

// objects yields the model's layers, those of nested models included, with their paths in Keras'
// files: layers/dense_1/, the classes in snake case and numbered within each container.
func (m *Model) objects(prefix string) iter.Seq2[string, layers.Module] {
	return func(yield func(string, layers.Module) bool) {
		used := map[string]int{}
		for _, l := range m.topLayers() {
			path := prefix + "layers/" + numbered(used, config.Snake(classOf(l))) + "/"
			inner := func(yield func(string, layers.Module) bool) { yield(path, l) }
			if nested, ok := l.(*Model); ok {
				inner = nested.objects(path)
			}
			for p, o := range inner {
				if !yield(p, o) {
					return
				}
			}
		}
	}
}

// numbered returns name, the second and later times with a number: dense, dense_1, dense_2.
func numbered(used map[string]int, name string) string {
	used[name]++
	if n := used[name]; n > 1 {
		return fmt.Sprintf("%s_%d", name, n-1)
	}
	return name
}

// places lists where the model's variables stand: layers/dense_1/vars/0.
func (m *Model) places(prefix string) (all []place) {
	for path, l := range m.objects(prefix) {
		all = append(all, layerPlaces(path, l)...)
	}
	return all
}

func classOf(l layers.Module) string {
	if m, ok := l.(*Model); ok {
		return m.ClassName()
	}
	return layers.FileClass(l)
}

func layerPlaces(prefix string, l layers.Module) (all []place) {
	if m, ok := l.(*Model); ok {
		return m.places(prefix)
	}
	for i, v := range layers.OwnVariables(l) {
		all = append(all, place{fmt.Sprintf("%svars/%d", prefix, i), v})
	}
	used := map[string]int{}
	for _, c := range layers.ChildrenOf(l) {
		list, name := layers.AttributeOf(l, c)
		if list != "" {
			name = list + "/" + numbered(used, name)
		}
		all = append(all, layerPlaces(prefix+name+"/", c)...)
	}
	return all
}

// putPlaces writes the variables at their places, each once.
func putPlaces(t *hdf5.Tree, places []place) error {
	seen := map[*graph.Variable]bool{}
	for _, p := range places {
		if seen[p.v] {
			continue
		}
		seen[p.v] = true
		value, err := valueOf(p.v)
		if err == nil {
			err = p.put(t, value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.v.Path, err)
		}
	}
	return nil
}

// setPlaces sets the model's variables, and what the indices of its layers of text count, from
// a file that has exactly these.
func (m *Model) setPlaces(f *hdf5.File) error {
	return setPlaces(f, "layers", m.wordPlaces(), m.places(""))
}

// setPlaces sets variables and what indices count from a file that has exactly these in the
// group root.
func setPlaces(f *hdf5.File, root string, words []wordPlace, places []place) error {
	vars, values, err := readPlaces(f, root, words, places)
	if err == nil {
		err = setIndexWeights(f, words)
	}
	if err == nil {
		err = setAll(vars, values)
	}
	return err
}

// readPlaces reads the variables at their places and makes sure that the file has no others.
func readPlaces(f *hdf5.File, root string, words []wordPlace, places []place) ([]*graph.Variable, []*tensor.Tensor, error) {
	var vars []*graph.Variable
	var values []*tensor.Tensor
	known := map[string]bool{}
	for _, w := range words {
		for _, path := range w.weightPaths() {
			known[path] = true
		}
	}
	for _, p := range places {
		known[p.path] = true
		if slices.Contains(vars, p.v) {
			continue // a shared layer's weights stand once
		}
		t, err := p.read(f)
		if err != nil {
			return nil, nil, fmt.Errorf("weight %s: %w", p.v.Path, err)
		}
		vars, values = append(vars, p.v), append(values, t)
	}
	if f.Root().Has(root) {
		group, _ := f.Root().Lookup(root)
		if err := noOthers(group, known); err != nil {
			return nil, nil, err
		}
	}
	return vars, values, nil
}

// noOthers reports an array below o that no variable of the model is for.
func noOthers(o *hdf5.Object, known map[string]bool) error {
	if !o.IsGroup() {
		if !known[o.Path()] {
			return fmt.Errorf("the file has an array %q, for which the model has no weight", o.Path())
		}
		return nil
	}
	names, err := o.Names()
	if err != nil {
		return err
	}
	for _, n := range names {
		if err := noOthers(o.Member(n), known); err != nil {
			return err
		}
	}
	return nil
}

// legacyPlaces lists where a legacy .h5 file keeps the variables: by the layers' names, in the
// order of their attribute weight_names, a layer's trainable ones first.
func (m *Model) legacyPlaces(f *hdf5.File) ([]*graph.Variable, []*tensor.Tensor, error) {
	var vars []*graph.Variable
	var values []*tensor.Tensor
	frozen := frozenVariables(m)
	fixed := func(v *graph.Variable) int {
		if v.Trainable && !frozen[v] {
			return 0
		}
		return 1
	}
	for _, l := range m.topLayers() {
		own := slices.Clone(layers.VariablesOf(l))
		slices.SortStableFunc(own, func(a, b *graph.Variable) int { return fixed(a) - fixed(b) })
		if len(own) == 0 {
			continue
		}
		group, err := f.Root().Lookup("model_weights/" + nameOf(l))
		if err != nil {
			return nil, nil, err
		}
		names, err := group.Strings("weight_names")
		if err != nil {
			return nil, nil, err
		}
		if len(names) != len(own) {
			return nil, nil, fmt.Errorf("layer %q has %d weights in the file; the model's has %d", nameOf(l), len(names), len(own))
		}
		for i, v := range own {
			o, err := group.Lookup(names[i])
			if err != nil {
				return nil, nil, err
			}
			t, err := o.Read(v.Type.Shape)
			if err != nil {
				return nil, nil, fmt.Errorf("weight %s: %w", v.Path, err)
			}
			vars, values = append(vars, v), append(values, t)
		}
	}
	return vars, values, nil
}
