package cpu

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// runSteps is run for several steps.
func (p *program) runSteps(ctx context.Context, t *team, c *backend.Call) (err error) {
	t.on(&p.solo, func(pool *kernel.Pool) {
		p.execute(pool)
		for range c.Steps - 1 {
			if err = ctx.Err(); err != nil {
				return
			}
			if c.Rows != nil {
				p.nextRows(c.Steps)
			}
			p.execute(pool)
		}
	})
	p.bringOutputs()
	return err
}

// bindRows has the inputs stand for the rows of all steps, beginning with the first's.
func (p *program) bindRows(g *graph.Graph, c *backend.Call) error {
	if err := c.Check(g.Inputs); err != nil {
		return fmt.Errorf("cpu: run: %w", err)
	}
	for i, t := range c.Rows {
		x := &p.inputs[i]
		p.mem[x.slot], x.bytes = pointer(t), t.Len()*t.DType().Size()
	}
	return nil
}

// nextRows moves the inputs on by one step's share.
func (p *program) nextRows(steps int) {
	for i := range p.inputs {
		x := &p.inputs[i]
		p.mem[x.slot] = unsafe.Add(p.mem[x.slot], x.bytes/steps)
	}
}
