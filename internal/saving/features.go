package saving

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/layers"
)

// EncodeFeatures returns the contents of a file for a feature space.
func EncodeFeatures(f *layers.FeatureSpace, valueOf Values) (*format.Contents, error) {
	conf, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	t := hdf5.NewTree()
	t.Group("preprocessors")
	words, places := featurePlaces(f)
	if err := putPlaces(t, places, valueOf); err != nil {
		return nil, err
	}
	putIndexWeights(t, words)
	return &format.Contents{Config: conf, Tree: t}, nil
}

// DecodeFeatures returns the feature space in a file, with its vocabularies but without variables.
func DecodeFeatures(file *format.File) (*layers.FeatureSpace, error) {
	f := &layers.FeatureSpace{}
	if file.Config == nil {
		return nil, fmt.Errorf("the file holds no feature space")
	}
	if err := f.UnmarshalJSON(file.Config); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	words, _ := featurePlaces(f)
	return f, loadVocabularies(file, words)
}

// ReadFeatures reads the adapted state of the layers of a feature space whose variables exist.
func ReadFeatures(file *format.File, f *layers.FeatureSpace) (*Assignment, error) {
	words, places := featurePlaces(f)
	a, err := readPlaces(file.HDF5, "preprocessors", words, places)
	if err != nil {
		return nil, fmt.Errorf("model.weights.h5: %w", err)
	}
	return a, nil
}

func noModel(layers.Module) *Model { return nil }

// featurePlaces lists where a file stores the adapted state of the layers of a feature space.
func featurePlaces(f *layers.FeatureSpace) (words []wordPlace, all []place) {
	used := map[string]int{}
	for _, x := range f.Features {
		path := "preprocessors/" + numbered(used, config.Snake(access.FileClass(x.Layer))) + "/"
		if v, ok := x.Layer.(layers.VocabularyLayer); ok {
			words = append(words, wordPlace{path, v})
		}
		all = append(all, layerPlaces(path, x.Layer, noModel)...)
	}
	return words, all
}
