package models

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/training"
)

// Evaluate configures an evaluation. The zero Evaluate uses all data in batches of 32.
type Evaluate struct {
	BatchSize int // for data that is not already batched; 0: 32
	Steps     int // number of batches; 0: all the data
}

// Evaluate returns the loss (including penalties, as in Keras) and the metrics of the model on
// data.
func (m *Model) Evaluate(ctx context.Context, data datasets.Dataset, opts ...Evaluate) (training.Logs, error) {
	var o Evaluate
	if len(opts) > 0 {
		o = opts[0]
	}
	c, err := m.compiledFor("evaluate")
	if err != nil {
		return nil, err
	}
	if o.BatchSize < 0 || o.Steps < 0 || data == nil {
		return nil, fmt.Errorf("models: evaluate: BatchSize %d, Steps %d, data %v; want data, and numbers of 0 or more", o.BatchSize, o.Steps, data)
	}
	src := newSource(data, o.BatchSize, false, 0, o.Steps)
	defer src.close()
	var logs training.Logs
	if err = c.checkWhole(src, true); err == nil {
		logs, err = c.evaluate(ctx, src, true)
	}
	if err != nil {
		return nil, fmt.Errorf("models: evaluate: %w", err)
	}
	return logs, nil
}

// evaluate makes one pass over the data and returns the logs.
func (c *compiled) evaluate(ctx context.Context, data *source, allowNonFinite bool) (training.Logs, error) {
	c.evaluating.Lock()
	defer c.evaluating.Unlock()
	if err := c.reset(testing); err != nil {
		return nil, err
	}
	if err := c.measure(ctx, data, allowNonFinite); err != nil {
		return nil, err
	}
	return c.logs(testing)
}

// measure runs the test step on all the data.
func (c *compiled) measure(ctx context.Context, data *source, allowNonFinite bool) error {
	if could, err := c.measureRows(ctx, data); could || err != nil {
		return err
	}
	n := 0
	for b, err := range data.epoch(0, 0) {
		if err == nil && !data.checked {
			err = c.checkStream(&b, allowNonFinite)
		}
		if err == nil {
			err = c.step(ctx, testing, &b)
		}
		if err != nil {
			if ctx != nil && ctx.Err() != nil {
				return err
			}
			return fmt.Errorf("batch %d: %w", n, err)
		}
		n++
	}
	if n == 0 {
		return fmt.Errorf("the data has no samples")
	}
	return nil
}

// TrainOnBatch runs one training step and returns the loss and metrics of the batch, like Keras'
// train_on_batch.
func (m *Model) TrainOnBatch(ctx context.Context, b datasets.Batch) (training.Logs, error) {
	return m.onBatch(ctx, "train on batch", learning, b)
}

// TestOnBatch evaluates the model on one batch without training.
func (m *Model) TestOnBatch(ctx context.Context, b datasets.Batch) (training.Logs, error) {
	return m.onBatch(ctx, "test on batch", testing, b)
}

func (m *Model) onBatch(ctx context.Context, what string, md mode, b datasets.Batch) (training.Logs, error) {
	c, err := m.compiledFor(what)
	if err == nil && md == learning && c.optimizer == nil {
		err = fmt.Errorf("models: %s: Compile was given no Optimizer", what)
	}
	if err != nil {
		return nil, err
	}
	if b.N == 0 && len(b.X) > 0 && b.X[0].Rank() > 0 {
		b.N = b.X[0].Shape()[0]
	}
	if err := c.checkStream(&b, md != learning); err != nil {
		return nil, fmt.Errorf("models: %s: %w", what, err)
	}
	c.evaluating.Lock()
	defer c.evaluating.Unlock()
	if err := c.reset(md); err != nil {
		return nil, err
	}
	if err := c.step(ctx, md, &b); err != nil {
		return nil, fmt.Errorf("models: %s: %w", what, err)
	}
	return c.logs(md)
}
