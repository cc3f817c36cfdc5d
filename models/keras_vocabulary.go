package models

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// maxVocabulary bounds the file of a vocabulary in an archive.
const maxVocabulary = 256 << 20

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
		err = fmt.Errorf("%s: shape %v; wants one axis", path, t.Shape())
	}
	if err != nil {
		return nil, err
	}
	return tensor.As[float32](t)
}

// loadVocabularies gives adapted layers of text their vocabularies, which Keras keeps beside
// the configuration: assets/layers/string_lookup/vocabulary.txt.
func (a *archive) loadVocabularies(m *Model, h *hdf5.File) error {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node { // which reports a model that is none
		for _, w := range m.wordPlaces() {
			if err := a.loadVocabulary(&w, h); err != nil {
				graph.Errorf("%v", err)
			}
		}
		return []*graph.Node{g.Const(graph.Float32, 0)}
	})
	return err
}

func (a *archive) loadVocabulary(w *wordPlace, h *hdf5.File) error {
	path := "assets/" + w.path + "vocabulary.txt"
	if w.layer.HasVocabulary() || a.members[path] == nil {
		return nil
	}
	text, err := a.read(path, maxVocabulary)
	if err != nil {
		return err
	}
	weights, err := w.weights(h)
	if err == nil {
		err = w.layer.SetVocabulary(strings.Split(string(text), "\n"), weights)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
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

// setIndexWeights reads them. On an error they are as they were.
func setIndexWeights(h *hdf5.File, words []wordPlace) error {
	var undo []func()
	for _, w := range words {
		weights, err := w.weights(h)
		if err == nil && weights != nil {
			old := w.layer.IndexWeights()
			undo = append(undo, func() { w.layer.SetVocabulary(nil, old) })
			err = w.layer.SetVocabulary(nil, weights)
		}
		if err != nil {
			for _, f := range undo {
				f()
			}
			return fmt.Errorf("layer %q: %w", nameOf(w.layer), err)
		}
	}
	return nil
}
