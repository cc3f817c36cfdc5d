package cpu

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

var _ backend.RowsRunner = (*executable)(nil)

// RunRows computes the graph for each share of the rows of x: the buffers are bound and the
// threads taken once for all.
func (e *executable) RunRows(ctx context.Context, seed uint64, vars []backend.Buffer, x []*tensor.Tensor, out []backend.Buffer, steps int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p, err := e.take()
	if err != nil {
		return err
	}
	defer e.put(p)
	if err := p.bindRows(e.g, vars, x, out, steps); err != nil {
		return err
	}
	for _, u := range p.tables {
		u.bind(e.team)
	}
	p.seed = seed
	e.team.on(&p.solo, func(pool *kernel.Pool) {
		p.execute(pool)
		for range steps - 1 {
			if err = ctx.Err(); err != nil {
				return
			}
			p.nextRows(steps)
			p.execute(pool)
		}
	})
	p.bringOutputs()
	return err
}

// bindRows is bind with arrays of the rows of all steps for inputs.
func (p *program) bindRows(g *graph.Graph, vars []backend.Buffer, x []*tensor.Tensor, out []backend.Buffer, steps int) error {
	if err := p.count(len(vars), len(x), len(out)); err != nil {
		return err
	}
	for i, t := range x {
		if err := p.inputs[i].lendRows(p, t, g.Inputs[i].Type, steps); err != nil {
			return fmt.Errorf("cpu: input %d: %w", i, err)
		}
	}
	if err := p.bindState(g, vars, out); err != nil {
		return err
	}
	p.parkOutputs()
	return nil
}

// lendRows makes x stand for t, which is that many arrays of type want.
func (x *external) lendRows(p *program, t *tensor.Tensor, want graph.Type, steps int) error {
	switch {
	case t == nil:
		return fmt.Errorf("no array")
	case t.Err() != nil:
		return t.Err()
	case steps < 1 || len(want.Shape) == 0:
		return fmt.Errorf("%d steps over the rows of %v", steps, want)
	}
	all := graph.Type{DType: want.DType, Shape: want.Shape.Clone()}
	all.Shape[0] *= steps
	if t.DType() != all.DType || !t.Shape().Equal(all.Shape) {
		return fmt.Errorf("an array of %v; %d steps want %v", graph.Type{DType: t.DType(), Shape: t.Shape()}, steps, all)
	}
	p.mem[x.slot], x.bytes = pointer(t), bytesOf(all)
	return nil
}

// nextRows moves the inputs on by one step's share.
func (p *program) nextRows(steps int) {
	for i := range p.inputs {
		x := &p.inputs[i]
		p.mem[x.slot] = unsafe.Add(p.mem[x.slot], x.bytes/steps)
	}
}
