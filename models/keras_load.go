package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/strictjson"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// Load returns the model that Keras saved in a .keras file or a legacy .h5 file, or that
// [Model.Save] saved in a .keras file: its layers, weights and, where the file has them, loss,
// metrics and optimizer with its state, so that training goes on where it ended.
//
// Nothing in a file is ever run: classes come from the registry, functions are refused. The
// memory it takes is bounded by what the file really holds.
func Load(path string) (*Model, error) {
	m, err := load(path)
	if err != nil {
		return nil, fmt.Errorf("models: load %s: %w", path, err)
	}
	return m, nil
}

func load(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	head := make([]byte, 8)
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if strings.HasSuffix(path, ".h5") || strings.HasSuffix(path, ".hdf5") {
		return loadLegacy(f, info.Size())
	}
	return loadArchive(f, info.Size())
}

// loadArchive loads a .keras file.
func loadArchive(f *os.File, size int64) (*Model, error) {
	a, err := openArchive(f, size)
	if err != nil {
		return nil, err
	}
	conf, err := a.read("config.json", maxConfig)
	if err != nil {
		return nil, err
	}
	h, err := a.weights()
	if err != nil {
		return nil, err
	}
	m, err := blankModel(conf, func(m *Model) error { return a.loadVocabularies(m, h) })
	if err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	if err := m.setPlaces(h); err != nil {
		return nil, fmt.Errorf("model.weights.h5: %w", err)
	}
	m.blank = false
	var c struct {
		CompileConfig json.RawMessage `json:"compile_config"`
	}
	if err := json.Unmarshal(conf, &c); err != nil {
		return nil, err
	}
	return m, m.compileFrom(c.CompileConfig, slotsOf(h), h.Root().Has("optimizer/vars/0"))
}

// slotsOf reads the optimizer's arrays by their numbers.
func slotsOf(h *hdf5.File) func(n int, shape graph.Shape) (*tensor.Tensor, error) {
	return func(n int, shape graph.Shape) (*tensor.Tensor, error) {
		o, err := h.Root().Lookup(fmt.Sprintf("optimizer/vars/%d", n))
		if err != nil {
			return nil, err
		}
		return o.Read(shape)
	}
}

// openWeights opens the weights of a .keras archive or of an .h5 file.
func openWeights(f *os.File, size int64, path string) (*hdf5.File, error) {
	if !strings.HasSuffix(path, ".keras") {
		return hdf5.Open(f, size)
	}
	a, err := openArchive(f, size)
	if err != nil {
		return nil, err
	}
	return a.weights()
}

// blankModel builds the model of a configuration, its weights still without values.
func blankModel(conf []byte, prepare ...func(*Model) error) (*Model, error) {
	if err := strictjson.Check(conf); err != nil {
		return nil, err
	}
	m, err := decodeModel(conf, 0)
	if err != nil {
		return nil, err
	}
	for _, f := range prepare {
		if err := f(m); err != nil {
			return nil, err
		}
	}
	m.blank = true
	return m, m.build(layers.Policy{}, 0)
}

// loadLegacy loads a whole model from an .h5 file.
func loadLegacy(f io.ReaderAt, size int64) (*Model, error) {
	h, err := hdf5.Open(f, size)
	if err != nil {
		return nil, err
	}
	conf, err := h.Root().Strings("model_config")
	if err != nil {
		return nil, err
	}
	if len(conf) != 1 {
		return nil, errors.New("the file has no model_config: it holds weights alone; build the model and call LoadWeights")
	}
	m, err := blankModel([]byte(conf[0]))
	if err != nil {
		return nil, fmt.Errorf("model_config: %w", err)
	}
	vars, values, err := m.legacyPlaces(h)
	if err == nil {
		err = setAll(vars, values)
	}
	if err != nil {
		return nil, err
	}
	m.blank = false
	training, err := h.Root().Strings("training_config")
	if err != nil || len(training) != 1 {
		return m, err
	}
	slot, n, err := legacySlots(h)
	if err != nil {
		return nil, err
	}
	return m, m.compileFrom(legacyCompile([]byte(training[0])), slot, n > 0)
}

// legacySlots returns a function that reads an array of the optimizer's state, of which there
// are n.
func legacySlots(h *hdf5.File) (slot func(n int, shape graph.Shape) (*tensor.Tensor, error), n int, err error) {
	var names []string
	if h.Root().Has("optimizer_weights") {
		group, _ := h.Root().Lookup("optimizer_weights")
		if names, err = group.Strings("weight_names"); err != nil {
			return nil, 0, err
		}
	}
	return func(n int, shape graph.Shape) (*tensor.Tensor, error) {
		if n >= len(names) {
			return nil, fmt.Errorf("the optimizer's state has %d arrays; number %d is wanted", len(names), n)
		}
		o, err := h.Root().Lookup("optimizer_weights/" + names[n])
		if err != nil {
			return nil, err
		}
		return o.Read(shape)
	}, len(names), nil
}

// legacyCompile renames what legacy files call otherwise.
func legacyCompile(raw []byte) json.RawMessage {
	var c map[string]json.RawMessage
	if strictjson.Check(raw) != nil || json.Unmarshal(raw, &c) != nil {
		return raw
	}
	if o := c["optimizer_config"]; o != nil {
		c["optimizer"] = o
		delete(c, "optimizer_config")
	}
	out, err := json.Marshal(c)
	if err != nil {
		return raw
	}
	return out
}

// LoadWeights sets the model's weights from a .weights.h5 or .keras file of Keras or from a
// .safetensors file. The file must have exactly the model's weights; on an error nothing has
// changed.
func (m *Model) LoadWeights(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	if err := m.loadWeights(path); err != nil {
		return fmt.Errorf("models: load weights %s: %w", path, err)
	}
	return nil
}

func (m *Model) loadWeights(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if strings.HasSuffix(path, ".safetensors") {
		return m.loadCheckpoint(f, info.Size(), false)
	}
	h, err := openWeights(f, info.Size(), path)
	if err != nil {
		return err
	}
	return m.setPlaces(h)
}
