package saving

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A wordPlace is where Keras' files keep what a layer of text has learned, besides its
// configuration: layers/string_lookup/, of an archive's assets and of its arrays.
type wordPlace struct {
	path  string
	layer layers.VocabularyLayer
}

// wordPlaces lists the model's layers of text.
func (m *Model) wordPlaces() (all []wordPlace) {
	for path, l := range m.objects("") {
		if v, ok := l.(layers.VocabularyLayer); ok {
			all = append(all, wordPlace{path, v})
		}
	}
	return all
}

// weightPaths lists where the weights of the layer's indices stand, for AsTFIDF: Keras keeps
// those of TextVectorization twice, its own and those of the lookup in it.
func (w *wordPlace) weightPaths() []string {
	all := []string{w.path + "vars/idf_weights"}
	if _, ok := w.layer.(*layers.TextVectorization); ok {
		all = append(all, w.path+"_lookup_layer/vars/idf_weights")
	}
	return all
}

// weights returns the weights of the layer's indices in a file, nil if it has none.
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

// LoadVocabularies gives adapted layers of text the vocabularies that Keras keeps beside the
// configuration: assets/layers/string_lookup/vocabulary.txt. The model needs no variables yet.
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

// putIndexWeights writes what the indices of layers of text count, for AsTFIDF.
func putIndexWeights(t *hdf5.Tree, words []wordPlace) {
	for _, w := range words {
		if weights := w.layer.IndexWeights(); weights != nil {
			for _, path := range w.weightPaths() {
				t.Put(path, tensor.Of(weights))
			}
		}
	}
}
