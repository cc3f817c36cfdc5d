package models

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/strictjson"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// AdaptFeatures has the layers of a feature space learn from the inputs of a data set, which
// are its columns in the order of Features: a pass over the data for each layer that learns.
func AdaptFeatures(f *layers.FeatureSpace, data datasets.Dataset) error {
	return f.AdaptEach(func(i int) iter.Seq2[*tensor.Tensor, error] { return datasets.Inputs(data, i) })
}

// SaveFeatures writes a feature space, with what it has learned, to a .keras file, whole or
// not at all. Keras opens it, and so does [LoadFeatures].
func SaveFeatures(path string, f *layers.FeatureSpace) error {
	err := func() error {
		conf, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if _, err := featureModel(f, false); err != nil {
			return err
		}
		t := hdf5.NewTree()
		t.Group("preprocessors")
		words, places := featurePlaces(f)
		if err := putPlaces(t, places); err != nil {
			return err
		}
		putIndexWeights(t, words)
		return atomicfile.Write(path, func(w io.Writer) error { return writeArchive(w, conf, t) })
	}()
	if err != nil {
		return fmt.Errorf("models: save features %s: %w", path, err)
	}
	return nil
}

// LoadFeatures reads a feature space from a .keras file of Keras or of [SaveFeatures].
func LoadFeatures(path string) (*layers.FeatureSpace, error) {
	f, err := loadFeatures(path)
	if err != nil {
		return nil, fmt.Errorf("models: load features %s: %w", path, err)
	}
	return f, nil
}

func loadFeatures(path string) (*layers.FeatureSpace, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, err
	}
	a, err := openArchive(r, info.Size())
	if err != nil {
		return nil, err
	}
	return a.features()
}

// features reads a feature space.
func (a *archive) features() (*layers.FeatureSpace, error) {
	conf, err := a.read("config.json", maxConfig)
	if err != nil {
		return nil, err
	}
	f := &layers.FeatureSpace{}
	if err := strictjson.Check(conf); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	if err := f.UnmarshalJSON(conf); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	h, err := a.weights()
	if err != nil {
		return nil, err
	}
	words, _ := featurePlaces(f)
	for _, w := range words {
		if err := a.loadVocabulary(&w, h); err != nil {
			return nil, err
		}
	}
	m, err := featureModel(f, true)
	if err != nil {
		return nil, err
	}
	_, places := featurePlaces(f)
	if err := setPlaces(h, "preprocessors", words, places); err != nil {
		return nil, fmt.Errorf("model.weights.h5: %w", err)
	}
	m.blank = false
	return f, nil
}

// featureModel returns the model of a feature space's layers, which gives these their
// variables, without values if they are about to be loaded.
func featureModel(f *layers.FeatureSpace, blank bool) (*Model, error) {
	in, out, err := f.Values()
	if err != nil {
		return nil, err
	}
	m := New(in, out)
	m.blank = blank
	return m, m.build(layers.Policy{}, 0)
}

// featurePlaces lists where a file has what the layers of a feature space learned.
func featurePlaces(f *layers.FeatureSpace) (words []wordPlace, all []place) {
	used := map[string]int{}
	for _, x := range f.Features {
		path := "preprocessors/" + numbered(used, config.Snake(layers.FileClass(x.Layer))) + "/"
		if v, ok := x.Layer.(layers.VocabularyLayer); ok {
			words = append(words, wordPlace{path, v})
		}
		all = append(all, layerPlaces(path, x.Layer)...)
	}
	return words, all
}
