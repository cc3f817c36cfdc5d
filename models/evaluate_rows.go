package models

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/rhyton/rhyton/datasets"
)

// atOnce is the approximate duration of the test steps that run in one device call. The model is
// locked for that time.
const atOnce = 200 * time.Microsecond

// measureRows is measure for data in memory that was already checked. It runs the same steps, but
// many per device call, because for a small net a call costs as much as its computation. It
// reports whether it could.
func (c *compiled) measureRows(ctx context.Context, data *source) (could bool, err error) {
	if ctx == nil || !data.checked || data.steps > 0 || len(c.m.stage.calls) > 0 || c.m.ready() != nil {
		return false, nil
	}
	a, size := data.batched.Data.(*datasets.Arrays), cmp.Or(data.batched.Size, 32)
	batches := a.Len() / size
	if batches == 0 {
		return false, nil
	}
	var b datasets.Batch
	if err := a.Slice(&b, 0, size); err != nil {
		return false, err
	}
	e, err := c.entryFor(testing, b.X, b.Y, b.Weights)
	if err != nil {
		return false, nil // measure reports the reason
	}
	defer e.Close()
	if err := c.wholeBatches(ctx, e, a, batches, size); err != nil || batches*size == a.Len() {
		return true, err
	}
	if err = a.Slice(&b, batches*size, a.Len()); err == nil {
		err = c.step(ctx, testing, &b)
	}
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("batch %d: %w", batches, err)
	}
	return true, err
}

// wholeBatches runs e on each of the first batches of size rows.
func (c *compiled) wholeBatches(ctx context.Context, e *entry, a *datasets.Arrays, batches, size int) error {
	var b datasets.Batch
	n := 1 // batches per call
	for lo, hi := 0, 0; lo < batches; lo = hi {
		hi = min(lo+n, batches)
		if err := a.Slice(&b, lo*size, hi*size); err != nil {
			return err
		}
		start := time.Now()
		if err := c.runRows(ctx, e, &b, hi-lo); err != nil {
			if ctx.Err() != nil {
				return err
			}
			return fmt.Errorf("batches %d to %d: %w", lo, hi-1, err)
		}
		if took := time.Since(start); took < atOnce/2 {
			n *= 2
		} else if took > 2*atOnce {
			n = max(n/2, 1)
		}
	}
	return nil
}

// runRows runs e on each of the batches that make up b.
func (c *compiled) runRows(ctx context.Context, e *entry, b *datasets.Batch, batches int) error {
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	e.in = append(append(append(e.in[:0], b.X...), b.Y...), b.Weights...)
	return e.Steps(ctx, e.buffers, e.in, batches)
}
