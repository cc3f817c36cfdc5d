package plan

import (
	"fmt"
	"unsafe"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
)

// Bind puts the addresses of the buffers in place.
func (p *Program) Bind(g *graph.Graph, c *backend.Call) error {
	if err := p.count(len(c.Vars), len(c.In), len(c.Out)); err != nil {
		return err
	}
	if err := p.bindInputs(g, c); err != nil {
		return err
	}
	if err := p.bindState(g, c.Vars, c.Out); err != nil {
		return err
	}
	p.parkOutputs()
	return nil
}

func (p *Program) bindInputs(g *graph.Graph, c *backend.Call) error {
	if c.Rows != nil {
		return p.bindRows(g, c)
	}
	for i, b := range c.In {
		if err := p.inputs[i].bind(p, b, g.Inputs[i].Type); err != nil {
			return fmt.Errorf("cpu: input %d: %w", i, err)
		}
	}
	return nil
}

// count returns an error if a run does not have as many buffers as the program.
func (p *Program) count(vars, in, out int) error {
	if vars == len(p.Vars) && in == len(p.inputs) && out == len(p.outputs) {
		return nil
	}
	return fmt.Errorf("cpu: run with %d variables, %d inputs and %d outputs; the graph has %d, %d and %d",
		vars, in, out, len(p.Vars), len(p.inputs), len(p.outputs))
}

// bindState puts the addresses of all buffers but the inputs' in place.
func (p *Program) bindState(g *graph.Graph, vars, out []backend.Buffer) error {
	for i, b := range vars {
		if err := p.Vars[i].bind(p, b, g.Variables[i].Type); err != nil {
			return fmt.Errorf("cpu: variable %s: %w", g.Variables[i].Path, err)
		}
	}
	for i, b := range out {
		if err := p.outputs[i].bind(p, b, g.Outputs[i].Type); err != nil {
			return fmt.Errorf("cpu: output %d: %w", i, err)
		}
	}
	return nil
}

func (x *External) bind(p *Program, b backend.Buffer, t graph.Type) error {
	own, ok := b.(*storage.Buffer)
	if !ok {
		return fmt.Errorf("a buffer of another device")
	}
	if own.At == nil {
		return storage.ErrClosed
	}
	if own != x.Buffer {
		if !own.Type.Equal(t) {
			return fmt.Errorf("a buffer of %v; wants %v", own.Type, t)
		}
		x.Buffer = own
	}
	p.mem[x.slot], x.bytes = own.At, own.Bytes
	p.stamps[x.slot] = own.Use(x.Rows, x.Writes)
	return nil
}

// parkOutputs gives an output that shares memory with an operand of the run memory of its
// own: results are written while operands are still read.
func (p *Program) parkOutputs() {
	for i := range p.outputs {
		x := &p.outputs[i]
		x.side = nil
		if p.overlaps(p.inputs, x) || p.overlaps(p.Vars, x) {
			x.side = storage.Aligned(x.bytes)
			p.mem[x.slot] = x.side
		}
	}
}

// overlaps reports whether x shares memory with one of the others.
func (p *Program) overlaps(others []External, x *External) bool {
	at := uintptr(p.mem[x.slot])
	for i := range others {
		from := uintptr(p.mem[others[i].slot])
		if at < from+uintptr(others[i].bytes) && from < at+uintptr(x.bytes) {
			return true
		}
	}
	return false
}

func (p *Program) bringOutputs() {
	for i := range p.outputs {
		if x := &p.outputs[i]; x.side != nil {
			copy(storage.Bytes(x.Buffer.At, x.bytes), storage.Bytes(x.side, x.bytes))
			x.side = unsafe.Pointer(nil)
		}
	}
}
