package models

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/tensor"
)

// checkLosses reports losses and metrics that do not match the activation of their output.
func (c *compiled) checkLosses() error {
	for i, o := range c.outputs {
		if o.loss == nil {
			continue
		}
		if err := losses.Check(o.loss); err != nil {
			return fmt.Errorf("loss of output %q: %w", o.name, err)
		}
		if err := o.check(c.m.trace.Outputs[i]); err != nil {
			return fmt.Errorf("output %q: %w", o.name, err)
		}
	}
	return nil
}

// check reports a loss or metric that does not match the predictions pred.
func (o output) check(pred *graph.Node) error {
	if err := losses.CheckOutput(o.loss, pred); err != nil {
		return err
	}
	for _, m := range slices.Concat(o.metrics, o.weighted) {
		if err := metrics.CheckOutput(m, pred, o.loss); err != nil {
			return err
		}
	}
	return nil
}

// checkData checks all data in memory before the first step, so that errors in it are reported
// before anything has changed. Suspicious but valid data becomes a note of the run.
func (c *compiled) checkData(r *run) error {
	if c.optimizer == nil {
		return fmt.Errorf("Compile was given no Optimizer")
	}
	c.noteMetrics(r)
	train, err := c.checkSource("", r.train)
	if err != nil {
		return err
	}
	if err := checkClassWeight(r.f.ClassWeight, train, c); err != nil {
		return err
	}
	if w := classesWithoutWeight(r.f.ClassWeight, train); w != "" {
		r.warnings = append(r.warnings, w)
	}
	if w := c.batchOfOne(r.train); w != "" {
		r.warnings = append(r.warnings, w)
	}
	if !r.f.AllowNonFinite {
		if err := c.m.checkWeights(); err != nil {
			return err
		}
	}
	var val *datasets.Arrays
	if r.validation != nil {
		if val, err = c.checkSource("validation: ", r.validation); err != nil {
			return err
		}
	}
	if train == nil {
		return nil
	}
	r.prior = c.priorOf(train, val, &r.f)
	for _, f := range (datasets.Checks{AllowNonFinite: r.f.AllowNonFinite}).Of(train, val) {
		if f.Fatal() {
			return errors.New(f.String())
		}
		r.warnings = append(r.warnings, f.String())
	}
	return nil
}

// checkSource checks the shapes, targets and indices of data in memory and returns it. It returns
// nil for data that is read or generated on demand, which is checked batch by batch.
func (c *compiled) checkSource(who string, s *source) (*datasets.Arrays, error) {
	if s.batched == nil {
		return nil, nil
	}
	a, ok := s.batched.Data.(*datasets.Arrays)
	if ok && a.Err() != nil {
		return nil, fmt.Errorf("%s%w", who, a.Err())
	}
	if s.samples() == 0 {
		return nil, fmt.Errorf("%sthe data has no samples", who)
	}
	if !ok {
		return nil, nil
	}
	s.checked = true
	var all datasets.Batch
	err := a.Slice(&all, 0, a.Len())
	if err == nil {
		err = c.checkBatch(&all)
	}
	if err == nil {
		err = c.checkTargets(&all)
	}
	if err == nil {
		err = c.checkInputValues(all.X)
	}
	if err != nil {
		return nil, fmt.Errorf("%s%w", who, err)
	}
	return &datasets.Arrays{X: all.X, Y: all.Y, Weights: all.Weights}, nil
}

// checkWhole is checkStream for the whole data set, if it is in memory and will be used in full.
func (c *compiled) checkWhole(s *source, allowNonFinite bool) error {
	if s.batched == nil || s.steps > 0 {
		return nil
	}
	a, ok := s.batched.Data.(*datasets.Arrays)
	if !ok || a.Len() == 0 {
		return nil
	}
	s.checked = true
	return c.checkStream(&datasets.Batch{X: a.X, Y: a.Y, Weights: a.Weights, N: a.Len()}, allowNonFinite)
}

// checkStream checks the values of a batch that was not checked before the first step.
func (c *compiled) checkStream(b *datasets.Batch, allowNonFinite bool) error {
	if err := c.checkBatch(b); err != nil {
		return err
	}
	if err := c.checkTargets(b); err != nil {
		return err
	}
	if err := c.checkInputValues(b.X); err != nil {
		return err
	}
	notFinite := func(t *tensor.Tensor) bool { return !t.Finite() }
	if len(b.Weights) == 0 && !slices.ContainsFunc(b.X, notFinite) && !slices.ContainsFunc(b.Y, notFinite) {
		return nil // the usual case, and cheap to test
	}
	for _, f := range (datasets.Checks{AllowNonFinite: allowNonFinite}).Batch(b) {
		if f.Fatal() {
			return errors.New(f.String())
		}
	}
	return nil
}

// checkTargets checks every target.
func (c *compiled) checkTargets(b *datasets.Batch) error {
	for i, y := range b.Y {
		o := c.outputs[i]
		if err := o.checkTargets(y, c.m.trace.Outputs[i].Shape); err != nil {
			if len(c.outputs) > 1 {
				return fmt.Errorf("targets of output %q: %w", o.name, err)
			}
			return err
		}
	}
	return nil
}

// checkTargets reports a target that is not valid for the loss or a metric.
func (o output) checkTargets(y *tensor.Tensor, pred graph.Shape) error {
	if o.loss != nil {
		if err := losses.CheckTargets(o.loss, y, pred); err != nil {
			return err
		}
	}
	for _, m := range slices.Concat(o.metrics, o.weighted) {
		if err := metrics.CheckTargets(m, y); err != nil {
			return err
		}
	}
	return nil
}

// noteMetrics notes the metrics whose values may be misleading.
func (c *compiled) noteMetrics(r *run) {
	for i, o := range c.outputs {
		for _, m := range slices.Concat(o.metrics, o.weighted) {
			if note := metrics.NoteOf(m, c.m.trace.Outputs[i], o.loss); note != "" {
				r.warnings = append(r.warnings, note)
			}
		}
	}
}

// An inputCheck is the check that a layer makes of the values of a model input.
type inputCheck struct {
	input int
	who   string
	check func(x *tensor.Tensor) error
}

// inputChecks lists the checks of the layers that inputs are connected to.
func (m *Model) inputChecks() (all []inputCheck) {
	for _, call := range m.calls() {
		if call.Layer == nil || len(call.From) != 1 {
			continue
		}
		check := access.InputCheck(call.Layer)
		if check == nil {
			continue
		}
		for i, v := range m.inputs {
			in, _ := v.Call()
			if from, _ := call.From[0].Call(); from == in {
				all = append(all, inputCheck{i, call.Describe(), check})
			}
		}
	}
	return all
}

// checkInputValues reports a value that is not valid for the layer that receives it, such as an
// index outside the table of an Embedding.
func (c *compiled) checkInputValues(x []*tensor.Tensor) error {
	for _, t := range c.inputChecks {
		if t.input < len(x) {
			if err := t.check(x[t.input]); err != nil {
				return fmt.Errorf("x[%d], which goes into layer %s: %w", t.input, t.who, err)
			}
		}
	}
	return nil
}
