package backend

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Each calls run for each step of c, with the step's share of Rows lent to In. It is the loop
// of devices that gain nothing from taking many steps at once. When ctx ends it does, between
// two steps, with ctx's error.
func (c *Call) Each(ctx context.Context, run func() error) error {
	for step := range max(c.Steps, 1) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.lend(step); err != nil {
			return err
		}
		if err := run(); err != nil {
			return err
		}
	}
	return nil
}

// lend lends a step's share of the rows.
func (c *Call) lend(step int) error {
	for i, all := range c.Rows {
		n := all.Shape()[0] / max(c.Steps, 1)
		if err := c.In[i].Lend(all.Rows(step*n, (step+1)*n)); err != nil {
			return fmt.Errorf("input %d, step %d: %w", i, step, err)
		}
	}
	return nil
}

// Check reports a number of steps or arrays of rows that do not fit inputs of these types.
func (c *Call) Check(inputs []*graph.Node) error {
	switch {
	case c.Steps < 0:
		return fmt.Errorf("%d steps", c.Steps)
	case c.Rows == nil:
		return nil
	case len(c.In) != len(inputs):
		return fmt.Errorf("%d input buffers; the graph has %d inputs", len(c.In), len(inputs))
	case len(c.Rows) != len(inputs):
		return fmt.Errorf("%d arrays of rows; the graph has %d inputs", len(c.Rows), len(inputs))
	}
	for i, t := range c.Rows {
		if err := c.checkRows(t, inputs[i].Type); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	return nil
}

func (c *Call) checkRows(t *tensor.Tensor, want graph.Type) error {
	switch {
	case t == nil:
		return fmt.Errorf("no array")
	case t.Err() != nil:
		return t.Err()
	case len(want.Shape) == 0:
		return fmt.Errorf("an input of %v has no rows to take a share of", want)
	}
	all := graph.Type{DType: want.DType, Shape: want.Shape.Clone()}
	all.Shape[0] *= max(c.Steps, 1)
	if got := (graph.Type{DType: t.DType(), Shape: t.Shape()}); !got.Equal(all) {
		return fmt.Errorf("an array of %v; %d steps want %v", got, max(c.Steps, 1), all)
	}
	return nil
}
