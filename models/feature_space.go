package models

import (
	"fmt"
	"io"
	"iter"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// AdaptFeatures adapts the layers of a feature space to the inputs of a data set, which are its
// columns in the order of Features. It makes one pass over the data for each layer that adapts.
func AdaptFeatures(f *layers.FeatureSpace, data datasets.Dataset) error {
	return f.AdaptEach(func(i int) iter.Seq2[*tensor.Tensor, error] { return datasets.Inputs(data, i) })
}

// SaveFeatures writes an adapted feature space to a .keras file, atomically. Keras and
// [LoadFeatures] can load it.
func SaveFeatures(path string, f *layers.FeatureSpace) error {
	err := func() error {
		if _, err := featureModel(f, false); err != nil {
			return err
		}
		c, err := saving.EncodeFeatures(f, runtime.Value)
		if err != nil {
			return err
		}
		return atomicfile.Write(path, func(w io.Writer) error { return format.Of(".keras").Write(w, c) })
	}()
	if err != nil {
		return fmt.Errorf("models: save features %s: %w", path, err)
	}
	return nil
}

// LoadFeatures reads a feature space from a .keras file written by Keras or [SaveFeatures].
func LoadFeatures(path string) (*layers.FeatureSpace, error) {
	f, err := loadFeatures(format.Open(path))
	if err != nil {
		return nil, fmt.Errorf("models: load features %s: %w", path, err)
	}
	return f, nil
}

func loadFeatures(s *format.Source, err error) (*layers.FeatureSpace, error) {
	if err != nil {
		return nil, err
	}
	defer s.Close()
	file, err := format.Read(s)
	if err != nil {
		return nil, err
	}
	f, err := saving.DecodeFeatures(file)
	if err != nil {
		return nil, err
	}
	m, err := featureModel(f, true)
	if err != nil {
		return nil, err
	}
	learned, err := saving.ReadFeatures(file, f)
	if err == nil {
		err = learned.Set(setAll)
	}
	m.blank = false
	return f, err
}

// featureModel returns a model of the feature space's layers, which creates their variables. If
// blank is set, the variables have no values, because they are about to be loaded.
func featureModel(f *layers.FeatureSpace, blank bool) (*Model, error) {
	in, out, err := f.Values()
	if err != nil {
		return nil, err
	}
	m := New(in, out)
	m.blank = blank
	return m, m.build(layers.Policy{}, 0)
}
