package saving

import (
	"fmt"
	"iter"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A place is the location of a variable in a Keras weights file.
type place struct {
	path string
	v    *graph.Variable
	low  *lowRank // the low-rank update of v; nil: none
}

// byteShift is the offset of a byte variable relative to Keras' int8.
const byteShift = 128

// read returns the array at the place in a file.
func (p *place) read(f *hdf5.File) (*tensor.Tensor, error) {
	o, err := p.find(f)
	if err != nil {
		return nil, err
	}
	return readAs(o, p.v)
}

// readAs returns the array o for the variable v, converting bytes to the variable's offset.
func readAs(o *hdf5.Object, v *graph.Variable) (*tensor.Tensor, error) {
	t, err := o.Read(v.Type.Shape)
	if err != nil || v.Type.DType != graph.Uint8 {
		return t, err
	}
	numbers, ok := t.Data().([]int32)
	if !ok {
		return nil, fmt.Errorf("%q holds %v; want int8", o.Path(), t.DType())
	}
	return shifted[uint8](numbers, byteShift, t.Shape())
}

// find returns the object at the place in a file. Keras 2 puts an underscore before the names of
// some sublayers: _query_dense.
func (p *place) find(f *hdf5.File) (*hdf5.Object, error) {
	o, err := f.Root().Lookup(p.path)
	if err == nil {
		return o, nil
	}
	at := f.Root()
	for _, name := range strings.Split(p.path, "/") {
		next, missing := at.Lookup(name)
		if missing != nil {
			next, missing = at.Lookup("_" + name)
		}
		if missing != nil {
			return nil, err
		}
		at = next
	}
	return at, nil
}

// put adds a variable's value to the tree to be written.
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

// shifted returns v plus by, converted to another type that can hold the result.
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

// objects yields the model's layers, including those of nested models, with their paths in Keras'
// files: layers/dense_1/, the class names in snake case, numbered within each container.
func (m *Model) objects(prefix string) iter.Seq2[string, layers.Module] {
	return func(yield func(string, layers.Module) bool) {
		used := map[string]int{}
		for _, l := range m.Layers {
			nested := m.Nested(l)
			class := access.FileClass(l)
			if nested != nil {
				class = nested.Class()
			}
			path := prefix + "layers/" + numbered(used, config.Snake(class)) + "/"
			inner := func(yield func(string, layers.Module) bool) { yield(path, l) }
			if nested != nil {
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

// numbered returns name, with a number from its second use on: dense, dense_1, dense_2.
func numbered(used map[string]int, name string) string {
	used[name]++
	if n := used[name]; n > 1 {
		return fmt.Sprintf("%s_%d", name, n-1)
	}
	return name
}

// places lists the places of the model's variables: layers/dense_1/vars/0.
func (m *Model) places() (all []place) {
	for path, l := range m.objects("") {
		all = append(all, layerPlaces(path, l, m.Nested)...)
	}
	return all
}

// layerPlaces lists the places of the variables of a layer and of its sublayers.
func layerPlaces(prefix string, l layers.Module, nested func(layers.Module) *Model) (all []place) {
	if m := nested(l); m != nil {
		for path, l := range m.objects(prefix) {
			all = append(all, layerPlaces(path, l, nested)...)
		}
		return all
	}
	for i, p := range ownPlaces(l) {
		p.path = fmt.Sprintf("%svars/%d", prefix, i)
		all = append(all, p)
	}
	used := map[string]int{}
	for _, c := range access.Children(l) {
		list, name := access.Attribute(l, c)
		if list != "" {
			name = list + "/" + numbered(used, name)
		}
		all = append(all, layerPlaces(prefix+name+"/", c, nested)...)
	}
	return all
}

// Values returns the value of a variable, wherever it is stored.
type Values func(*graph.Variable) (*tensor.Tensor, error)

// putPlaces writes each variable once, at its place.
func putPlaces(t *hdf5.Tree, places []place, valueOf Values) error {
	seen := map[*graph.Variable]bool{}
	for _, p := range places {
		if seen[p.v] {
			continue
		}
		seen[p.v] = true
		value, err := p.low.merged(p.v, valueOf)
		if err == nil {
			err = p.put(t, value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.v.Path, err)
		}
	}
	return nil
}

// readPlaces reads the arrays at the places in the group root of a file, which must have exactly
// these arrays.
func readPlaces(f *hdf5.File, root string, words []wordPlace, places []place) (*Assignment, error) {
	a := &Assignment{}
	known := map[string]bool{}
	for _, w := range words {
		for _, path := range w.weightPaths() {
			known[path] = true
		}
	}
	seen := map[*graph.Variable]bool{}
	for _, p := range places {
		if o, err := p.find(f); err == nil {
			known[o.Path()] = true
		}
		if seen[p.v] {
			continue // the weights of a shared layer are stored once
		}
		seen[p.v] = true
		t, err := p.read(f)
		if err != nil {
			return nil, fmt.Errorf("weight %s: %w", p.v.Path, err)
		}
		a.add(p.v, t)
		p.low.clear(a)
	}
	if f.Root().Has(root) {
		group, _ := f.Root().Lookup(root)
		if err := noOthers(group, known); err != nil {
			return nil, err
		}
	}
	return a, a.addWords(f, words)
}

// noOthers reports an array below o that does not belong to a variable of the model.
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
