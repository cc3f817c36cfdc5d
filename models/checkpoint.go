package models

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/safetensors"
	"github.com/rhyton/rhyton/tensor"
)

// checkpointFormat is the "format" of a checkpoint's metadata; a change of the layout
// changes it.
const checkpointFormat = "rhyton-1"

// Save writes the model to path, whole or not at all; the path's ending says how:
//
//   - .keras: Keras' format, with layers, weights, loss, metrics and the optimizer's state.
//     Keras opens it, and so does [Load]. A layer that is a Go function can't be written.
//   - .weights.h5: Keras' file of weights and the optimizer's state.
//   - .safetensors: weights and the optimizer's state by their paths.
func (m *Model) Save(path string) error { return m.save(path, true) }

// SaveWeights writes the weights alone, in the format that the path's ending says, .keras not
// being one.
func (m *Model) SaveWeights(path string) error { return m.save(path, false) }

func (m *Model) save(path string, optimizer bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	switch {
	case strings.HasSuffix(path, ".keras") && !optimizer:
		return fmt.Errorf("models: save weights %s: a .keras file is a whole model: call Save, or end the path in .weights.h5 or .safetensors", path)
	case strings.HasSuffix(path, ".keras"):
		return atomicfile.Write(path, m.writeKeras)
	case strings.HasSuffix(path, ".h5"):
		t, err := m.weightsTree(optimizer)
		if err != nil {
			return fmt.Errorf("models: save %s: %w", path, err)
		}
		return atomicfile.Write(path, func(w io.Writer) error { return hdf5.Write(w, t) })
	case !strings.HasSuffix(path, ".safetensors"):
		return fmt.Errorf("models: save %s: end the path in .keras, .weights.h5 or .safetensors, which says how", path)
	}
	f := &safetensors.File{Metadata: map[string]string{"format": checkpointFormat, "model": m.title()}}
	for _, v := range m.vars {
		if err := put(f, "weights/"+v.Path, v); err != nil {
			return err
		}
	}
	if c := m.program; optimizer && c != nil && c.optimizer != nil {
		rate, _ := c.optimizer.LearningRate()
		f.Metadata["iterations"] = strconv.FormatInt(c.optimizer.Iterations, 10)
		f.Metadata["learning_rate"] = strconv.FormatFloat(rate, 'g', -1, 64)
		for _, v := range c.optimizer.Variables() {
			if err := put(f, "optimizer/"+v.Path, v); err != nil {
				return err
			}
		}
	}
	return atomicfile.Write(path, func(w io.Writer) error { return safetensors.Write(w, f) })
}

func put(f *safetensors.File, name string, v *graph.Variable) error {
	t, err := valueOf(v)
	if err != nil {
		return fmt.Errorf("models: save: %s: %w", v.Path, err)
	}
	if f.Tensors[name] != nil {
		return fmt.Errorf("models: save: two weights have the path %q: give their layers names", v.Path)
	}
	f.Put(name, t)
	return nil
}

// Restore sets the weights, and of a compiled model the optimizer's state, from a file that
// [Model.Save] wrote in any of its formats. The file must have exactly the model's weights; on
// an error nothing has changed.
func (m *Model) Restore(path string) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return err
	}
	if strings.HasSuffix(path, ".keras") || strings.HasSuffix(path, ".h5") {
		err = m.restoreKeras(r, info.Size(), path)
	} else {
		err = m.loadCheckpoint(r, info.Size(), true)
	}
	if err != nil {
		return fmt.Errorf("models: restore %s: %w", path, err)
	}
	return nil
}

// restoreKeras reads weights and the optimizer's state from a file in Keras' format.
func (m *Model) restoreKeras(f *os.File, size int64, path string) error {
	h, err := openWeights(f, size, path)
	if err != nil {
		return err
	}
	if err := m.setPlaces(h); err != nil {
		return err
	}
	if c := m.program; c != nil && c.optimizer != nil && h.Root().Has("optimizer/vars/0") {
		return c.loadOptimizer(slotsOf(h))
	}
	return nil
}

// loadCheckpoint reads a safetensors file, with or without the optimizer's state.
func (m *Model) loadCheckpoint(r io.ReaderAt, size int64, optimizer bool) error {
	f, err := safetensors.Read(r, size)
	if err != nil {
		return err
	}
	if !optimizer {
		delete(f.Metadata, "iterations")
	}
	return m.load(f)
}

func (m *Model) load(f *safetensors.File) error {
	vars, values, err := matched(f, "weights/", m.vars)
	if err != nil {
		return err
	}
	c := m.program
	text, saved := f.Metadata["iterations"]
	if !saved || c == nil || c.optimizer == nil {
		return setAll(vars, values)
	}
	if err := c.readyOptimizer(); err != nil {
		return err
	}
	slots, state, err := matched(f, "optimizer/", c.optimizer.Variables())
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("metadata iterations %q; wants a number of steps", text)
	}
	rate, err := strconv.ParseFloat(f.Metadata["learning_rate"], 64)
	if err != nil {
		return fmt.Errorf("metadata learning_rate: %w", err)
	}
	if err := setAll(append(vars, slots...), append(values, state...)); err != nil {
		return err
	}
	c.optimizer.Iterations = n
	if _, settable := c.optimizer.LearningRate(); settable {
		return c.optimizer.SetLearningRate(rate)
	}
	return nil
}

// matched pairs variables with the file's arrays below prefix; both must be the same set.
func matched(f *safetensors.File, prefix string, vars []*graph.Variable) ([]*graph.Variable, []*tensor.Tensor, error) {
	values := make([]*tensor.Tensor, len(vars))
	left := map[string]bool{}
	for _, name := range f.Names {
		if strings.HasPrefix(name, prefix) {
			left[name] = true
		}
	}
	for i, v := range vars {
		t := f.Tensors[prefix+v.Path]
		if t == nil {
			return nil, nil, fmt.Errorf("it has no %q, which the model has%s", prefix+v.Path, didYouMean(prefix+v.Path, f.Names))
		}
		if t.DType() != v.Type.DType || !t.Shape().Equal(v.Type.Shape) {
			return nil, nil, fmt.Errorf("%q is %v %v; the model wants %v %v", prefix+v.Path, t.DType(), t.Shape(), v.Type.DType, v.Type.Shape)
		}
		values[i] = t
		delete(left, prefix+v.Path)
	}
	for name := range left {
		return nil, nil, fmt.Errorf("it has %q, which the model has not", name)
	}
	return append([]*graph.Variable{}, vars...), values, nil
}

// readyOptimizer makes the optimizer's slots before its first step.
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
