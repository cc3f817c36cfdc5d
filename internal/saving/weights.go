package saving

import (
	"encoding/json"

	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/optimizers"
)

// ReadWeights reads the weights from a file, which must have exactly the model's weights.
func (m *Model) ReadWeights(f *format.File) (*Assignment, error) {
	switch f.Layout {
	case format.ByPath:
		return readPaths(f.Tensors, "weights/", m.Vars)
	case format.ByLayer:
		return m.readLayers(f.HDF5)
	}
	return readPlaces(f.HDF5, "layers", m.wordPlaces(), m.places())
}

// A Saving describes what to save of a model.
type Saving struct {
	Model   *Model
	Compile json.RawMessage   // for a whole model; nil: none
	State   *optimizers.State // nil: none
	Values  Values
}

// Encode returns the contents of a file of the given format.
func (s *Saving) Encode(f *format.Format) (c *format.Contents, err error) {
	c = &format.Contents{}
	if f.Layout == format.ByPath {
		c.Tensors, err = s.Model.encodePaths(s.State, s.Values)
		return c, err
	}
	if f.Whole {
		if c.Config, err = s.config(); err != nil {
			return nil, err
		}
	}
	c.Tree, err = s.tree()
	return c, err
}

// config returns the JSON of the model and the arguments of compile.
func (s *Saving) config() ([]byte, error) {
	o, err := s.Model.Object()
	if err != nil {
		return nil, err
	}
	if s.Compile != nil {
		o["compile_config"] = s.Compile
	}
	return json.Marshal(o)
}

// tree returns the weights and the optimizer's state at Keras' places.
func (s *Saving) tree() (*hdf5.Tree, error) {
	t := hdf5.NewTree()
	t.Group("layers")
	t.Group("vars")
	if err := putPlaces(t, s.Model.places(), s.Values); err != nil {
		return nil, err
	}
	putIndexWeights(t, s.Model.wordPlaces())
	return t, putState(t, s.State, s.Values)
}
