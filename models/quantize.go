package models

import (
	"fmt"

	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// Quantize returns a model for inference that computes like m, but with int8 versions of each
// [layers.Dense], [layers.EinsumDense] and [layers.Embedding], including those in nested models:
// [layers.QuantizedDense] and similar. These need a quarter of the memory, as with Keras'
// quantize("int8"). All other layers and their weights are shared with m, which does not change.
// Layers with low-rank adaptation are not quantized.
func (m *Model) Quantize() (*Model, error) {
	if err := func() error { m.mu.Lock(); defer m.mu.Unlock(); return m.ensureBuilt() }(); err != nil {
		return nil, err
	}
	done := map[layers.Module]layers.Module{}
	var failed error
	replace := func(l layers.Module) layers.Module {
		if done[l] == nil {
			q, err := quantized(l)
			if err != nil && failed == nil {
				failed = fmt.Errorf("models: quantize: %s: %w", access.Path(l), err)
			}
			done[l] = q
		}
		return done[l]
	}
	q := &Model{Name: m.Name, inputs: m.inputs, at: m.at}
	for _, l := range m.sequence {
		if r, ok := replace(l).(layers.Layer); ok {
			q.sequence = append(q.sequence, r)
		}
	}
	if m.sequence == nil {
		q.outputs = access.Rewire(m.outputs, replace)
	}
	if failed != nil {
		return nil, failed
	}
	return q, nil
}

// quantized returns the replacement for l in a quantized model.
func quantized(l layers.Module) (layers.Module, error) {
	if m, ok := l.(*Model); ok {
		return m.Quantize()
	}
	quantize := access.Quantizer(l)
	if quantize == nil {
		return l, nil
	}
	v, err := valuesOf(l)
	if err != nil {
		return l, err
	}
	return quantize(v[0], v[1])
}

// valuesOf returns the values of a layer's weight and bias; nil where it has none.
func valuesOf(l layers.Module) ([2]*tensor.Tensor, error) {
	var values [2]*tensor.Tensor
	for i, v := range access.Variables(l) {
		t, err := runtime.Value(v)
		if err != nil || i == len(values) {
			return values, err
		}
		values[i] = t
	}
	return values, nil
}
