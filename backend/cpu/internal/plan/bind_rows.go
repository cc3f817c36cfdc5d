package plan

import (
	"fmt"
	"unsafe"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
)

// bindRows has the inputs stand for the rows of all steps, beginning with the first's.
func (p *Program) bindRows(g *graph.Graph, c *backend.Call) error {
	if err := c.Check(g.Inputs); err != nil {
		return fmt.Errorf("cpu: run: %w", err)
	}
	for i, t := range c.Rows {
		x := &p.inputs[i]
		p.mem[x.slot], x.bytes = storage.Address(t), t.Len()*t.DType().Size()
	}
	return nil
}

// nextRows moves the inputs on by one step's share.
func (p *Program) nextRows(steps int) {
	for i := range p.inputs {
		x := &p.inputs[i]
		p.mem[x.slot] = unsafe.Add(p.mem[x.slot], x.bytes/steps)
	}
}
