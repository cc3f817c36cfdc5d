package plan

import (
	"context"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
)

// Run executes the program, which is bound to the buffers of c, on the threads of t, or on the
// caller's alone if they are busy or gone.
func (p *Program) Run(ctx context.Context, t *threads.Team, c *backend.Call) error {
	for _, f := range p.Bound {
		f(t)
	}
	p.Seed = c.Seed
	if c.Steps > 1 {
		return p.runSteps(ctx, t, c)
	}
	t.With(&p.solo, p.execute)
	p.bringOutputs()
	return nil
}

// runSteps is Run for several steps.
func (p *Program) runSteps(ctx context.Context, t *threads.Team, c *backend.Call) (err error) {
	t.With(&p.solo, func(pool *kernel.ThreadPool) {
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

func (p *Program) execute(pool *kernel.ThreadPool) {
	p.Threads = pool
	start := p.sharing.Begin(pool)
	p.RunCode()
	p.sharing.End(pool, start)
	p.Threads = nil
}
