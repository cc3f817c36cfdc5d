package models

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/training"
)

var _ training.Model = (*Model)(nil)

// LearningRate returns the current learning rate of the optimizer and reports whether it can be
// set: it cannot if a schedule controls it. The rate is 0 before Compile.
func (m *Model) LearningRate() (rate float64, settable bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.compiled == nil || m.compiled.optimizer == nil {
		return 0, false
	}
	return m.compiled.optimizer.LearningRate()
}

// SetLearningRate sets the learning rate for the following steps.
func (m *Model) SetLearningRate(rate float64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.compiled == nil || m.compiled.optimizer == nil {
		return fmt.Errorf("models: set learning rate: the model has no optimizer: call Compile first")
	}
	return m.compiled.optimizer.SetLearningRate(rate)
}

// Averages reports whether the optimizer keeps moving averages of the weights (UseEMA).
func (m *Model) Averages() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.compiled != nil && m.compiled.optimizer != nil && m.compiled.optimizer.UsesEMA()
}

// SwapInAverages replaces the weights with the optimizer's moving averages and keeps the trained
// weights aside until [Model.SwapOutAverages]. If a Fit ends in between, the averages remain.
func (m *Model) SwapInAverages() error { return m.swapAverages(true) }

// SwapOutAverages undoes [Model.SwapInAverages].
func (m *Model) SwapOutAverages() error { return m.swapAverages(false) }

func (m *Model) swapAverages(in bool) error {
	if !m.Averages() {
		return fmt.Errorf("models: swap averages: the model has no optimizer with UseEMA")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.compiled.optimizer.Iterations == 0 {
		return fmt.Errorf("models: swap averages: there are none before the first step")
	}
	return m.compiled.swapAverages(in)
}

func (c *compiled) swapAverages(in bool) error {
	for w, avg := range c.optimizer.Averages() {
		a, err := runtime.Value(w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.Path, err)
		}
		b, err := runtime.Value(avg)
		if err == nil {
			err = errors.Join(runtime.SetValue(w, b), runtime.SetValue(avg, a))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", w.Path, err)
		}
	}
	c.averaged = in
	return nil
}

// MetricMode reports whether lower or higher values of the named log are better.
func (m *Model) MetricMode(name string) training.Mode {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.compiled == nil {
		return training.Auto
	}
	return m.compiled.train.mode(name)
}

// describe fills in the description of the run that callbacks receive.
func (r *run) describe() {
	f, m := &r.f, r.m
	r.info = &training.Run{Model: m.title(), Params: count(m.vars), Device: deviceText(r.c.dev),
		Initial: f.InitialEpoch, Epochs: f.Epochs, Batches: r.train.batches(), BatchSize: f.BatchSize,
		Train: r.train.samples(), LogNames: r.c.logNames(r.validation != nil)}
	r.info.Chance, r.info.Mismatch = r.prior.chance, r.prior.mismatch
	if r.info.Epochs == 0 {
		r.info.Epochs = f.InitialEpoch + 1
	}
	if r.info.BatchSize == 0 && r.train.batched != nil {
		r.info.BatchSize = 32
	}
	if r.validation != nil {
		r.info.Validation = r.validation.samples()
		r.info.ValidationFreq, r.info.ValidationEpochs = max(f.ValidationFreq, 1), f.ValidationEpochs
	}
	for _, w := range r.warnings {
		r.info.Note("note: " + w)
	}
}

// noteEvictions notes, once, that there are more batch shapes than cached programs, so each change
// of shape may compile again.
func (r *run) noteEvictions() {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if n := r.c.programs.Len(); !r.evicted && r.c.programs.Evicted > 0 {
		r.evicted = true
		r.info.Note(fmt.Sprintf("note: batches have more shapes than the %d programs that are kept, so that some are compiled again and again: pad to fewer shapes, or raise Compile.MaxPrograms", n))
	}
}

// deviceText returns the name of a device for messages.
func deviceText(d *runtime.Device) string {
	if caps := d.Caps(); caps.Name != "" {
		return caps.Name
	}
	return d.Name
}
