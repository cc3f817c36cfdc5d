package models

import (
	"fmt"

	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/internal/saving/format"
)

// LoadWeights sets the model's weights from a Keras .weights.h5 or .keras file or from a
// .safetensors file. The file must have exactly the model's weights. On an error nothing changes.
func (m *Model) LoadWeights(path string) error {
	err := m.readFrom(path, func(f *format.File) (*saving.Assignment, error) { return m.describe().ReadWeights(f) })
	if err != nil {
		return fmt.Errorf("models: load weights %s: %w", path, err)
	}
	return nil
}

// LoadMatching is [Model.LoadWeights] for a file of a different model, like Keras' load_weights
// with skip_mismatch. It sets the weights of the layers for which the file has the same number of
// arrays with the same shapes, such as all but a new head, and leaves the others unchanged. It
// returns the paths of the weights that were not set. It is an error if no layer matches.
func (m *Model) LoadMatching(path string) (left []string, err error) {
	err = m.readFrom(path, func(f *format.File) (a *saving.Assignment, err error) {
		a, left, err = m.describe().ReadMatching(f)
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("models: load matching %s: %w", path, err)
	}
	return left, nil
}

// Restore sets the weights and, if the model is compiled, the optimizer's state from a file
// written by [Model.Save] in any of its formats. The file must have exactly the model's weights.
// On an error nothing changes.
func (m *Model) Restore(path string) error {
	err := m.readFrom(path, func(f *format.File) (*saving.Assignment, error) {
		a, err := m.describe().ReadWeights(f)
		if err != nil {
			return nil, err
		}
		state, err := m.readState(f)
		if state != nil {
			a.Join(state)
		}
		return a, err
	})
	if err != nil {
		return fmt.Errorf("models: restore %s: %w", path, err)
	}
	return nil
}

// readFrom applies what read returns for the file at path.
func (m *Model) readFrom(path string, read func(*format.File) (*saving.Assignment, error)) error {
	s, err := format.Open(path)
	if err != nil {
		return err
	}
	defer s.Close()
	f, err := format.Read(s)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	a, err := read(f)
	if err != nil {
		return err
	}
	return a.Set(setAll)
}
