package models

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/runtime"
)

// errCompiledAnew is what an action says whose model was closed or compiled anew meanwhile.
var errCompiledAnew = errors.New("the model was closed or compiled again meanwhile")

// Close gives back what the model holds on its device: compiled programs with their buffers,
// the optimizer's state, the metrics, and the memory of the weights, whose values come to the
// host. The model stays as it was before Compile, with its weights: it can be saved, compiled
// and called again. A model that is dropped without Close is closed after the garbage collector
// has found it.
//
// Weights that other models share come back to the device when those need them. A [Predictor]
// stays open until it is closed itself. Close waits for an evaluation under way; during a Fit
// it is an error.
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

// drop closes c, which next takes the place of. If an evaluation is under way, the garbage
// collector does so after it.
func (c *compiled) drop(next *compiled) error {
	if c == nil || !c.evaluating.TryLock() {
		return nil
	}
	defer c.evaluating.Unlock()
	return c.close(next)
}

// close gives back all that c holds, but for the optimizer's state if next goes on with it.
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
