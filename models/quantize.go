package models

import (
	"fmt"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// Quantize returns a model for inference that computes as m with each [layers.Dense],
// [layers.EinsumDense] and [layers.Embedding], also those of models in it, in bytes:
// [layers.QuantizedDense] and the like, a quarter of the memory, as Keras' quantize("int8").
// All other layers, and their weights, are m's own; m stays as it is. Layers with low-rank
// adaptation stay too.
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
func quantized(l layers.Module) (layers.Module, error) {
	if m, ok := l.(*Model); ok {
		return m.Quantize()
	}
	switch l := l.(type) {
	case *layers.Dense:
		if v, err := valuesOf(l); err != nil || l.LoRARank > 0 {
			return l, err
		} else {
			return layers.Quantize(l, v[0], v[1])
		}
	case *layers.EinsumDense:
		v, err := valuesOf(l)
		if err != nil || l.LoRARank > 0 {
			return l, err
		}
		return layers.QuantizeEinsum(l, v[0], v[1])
	case *layers.Embedding:
		if v, err := valuesOf(l); err != nil || l.LoRARank > 0 {
			return l, err
		} else {
			return layers.QuantizeEmbedding(l, v[0])
		}
	}
	return l, nil
}

// valuesOf returns the values of a layer's weight and bias, nil if it has none.
func valuesOf(l layers.Module) ([2]*tensor.Tensor, error) {
	var values [2]*tensor.Tensor
	for i, v := range layers.VariablesOf(l) {
		t, err := valueOf(v)
		if err != nil || i == len(values) {
			return values, err
		}
		values[i] = t
	}
	return values, nil
}
