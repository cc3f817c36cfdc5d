package saving

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// An Assignment is what was read from a file for variables and layers; nothing has been
// changed yet. The caller sets the variables, then calls Finish.
type Assignment struct {
	Vars   []*graph.Variable
	Values []*tensor.Tensor

	words []indexWeights
	host  []func() error // sets what the host keeps of an optimizer's state
}

// indexWeights are what the indices of a layer of text count.
type indexWeights struct {
	layer   layers.VocabularyLayer
	weights []float32
}

func (a *Assignment) add(v *graph.Variable, t *tensor.Tensor) {
	a.Vars, a.Values = append(a.Vars, v), append(a.Values, t)
}

// addWords reads what the indices of layers of text count.
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

// Join adds what b assigns.
func (a *Assignment) Join(b *Assignment) {
	a.Vars, a.Values = append(a.Vars, b.Vars...), append(a.Values, b.Values...)
	a.words, a.host = append(a.words, b.words...), append(a.host, b.host...)
}

// Set gives layers of text and variables what was read, the variables by set, which changes
// none on an error. On an error everything is as it was.
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
