package models

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A Predictor predicts batches of one size without allocating: for a server that answers one
// sample at a time. It is used by one goroutine at a time; make one for each.
type Predictor struct {
	m    *Model
	c    *compiled
	p    *program
	lane *lane
	out  []*tensor.Tensor
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
	x := make([]*tensor.Tensor, len(m.hosted.feeds))
	for i, f := range m.hosted.feeds {
		shape := graph.Shape{n}
		for _, d := range f.spec.Shape {
			if d < 0 {
				return nil, fmt.Errorf("models: predictor: input %d is %s: an extent varies; use Predict", i, batchShape(f.spec.Shape))
			}
			shape = append(shape, d)
		}
		x[i] = tensor.New(f.spec.DType, shape...)
	}
	p := &Predictor{m: m, c: c}
	if p.p, err = c.programFor(predicting, x, nil, nil); err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	if p.lane, err = p.p.take(); err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	p.out = p.lane.values
	return p, nil
}

// Predict returns the outputs for x, which has the predictor's batch size. They belong to
// the predictor and are valid until its next call.
func (p *Predictor) Predict(ctx context.Context, x ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	p.m.mu.RLock()
	defer p.m.mu.RUnlock()
	if err := p.p.rebind(); err != nil {
		return nil, err
	}
	if err := p.c.checkInputValues(x); err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	x, err := p.m.toDevice(x)
	if err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	if err := p.p.step(ctx, p.lane, 0, x); err != nil {
		return nil, fmt.Errorf("models: predictor: %w", err)
	}
	for i := range p.out {
		if _, err := p.lane.read(i); err != nil {
			return nil, fmt.Errorf("models: predictor: %w", err)
		}
	}
	return p.out, nil
}
