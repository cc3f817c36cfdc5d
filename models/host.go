package models

import (
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A hostStage is the part of a model that runs on the host: layers that take text, applied to the
// model's inputs.
type hostStage struct {
	calls []*layers.Call
	feeds []feed                            // the inputs of the device
	specs map[*layers.Call]layers.InputSpec // of the values on the host
	off   map[*layers.Call]bool             // calls that a trace omits, and inputs used only by them
}

// A feed is an input of the device: a model input or a value computed from them on the host.
type feed struct {
	value *layers.Value
	spec  layers.InputSpec
}

// host determines, once, what runs on the host.
func (m *Model) host() *hostStage {
	m.wire()
	if m.stage != nil {
		return m.stage
	}
	specs := m.inputSpecs()
	h := &hostStage{off: map[*layers.Call]bool{}, specs: specs}
	onDevice, onHost := map[*layers.Call]bool{}, map[*layers.Call]bool{} // where the values on the host are used
	for _, c := range m.calls() {
		takers := onDevice
		if spec, ok := hostSpec(c, specs); ok {
			specs[c] = spec
			h.calls = append(h.calls, c)
			takers = onHost
		}
		mark(takers, c.From)
	}
	mark(onDevice, m.outputs)
	for _, v := range m.inputs {
		if c, _ := v.Call(); onDevice[c] || !onHost[c] {
			h.feeds = append(h.feeds, feed{v, specs[c]})
		} else {
			h.off[c] = true
		}
	}
	for _, c := range h.calls {
		h.off[c] = true
		if onDevice[c] {
			h.feeds = append(h.feeds, feed{c.Value(), specs[c]})
		}
	}
	m.stage = h
	return h
}

// inputSpecs describes the inputs that the caller passes to the model.
func (m *Model) inputSpecs() map[*layers.Call]layers.InputSpec {
	specs := map[*layers.Call]layers.InputSpec{}
	for i, v := range m.inputs {
		if v == nil {
			graph.Errorf("input %d of the model is nil", i)
		}
		if v.Input() == nil {
			graph.Errorf("input %d of the model is not a layers.Input", i)
		}
		c, _ := v.Call()
		specs[c] = *v.Input()
	}
	return specs
}

// mark adds the calls that produce values; a nil value is reported when the model is traced.
func mark(set map[*layers.Call]bool, values []*layers.Value) {
	for _, v := range values {
		if v != nil {
			c, _ := v.Call()
			set[c] = true
		}
	}
}

// hostSpec describes the output of c if it runs on the host: its layer runs on the host and its
// inputs are on the host.
func hostSpec(c *layers.Call, specs map[*layers.Call]layers.InputSpec) (layers.InputSpec, bool) {
	l, ok := c.Layer.(layers.HostLayer)
	if !ok {
		return layers.InputSpec{}, false
	}
	var in []layers.InputSpec
	for _, v := range c.From {
		if v == nil {
			return layers.InputSpec{}, false
		}
		from, _ := v.Call()
		spec, have := specs[from]
		if !have {
			return spec, false
		}
		in = append(in, spec)
	}
	spec, err := l.OutputOf(in...)
	if err != nil {
		graph.Errorf("layer %s: %v", c.Describe(), err)
	}
	return spec, true
}

// sampleOf returns the shape and dtype of a sample of result i of c.
func (m *Model) sampleOf(c *layers.Call, i int) (graph.Shape, graph.DType) {
	if spec, ok := m.host().specs[c]; ok {
		return spec.Shape, spec.DType
	}
	n := m.results[c][i]
	return n.Shape[1:], n.DType
}

// toDevice returns the device inputs for the model inputs x.
func (m *Model) toDevice(x []*tensor.Tensor) ([]*tensor.Tensor, error) {
	h := m.stage
	if h == nil || len(h.calls) == 0 {
		return x, nil
	}
	if _, err := m.checkInputs(x); err != nil {
		return nil, err
	}
	have := map[*layers.Call]*tensor.Tensor{}
	for i, v := range m.inputs {
		c, _ := v.Call()
		have[c] = x[i]
	}
	for _, c := range h.calls {
		var in []*tensor.Tensor
		for _, v := range c.From {
			from, _ := v.Call()
			in = append(in, have[from])
		}
		y, err := c.Layer.(layers.HostLayer).Transform(in...)
		if err != nil {
			return nil, fmt.Errorf("layer %s: %w", c.Describe(), err)
		}
		have[c] = y
	}
	fed := make([]*tensor.Tensor, len(h.feeds))
	for i, f := range h.feeds {
		c, _ := f.value.Call()
		if fed[i] = have[c]; h.off[c] { // computed on the host
			fed[i] = fed[i].Convert(f.spec.DType)
		}
	}
	return fed, nil
}

// A learner is a layer that must be adapted or loaded before the model runs.
type learner interface {
	layers.Module
	Ready() error
}

// ready reports a layer that has not been adapted.
func (m *Model) ready() error {
	for _, l := range m.learners {
		if err := l.Ready(); err != nil {
			return fmt.Errorf("layer %q: %w", nameOf(l), err)
		}
	}
	return nil
}

// Adapt adapts a preprocessing layer to an input of a data set: input 0, or the one given. Data in
// memory is processed as a whole, other data batch by batch.
func Adapt(l layers.Adaptable, data datasets.Dataset, input ...int) error {
	number := 0
	if len(input) > 0 {
		number = input[0]
	}
	return access.AdaptEach(l, datasets.Inputs(data, number))
}
