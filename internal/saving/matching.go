package saving

import (
	"fmt"
	"path"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/tensor"
)

// ReadMatching reads the weights of the layers for which a file has the same number of arrays with
// the same shapes. It returns the paths of the weights of the other layers. It is an error if no
// layer matches.
func (m *Model) ReadMatching(f *format.File) (a *Assignment, left []string, err error) {
	var all []*stored
	if f.Layout == format.ByPath {
		all = m.storedInPaths(f.Tensors)
	} else {
		all = m.storedInPlaces(f.HDF5)
	}
	a = &Assignment{}
	for _, s := range all {
		fits := !s.more
		for _, t := range s.values {
			fits = fits && t != nil
		}
		for i, v := range s.vars {
			if fits {
				a.add(v, s.values[i])
			} else {
				left = append(left, v.Path)
			}
		}
	}
	if len(a.Vars) == 0 {
		return nil, nil, fmt.Errorf("no layer of the model has its weights in the file")
	}
	return a, left, nil
}

// stored holds the variables of a layer and the file's values for them.
type stored struct {
	vars   []*graph.Variable
	values []*tensor.Tensor // nil where the file has no matching array
	more   bool             // the file has more arrays than the layer
}

// storedLayers are the layers of a model in order, by the directories of their weights.
type storedLayers struct {
	all []*stored
	at  map[string]*stored
}

// add adds a variable of the layer in dir, and the file's value for it.
func (l *storedLayers) add(dir string, v *graph.Variable, t *tensor.Tensor) {
	s := l.at[dir]
	if s == nil {
		s = &stored{}
		l.at[dir], l.all = s, append(l.all, s)
	}
	s.vars, s.values = append(s.vars, v), append(s.values, t)
}

// storedInPlaces looks up the layers in a Keras 3 file.
func (m *Model) storedInPlaces(h *hdf5.File) []*stored {
	l := storedLayers{at: map[string]*stored{}}
	seen := map[*graph.Variable]bool{}
	for _, p := range m.places() {
		if seen[p.v] {
			continue // the weights of a shared layer are stored once
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
