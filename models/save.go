package models

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"

	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/internal/saving"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
)

// Save writes the model to path atomically. If [Load] could not restore the same model, Save
// returns an error and keeps the old file. The file extension selects the format:
//
//   - .keras: Keras' format, with layers, weights, loss, metrics and the optimizer's state.
//     Keras and [Load] can open it. A layer that is a Go function cannot be saved.
//   - .weights.h5: Keras' file of weights and the optimizer's state.
//   - .safetensors: weights and the optimizer's state by their paths.
func (m *Model) Save(path string) error {
	f, err := format.ForModel(path)
	if err == nil {
		err = m.save(path, f, true)
	}
	if err != nil {
		return fmt.Errorf("models: save %s: %w", path, err)
	}
	return nil
}

// SaveWeights writes only the weights, in the format selected by the file extension: .weights.h5
// or .safetensors.
func (m *Model) SaveWeights(path string) error {
	f, err := format.ForWeights(path)
	if err == nil {
		err = m.save(path, f, false)
	}
	if err != nil {
		return fmt.Errorf("models: save weights %s: %w", path, err)
	}
	return nil
}

// save writes the model in format f, with or without its training state.
func (m *Model) save(path string, f *format.Format, state bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	s := &saving.Saving{Model: m.describe(), Values: runtime.Value}
	if c := m.compiled; c != nil && state {
		s.State = c.optimizer
		s.Compile, _ = c.arguments().Encode(m.outputNames()) // a Go function cannot be saved, but the rest of the model can
	}
	contents, err := s.Encode(f)
	if err == nil && contents.Config != nil {
		err = m.checkOnce(contents.Config)
	}
	if err != nil {
		return err
	}
	atomicfile.Sweep(filepath.Dir(path))
	return atomicfile.Write(path, func(w io.Writer) error { return f.Write(w, contents) })
}

// checkOnce is comesBack, unless conf is what the last Save wrote: checkpoints of a run differ only
// in their weights. m.mu is held.
func (m *Model) checkOnce(conf []byte) error {
	sum := sha256.Sum256(conf)
	if sum == m.loadable {
		return nil
	}
	if err := m.comesBack(conf); err != nil {
		return err
	}
	m.loadable = sum
	return nil
}

// comesBack decodes the configuration to be written, and reports how the model that Load would
// return differs from m. The decoded model is traced, but no weights are copied.
func (m *Model) comesBack(conf []byte) error {
	d, err := saving.Decode(conf, "", fromDescription)
	if err != nil {
		return fmt.Errorf("the file would not load: %w", err)
	}
	back := newModel(d)
	back.blank = true
	if err := back.build(layers.Policy{}, 0); err != nil {
		return fmt.Errorf("the file would not load: %w", err)
	}
	if len(back.vars) != len(m.vars) {
		return fmt.Errorf("the loaded model would have %d weights; this one has %d", len(back.vars), len(m.vars))
	}
	for i, v := range m.vars {
		if w := back.vars[i]; !w.Type.Shape.Equal(v.Type.Shape) {
			return fmt.Errorf("weight %s of shape %v would come back as %s of shape %v", v.Path, v.Type.Shape, w.Path, w.Type.Shape)
		}
	}
	was, err := m.describe().Object()
	if err != nil {
		return err
	}
	is, err := back.describe().Object()
	if err != nil {
		return fmt.Errorf("the loaded model could not be saved: %w", err)
	}
	return saving.SameLayers(was, is)
}

// describe describes the model, which must be built, for package saving.
func (m *Model) describe() *saving.Model {
	d := &saving.Model{Name: m.title(), Frozen: m.Frozen, Policy: m.Policy, Sequence: m.sequence,
		Inputs: m.inputs, Outputs: m.outputs, InputNames: m.inputNames(), Calls: m.calls(),
		Vars: m.vars, FrozenVars: frozenVariables(m), Sample: m.sampleOf}
	d.Layers, d.Nested = m.topLayers(), nested
	return d
}

// nested describes a layer that is a model; nil for any other.
func nested(l layers.Module) *saving.Model {
	if m, ok := l.(*Model); ok {
		return m.describe()
	}
	return nil
}

// arguments returns the arguments of Compile as saved in files.
func (c *compiled) arguments() *saving.Compile {
	a := &saving.Compile{StepsPerExecution: c.cfg.StepsPerExecution, LossWeights: c.cfg.LossWeights,
		Losses: map[string]losses.Loss{}, OutputMetrics: map[string][]metrics.Metric{}}
	if c.optimizer != nil {
		a.Optimizer = c.optimizer.Optimizer()
	}
	for _, o := range c.outputs {
		a.Losses[o.name], a.OutputMetrics[o.name] = o.loss, o.metrics
		a.Loss, a.Metrics = o.loss, o.metrics
	}
	return a
}
