package saving

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// An Assignment holds values read from a file for variables and layers, before anything is
// changed. The caller sets the variables, then calls Finish.
type Assignment struct {
	Vars   []*graph.Variable
	Values []*tensor.Tensor

	words []indexWeights
	host  []func() error // set the part of an optimizer's state that is kept on the host
}

// indexWeights are the counts for the indices of a text layer.
type indexWeights struct {
	layer   layers.VocabularyLayer
	weights []float32
}

func (a *Assignment) add(v *graph.Variable, t *tensor.Tensor) {
	a.Vars, a.Values = append(a.Vars, v), append(a.Values, t)
}

// addWords reads the counts for the indices of text layers.
func (a *Assignment) addWords(h *hdf5.File, words []wordPlace) error {
	for _, w := range words {
		weights, err := w.weights(h)
		if err != nil {
			return fmt.Errorf("layer %q: %w", NameOf(w.layer), err)
		}
		if weights != nil {
			a.words = append(a.words, indexWeights{w.layer, weights})
		}
	}
	return nil
}

// Join adds the assignments of b.
func (a *Assignment) Join(b *Assignment) {
	a.Vars, a.Values = append(a.Vars, b.Vars...), append(a.Values, b.Values...)
	a.words, a.host = append(a.words, b.words...), append(a.host, b.host...)
}

// Set sets text layers and variables to the values read. It sets variables by calling set, which
// must not change any if it fails. On an error nothing changes.
func (a *Assignment) Set(set func([]*graph.Variable, []*tensor.Tensor) error) error {
	var undo []func()
	err := func() error {
		for _, w := range a.words {
			old := w.layer.IndexWeights()
			undo = append(undo, func() { w.layer.SetVocabulary(nil, old) })
			if err := w.layer.SetVocabulary(nil, w.weights); err != nil {
				return fmt.Errorf("layer %q: %w", NameOf(w.layer), err)
			}
		}
		return set(a.Vars, a.Values)
	}()
	if err != nil {
		for _, f := range undo {
			f()
		}
		return err
	}
	for _, f := range a.host {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}
