package models

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/layers"
)

// Load returns the model in a .keras or .h5 file saved by any version of Keras since 2.0, or in a
// .keras file saved by [Model.Save]. It restores layers, weights and, if the file has them, loss,
// metrics and optimizer with its state, so that training continues where it ended.
//
// No code in a file is ever run: classes come from the registry, and functions are rejected.
// Memory and time are bounded by the size of the file and the limits in docs/reliability.md.
func Load(path string) (*Model, error) { return Loader{}.Load(path) }

// LoadFS is [Load] for a file in a file system, such as one embedded in the program:
//
//	//go:embed digits.keras
//	var files embed.FS
//	…
//	m, err := models.LoadFS(files, "digits.keras")
func LoadFS(fsys fs.FS, name string) (*Model, error) { return Loader{}.LoadFS(fsys, name) }

// Read is [Load] for a file of the given size that is read from r, such as a [bytes.Reader].
func Read(r io.ReaderAt, size int64) (*Model, error) { return Loader{}.Read(r, size) }

// A Loader configures how to load a model. The zero Loader behaves like [Load].
type Loader struct {
	// WithoutCompile leaves the model uncompiled, like Keras' compile=False: the file's loss,
	// metrics and optimizer are not read.
	WithoutCompile bool
}

// Load loads the model in the file at path.
func (l Loader) Load(path string) (*Model, error) {
	m, err := l.load(format.Open(path))
	if err != nil {
		return nil, fmt.Errorf("models: load %s: %w", path, err)
	}
	return m, nil
}

// LoadFS loads the model in a file in a file system.
func (l Loader) LoadFS(fsys fs.FS, name string) (*Model, error) {
	m, err := l.load(format.OpenFS(fsys, name))
	if err != nil {
		return nil, fmt.Errorf("models: load %s: %w", name, err)
	}
	return m, nil
}

// Read loads the model in a file of the given size that is read from r.
func (l Loader) Read(r io.ReaderAt, size int64) (*Model, error) {
	m, err := l.load(&format.Source{ReaderAt: r, Size: size}, nil)
	if err != nil {
		return nil, fmt.Errorf("models: read: %w", err)
	}
	return m, nil
}

func (l Loader) load(s *format.Source, err error) (*Model, error) {
	if err != nil {
		return nil, err
	}
	defer s.Close()
	f, err := format.Read(s)
	if err != nil {
		return nil, err
	}
	m, err := weighted(f)
	if err != nil || l.WithoutCompile {
		return m, err
	}
	compile, err := saving.CompileConfig(f)
	if err == nil {
		err = m.compileFrom(compile, f)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; the model itself can be loaded: by models.Loader{WithoutCompile: true}", err)
	}
	return m, nil
}

// weighted returns the model in a file with its weights, not compiled.
func weighted(f *format.File) (*Model, error) {
	if f.Config == nil {
		return nil, errors.New("the file holds weights alone: build the model and call LoadWeights")
	}
	m, err := blankModel(f.Config, f)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	weights, err := m.describe().ReadWeights(f)
	if err == nil {
		err = weights.Set(setAll)
	}
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	m.blank = false
	return m, nil
}

// blankModel builds the model of a configuration, with weights that have no values yet.
func blankModel(conf []byte, f *format.File) (*Model, error) {
	d, err := saving.Decode(conf, f.Version, fromDescription)
	if err != nil {
		return nil, err
	}
	m := newModel(d)
	m.blank = true
	if err := m.loadVocabularies(f); err != nil {
		return nil, err
	}
	return m, m.build(layers.Policy{}, 0)
}

// loadVocabularies loads the vocabularies that text layers need to be built.
func (m *Model) loadVocabularies(f *format.File) error {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node { // reports an invalid model
		if err := m.describe().LoadVocabularies(f); err != nil {
			graph.Errorf("%v", err)
		}
		return []*graph.Node{g.Const(graph.Float32, 0)}
	})
	return err
}

// compileFrom compiles the model as configured in a file and sets the optimizer's state. Without a
// configuration the model stays uncompiled.
func (m *Model) compileFrom(conf []byte, f *format.File) error {
	if len(conf) == 0 || string(conf) == "null" {
		return nil
	}
	cfg, err := m.CompileFromJSON(conf)
	if err != nil {
		return err
	}
	if err := m.Compile(cfg); err != nil {
		return err
	}
	state, err := m.readState(f)
	if err != nil || state == nil {
		return err
	}
	return state.Set(setAll)
}

// readState reads the optimizer's state; nil if the file or the model has none.
func (m *Model) readState(f *format.File) (*saving.Assignment, error) {
	c := m.compiled
	if c == nil || c.optimizer == nil {
		return nil, nil
	}
	if has, err := saving.HasState(f); err != nil || !has {
		return nil, err
	}
	if err := c.readyOptimizer(); err != nil {
		return nil, err
	}
	return saving.ReadState(f, c.optimizer)
}

// readyOptimizer creates the optimizer's slots before its first step.
func (c *compiled) readyOptimizer() error {
	if c.optimizer.Weights() != nil {
		return nil
	}
	x, y := c.exampleTypes()
	if y == nil {
		return fmt.Errorf("the optimizer's state can be loaded only after a first step, for the shapes of targets that this loss takes are not known before")
	}
	_, _, err := c.traceStep(learning, c.optimizer, x, y, nil)
	return err
}
