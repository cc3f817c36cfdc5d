package models

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// A Predictor predicts batches of a fixed size without allocating, for example in a server that
// answers one sample at a time. It must be used by one goroutine at a time; create one for each.
type Predictor struct {
	m       *Model
	c       *compiled
	program *runtime.Program
	buffers *runtime.Buffers
}

// Predictor returns a predictor for batches of n samples.
func (m *Model) Predictor(n int) (*Predictor, error) {
	c, err := m.compiledFor("predictor")
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("models: predictor: batches of %d samples; want at least 1", n)
	}
	if err := m.ready(); err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	x := make([]*tensor.Tensor, len(m.stage.feeds))
	for i, f := range m.stage.feeds {
		shape := graph.Shape{n}
		for _, d := range f.spec.Shape {
			if d < 0 {
				return nil, fmt.Errorf("models: predictor: input %d is %s: an extent varies; use Predict", i, batchShape(f.spec.Shape))
			}
			shape = append(shape, d)
		}
		x[i] = tensor.New(f.spec.DType, shape...)
	}
	e, err := c.entryFor(predicting, x, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	defer e.Close()
	p := &Predictor{m: m, c: c, program: e.Program}
	if p.buffers, err = e.Take(); err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	return p, nil
}

// Predict returns the outputs for x, which must have the predictor's batch size. The outputs
// belong to the predictor and are valid until its next call.
func (p *Predictor) Predict(ctx context.Context, x ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	out, err := p.predict(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	return out, nil
}

func (p *Predictor) predict(ctx context.Context, x []*tensor.Tensor) ([]*tensor.Tensor, error) {
	if p.buffers == nil {
		return nil, fmt.Errorf("it is closed")
	}
	p.m.mu.RLock()
	defer p.m.mu.RUnlock()
	if err := p.c.checkInputValues(x); err != nil {
		return nil, err
	}
	x, err := p.m.toDevice(x)
	if err != nil {
		return nil, err
	}
	if err := p.program.Step(ctx, p.buffers, 0, x); err != nil {
		return nil, err
	}
	for i := range p.buffers.Values {
		if err := p.buffers.Read(i); err != nil {
			return nil, err
		}
	}
	return p.buffers.Values, nil
}

// Close releases the predictor's memory on the device.
func (p *Predictor) Close() error {
	if p.buffers == nil {
		return nil
	}
	b := p.buffers
	p.buffers = nil
	return p.program.Return(b)
}
