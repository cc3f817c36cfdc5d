package models

import (
	"fmt"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// Quantize returns a model for inference that computes as m with each [layers.Dense], also
// those of models in it, in bytes: [layers.QuantizedDense], a quarter of the memory, as
// Keras' quantize("int8"). All other layers, and their weights, are m's own; m stays as it
// is. A Dense with low-rank adaptation stays too.
func (m *Model) Quantize() (*Model, error) {
	if err := func() error { m.mu.Lock(); defer m.mu.Unlock(); return m.ensureBuilt() }(); err != nil {
		return nil, err
	}
	done := map[layers.Stateful]layers.Stateful{}
	var failed error
	replace := func(l layers.Stateful) layers.Stateful {
		if done[l] == nil {
			q, err := quantized(l)
			if err != nil && failed == nil {
				failed = fmt.Errorf("models: quantize: %s: %w", layers.PathOf(l), err)
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
		q.outputs = layers.Rewire(m.outputs, replace)
	}
	if failed != nil {
		return nil, failed
	}
	return q, nil
}

// quantized returns what stands for l in a quantized model.
func quantized(l layers.Stateful) (layers.Stateful, error) {
	if m, ok := l.(*Model); ok {
		return m.Quantize()
	}
	d, ok := l.(*layers.Dense)
	if !ok || d.LoRARank > 0 {
		return l, nil
	}
	var values []*tensor.Tensor
	for _, v := range layers.VariablesOf(d) {
		t, err := valueOf(v)
		if err != nil {
			return l, err
		}
		values = append(values, t)
	}
	if len(values) == 1 {
		values = append(values, nil)
	}
	return layers.Quantize(d, values[0], values[1])
}
