package models

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/runtime"
)

// errCompiledAnew is returned by an action whose model was closed or recompiled in the meantime.
var errCompiledAnew = errors.New("the model was closed or compiled again meanwhile")

// Close releases what the model holds on its device: compiled programs with their buffers, the
// optimizer's state, the metrics, and the memory of the weights, whose values move to the host.
// The model returns to its state before Compile, with its weights: it can be saved, compiled and
// called again. A model that becomes unreachable without Close is closed by the garbage collector.
//
// Weights shared with other models move back to the device when those models need them. A
// [Predictor] stays open until it is closed itself. Close waits for a running evaluation; it is an
// error during a Fit.
func (m *Model) Close() error {
	m.mu.RLock()
	c := m.compiled
	m.mu.RUnlock()
	if c != nil {
		c.evaluating.Lock()
		defer c.evaluating.Unlock()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var err error
	if c != nil && m.compiled == c {
		if c.fitting {
			return fmt.Errorf("models: close: the model is being fitted")
		}
		m.compiled = nil
		err = c.close(nil)
	}
	if err = errors.Join(err, runtime.Leave(m.vars...)); err != nil {
		return fmt.Errorf("models: close: %w", err)
	}
	return nil
}

// drop closes c, which next replaces. During an evaluation this is left to the garbage collector.
func (c *compiled) drop(next *compiled) error {
	if c == nil || !c.evaluating.TryLock() {
		return nil
	}
	defer c.evaluating.Unlock()
	return c.close(next)
}

// close releases everything that c holds, except the optimizer's state if next continues with it.
func (c *compiled) close(next *compiled) error {
	c.mu.Lock()
	c.closed = true
	err := c.programs.Close()
	c.mu.Unlock()
	vars := append(c.train.variables(), c.test.variables()...)
	if c.optimizer != nil && (next == nil || next.optimizer != c.optimizer) {
		vars = append(vars, c.optimizer.Variables()...)
	}
	return errors.Join(err, runtime.Discard(vars...))
}
