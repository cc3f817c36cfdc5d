package models

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/safetensors"
	"github.com/rhyton/rhyton/tensor"
)

// LoadMatching is [Model.LoadWeights] for a file of another model, as Keras' load_weights with
// skip_mismatch: it sets the weights of the layers for which the file has the same number of
// arrays of the same shapes, such as all but a new head, and leaves the others as they are. It
// returns the paths of the weights that were left; that nothing fits is an error.
func (m *Model) LoadMatching(path string) (left []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err = m.ensureBuilt(); err == nil {
		left, err = m.loadMatching(path)
	}
	if err != nil {
		return nil, fmt.Errorf("models: load matching %s: %w", path, err)
	}
	return left, nil
}

func (m *Model) loadMatching(name string) (left []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(name, ".safetensors") {
		file, err := safetensors.Read(f, info.Size())
		if err != nil {
			return nil, err
		}
		return setFitting(m.storedIn(file))
	}
	h, err := openWeights(f, info.Size(), name)
	if err != nil {
		return nil, err
	}
	return setFitting(m.storedInKeras(h))
}

// stored is the variables of a layer and what a file has for them.
type stored struct {
	vars   []*graph.Variable
	values []*tensor.Tensor // nil where it has nothing that fits
	more   bool             // it has more arrays than the layer
}

// storedLayers are the layers of a model in its order, by the folders of their weights.
type storedLayers struct {
	all []*stored
	at  map[string]*stored
}

// add notes a variable of the layer in dir, and what the file has for it.
func (l *storedLayers) add(dir string, v *graph.Variable, t *tensor.Tensor) {
	s := l.at[dir]
	if s == nil {
		s = &stored{}
		l.at[dir], l.all = s, append(l.all, s)
	}
	s.vars, s.values = append(s.vars, v), append(s.values, t)
}

// storedInKeras looks the layers up in a file of Keras.
func (m *Model) storedInKeras(h *hdf5.File) []*stored {
	l := storedLayers{at: map[string]*stored{}}
	seen := map[*graph.Variable]bool{}
	for _, p := range m.places("") {
		if seen[p.v] {
			continue // a shared layer's weights stand once
		}
		seen[p.v] = true
		t, err := p.read(h)
		if err != nil {
			t = nil
		}
		l.add(path.Dir(p.path), p.v, t)
	}
	for dir, s := range l.at {
		s.more = h.Root().Has(fmt.Sprintf("%s/%d", strings.TrimPrefix(dir, "/"), len(s.vars)))
	}
	return l.all
}

// storedIn looks the layers up in a safetensors file, by the paths of their weights.
func (m *Model) storedIn(f *safetensors.File) []*stored {
	l := storedLayers{at: map[string]*stored{}}
	has := map[string]bool{}
	for _, v := range m.vars {
		t := f.Tensors["weights/"+v.Path]
		if t != nil && (t.DType() != v.Type.DType || !t.Shape().Equal(v.Type.Shape)) {
			t = nil
		}
		has[v.Path] = true
		l.add(path.Dir(v.Path), v, t)
	}
	for _, name := range f.Names {
		name = strings.TrimPrefix(name, "weights/")
		if s := l.at[path.Dir(name)]; s != nil && !has[name] {
			s.more = true
		}
	}
	return l.all
}

// setFitting sets the layers that the file has whole.
func setFitting(all []*stored) (left []string, err error) {
	var vars []*graph.Variable
	var values []*tensor.Tensor
	for _, s := range all {
		fits := !s.more
		for _, t := range s.values {
			fits = fits && t != nil
		}
		if fits {
			vars, values = append(vars, s.vars...), append(values, s.values...)
			continue
		}
		for _, v := range s.vars {
			left = append(left, v.Path)
		}
	}
	if len(vars) == 0 {
		return nil, fmt.Errorf("no layer of the model has its weights in the file")
	}
	return left, setAll(vars, values)
}
