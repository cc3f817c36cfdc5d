package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// An entry is the program for one mode and one set of types.
type entry struct {
	*runtime.Program
	mode    mode
	x, y, w []graph.Type

	// For a training or test step, which is run by one goroutine at a time:
	buffers *runtime.Buffers
	in      []*tensor.Tensor
	trace   *optimizers.Trace
	scalars []float32

	scalarTensors []*tensor.Tensor // one for each of scalars, sharing its memory
}

// fits reports whether the entry is for these arrays.
func (e *entry) fits(md mode, x, y, w []*tensor.Tensor) bool {
	return e.mode == md && sameTypes(e.x, x) && sameTypes(e.y, y) && sameTypes(e.w, w)
}

func sameTypes(types []graph.Type, ts []*tensor.Tensor) bool {
	if len(types) != len(ts) {
		return false
	}
	for i, t := range ts {
		if types[i].DType != t.DType() || !types[i].Shape.Equal(t.Shape()) {
			return false
		}
	}
	return true
}

func typesOf(ts []*tensor.Tensor) []graph.Type {
	types := make([]graph.Type, len(ts))
	for i, t := range ts {
		types[i] = graph.Type{DType: t.DType(), Shape: t.Shape().Clone()}
	}
	return types
}

// entryFor returns the program for arrays of these types, compiled at the first call. The caller
// must close it after use; until then it stays open even if it is evicted.
func (c *compiled) entryFor(md mode, x, y, w []*tensor.Tensor) (*entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errCompiledAnew
	}
	e, found := c.programs.Find(func(e *entry) bool { return e.fits(md, x, y, w) })
	if !found {
		var err error
		if e, err = c.newEntry(md, x, y, w); err != nil {
			return nil, err
		}
		if err := c.programs.Add(e); err != nil {
			return nil, err
		}
	}
	return e, e.Use()
}

func (c *compiled) newEntry(md mode, x, y, w []*tensor.Tensor) (*entry, error) {
	e := &entry{mode: md, x: typesOf(x), y: typesOf(y), w: typesOf(w)}
	g, scalars, err := c.traceStep(md, c.optimizer, e.x, e.y, e.w)
	if err != nil {
		return nil, err
	}
	if e.Program, err = runtime.Compile(c.dev, g, c.m.values); err != nil {
		return nil, err
	}
	if md != predicting {
		if e.buffers, err = e.NewBuffers(); err != nil {
			return nil, errors.Join(err, e.Close())
		}
	}
	if scalars != nil {
		e.trace = scalars
		e.scalars = make([]float32, len(scalars.Inputs))
	}
	return e, nil
}

// step runs one training or test step on a batch.
func (c *compiled) step(ctx context.Context, md mode, b *datasets.Batch) error {
	if ctx == nil {
		return runtime.ErrNoContext
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := c.m.ready(); err != nil {
		return err
	}
	given := b
	if len(c.m.stage.calls) > 0 {
		fed := *b
		var err error
		if fed.X, err = c.m.toDevice(b.X); err != nil {
			return err
		}
		b = &fed
	}
	e, err := c.entryFor(md, b.X, b.Y, b.Weights)
	if err != nil {
		if wrong := c.checkBatch(given); wrong != nil {
			return wrong
		}
		return err
	}
	defer e.Close()
	return c.run(ctx, e, b)
}

// run runs the program of a step.
func (c *compiled) run(ctx context.Context, e *entry, b *datasets.Batch) error {
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	e.in = append(append(append(e.in[:0], b.X...), b.Y...), b.Weights...)
	var seed uint64
	if e.mode == learning {
		seed = mix(c.cfg.Seed) + uint64(c.optimizer.Iterations)
		e.fillScalars()
	}
	if err := e.Step(ctx, e.buffers, seed, e.in); err != nil {
		return err
	}
	if e.mode == learning {
		return c.optimizer.Done(runtime.Value)
	}
	return nil
}

// fillScalars appends the optimizer's scalars for the next step to the inputs.
func (e *entry) fillScalars() {
	e.trace.Fill(e.scalars)
	if e.scalarTensors == nil {
		for i := range e.scalars {
			e.scalarTensors = append(e.scalarTensors, tensor.Of(e.scalars[i:i+1], []int{}...))
		}
	}
	e.in = append(e.in, e.scalarTensors...)
}

// mix scrambles the bits of a seed (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// checkBatch reports what in a batch is not valid for the model.
func (c *compiled) checkBatch(b *datasets.Batch) error {
	if _, err := c.m.checkInputs(b.X); err != nil {
		return err
	}
	if len(b.Y) == 0 && c.hasLoss() {
		return fmt.Errorf("the data has no targets, and the loss needs them")
	}
	if len(b.Y) > len(c.outputs) {
		return fmt.Errorf("the data has %d targets, the model %d outputs", len(b.Y), len(c.outputs))
	}
	if n := len(b.Weights); n > 1 && n != len(c.outputs) {
		return fmt.Errorf("the data has %d weights, the model %d outputs; give one for all or one each", n, len(c.outputs))
	}
	return nil
}

func (c *compiled) hasLoss() bool {
	for _, o := range c.outputs {
		if o.loss != nil {
			return true
		}
	}
	return false
}

// finish copies the moving averages of the weights, if the optimizer keeps them, to the model.
func (c *compiled) finish() error {
	if c.optimizer == nil || c.optimizer.Iterations == 0 {
		return nil
	}
	if c.averaged {
		if err := c.swapAverages(false); err != nil {
			return err
		}
	}
	for w, avg := range c.optimizer.Averages() {
		t, err := runtime.Value(avg)
		if err == nil {
			err = runtime.SetValue(w, t)
		}
		if err != nil {
			return fmt.Errorf("models: fit: writing the average of %s back: %w", w.Path, err)
		}
	}
	return nil
}
