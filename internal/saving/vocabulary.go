package saving

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A wordPlace is the location of the adapted state of a text layer in Keras' files, apart from its
// configuration: layers/string_lookup/, in an archive's assets and in its arrays.
type wordPlace struct {
	path  string
	layer layers.VocabularyLayer
}

// wordPlaces lists the model's text layers.
func (m *Model) wordPlaces() (all []wordPlace) {
	for path, l := range m.objects("") {
		if v, ok := l.(layers.VocabularyLayer); ok {
			all = append(all, wordPlace{path, v})
		}
	}
	return all
}

// weightPaths lists the places of the layer's index weights, for AsTFIDF. For TextVectorization,
// Keras stores them twice: for the layer and for the lookup layer in it.
func (w *wordPlace) weightPaths() []string {
	all := []string{w.path + "vars/idf_weights"}
	if _, ok := w.layer.(*layers.TextVectorization); ok {
		all = append(all, w.path+"_lookup_layer/vars/idf_weights")
	}
	return all
}

// weights returns the layer's index weights in a file, nil if it has none.
func (w *wordPlace) weights(h *hdf5.File) ([]float32, error) {
	path := w.weightPaths()[0]
	if !h.Root().Has(path) {
		return nil, nil
	}
	o, err := h.Root().Lookup(path)
	if err != nil {
		return nil, err
	}
	t, err := o.Read(nil)
	if err == nil && t.Rank() != 1 {
		err = fmt.Errorf("%s: shape %v; want one axis", path, t.Shape())
	}
	if err != nil {
		return nil, err
	}
	return tensor.As[float32](t)
}

// LoadVocabularies sets the vocabularies of adapted text layers, which Keras stores next to the
// configuration: assets/layers/string_lookup/vocabulary.txt. The model does not need variables
// yet.
func (m *Model) LoadVocabularies(f *format.File) error { return loadVocabularies(f, m.wordPlaces()) }

func loadVocabularies(f *format.File, words []wordPlace) error {
	for _, w := range words {
		if err := w.loadVocabulary(f); err != nil {
			return err
		}
	}
	return nil
}

func (w *wordPlace) loadVocabulary(f *format.File) error {
	path := w.path + "vocabulary.txt"
	if w.layer.HasVocabulary() {
		return nil
	}
	text, err := f.Asset(path)
	if err != nil || text == nil {
		return err
	}
	weights, err := w.weights(f.HDF5)
	if err == nil {
		err = w.layer.SetVocabulary(strings.Split(string(text), "\n"), weights)
	}
	if err != nil {
		return fmt.Errorf("assets/%s: %w", path, err)
	}
	return nil
}

// putIndexWeights writes the index weights of text layers, for AsTFIDF.
func putIndexWeights(t *hdf5.Tree, words []wordPlace) {
	for _, w := range words {
		if weights := w.layer.IndexWeights(); weights != nil {
			for _, path := range w.weightPaths() {
				t.Put(path, tensor.Of(weights))
			}
		}
	}
}
