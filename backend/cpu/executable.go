package cpu

import (
	"context"
	"fmt"
	"sync"
	"unsafe"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// executable is a compiled graph and the programs that run it.
type executable struct {
	g      *graph.Graph
	team   *team
	matmul kernel.Precision
	large  int

	mu     sync.Mutex
	free   []*program
	closed bool
}

// Run computes the graph c.Steps times: the buffers are bound and the threads taken once for
// all steps.
func (e *executable) Run(ctx context.Context, c backend.Call) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p, err := e.take()
	if err != nil {
		return err
	}
	defer e.put(p)
	if err := p.bind(e.g, &c); err != nil {
		return err
	}
	for _, u := range p.tables {
		u.bind(e.team)
	}
	p.seed = c.Seed
	if c.Steps <= 1 {
		p.run(e.team)
		return nil
	}
	return p.runSteps(ctx, e.team, &c)
}

// Size is the memory of the programs that nobody runs.
func (e *executable) Size() (n int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.free {
		n += int64(p.bytes)
	}
	return n
}

// Close drops the programs.
func (e *executable) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.free, e.closed = nil, true
	return nil
}

// take returns a program that nobody runs.
func (e *executable) take() (*program, error) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil, errClosed
	}
	if n := len(e.free); n > 0 {
		p := e.free[n-1]
		e.free = e.free[:n-1]
		e.mu.Unlock()
		return p, nil
	}
	e.mu.Unlock()
	return compile(e.g, e.matmul, e.large)
}

func (e *executable) put(p *program) {
	e.mu.Lock()
	if !e.closed {
		e.free = append(e.free, p)
	}
	e.mu.Unlock()
}

// run executes the code on t's threads, or alone if t is busy or gone.
func (p *program) run(t *team) {
	t.on(&p.solo, p.execute)
	p.bringOutputs()
}

func (p *program) execute(pool *kernel.Pool) {
	p.pool = pool
	start := p.sharing.Begin(pool)
	for i := range p.code {
		p.code[i].run()
	}
	p.sharing.End(pool, start)
	p.pool = nil
}

// bind puts the addresses of the buffers in place.
func (p *program) bind(g *graph.Graph, c *backend.Call) error {
	if err := p.count(len(c.Vars), len(c.In), len(c.Out)); err != nil {
		return err
	}
	if c.Rows != nil {
		if err := p.bindRows(g, c); err != nil {
			return err
		}
	} else {
		for i, b := range c.In {
			if err := p.inputs[i].set(p, b, g.Inputs[i].Type); err != nil {
				return fmt.Errorf("cpu: input %d: %w", i, err)
			}
		}
	}
	if err := p.bindState(g, c.Vars, c.Out); err != nil {
		return err
	}
	p.parkOutputs()
	return nil
}

// count reports that the buffers of a run are not as many as the program's.
func (p *program) count(vars, in, out int) error {
	if vars == len(p.vars) && in == len(p.inputs) && out == len(p.outputs) {
		return nil
	}
	return fmt.Errorf("cpu: run with %d variables, %d inputs and %d outputs; the graph has %d, %d and %d",
		vars, in, out, len(p.vars), len(p.inputs), len(p.outputs))
}

// bindState puts the addresses of all buffers but the inputs' in place.
func (p *program) bindState(g *graph.Graph, vars, out []backend.Buffer) error {
	for i, b := range vars {
		if err := p.vars[i].set(p, b, g.Variables[i].Type); err != nil {
			return fmt.Errorf("cpu: variable %s: %w", g.Variables[i].Path, err)
		}
	}
	for i, b := range out {
		if err := p.outputs[i].set(p, b, g.Outputs[i].Type); err != nil {
			return fmt.Errorf("cpu: output %d: %w", i, err)
		}
	}
	return nil
}

func (x *external) set(p *program, b backend.Buffer, t graph.Type) error {
	own, ok := b.(*buffer)
	if !ok {
		return fmt.Errorf("a buffer of another device")
	}
	if own.at == nil {
		return errClosed
	}
	if own != x.last {
		if !own.typ.Equal(t) {
			return fmt.Errorf("a buffer of %v; wants %v", own.typ, t)
		}
		x.last = own
	}
	switch {
	case own.table == nil || x.rows:
	case x.writes:
		own.release()
	default:
		own.settle()
	}
	if x.writes {
		own.stamp.Add(1)
	}
	p.mem[x.slot], p.stamps[x.slot], x.bytes = own.at, own.stamp.Load(), own.bytes
	return nil
}

// parkOutputs gives an output that shares memory with an operand of the run a place of
// its own: results are written while operands are still read.
func (p *program) parkOutputs() {
	for i := range p.outputs {
		x := &p.outputs[i]
		x.side = nil
		if p.overlaps(p.inputs, x) || p.overlaps(p.vars, x) {
			x.side = aligned(x.bytes)
			p.mem[x.slot] = x.side
		}
	}
}

// overlaps reports whether x shares memory with one of the others.
func (p *program) overlaps(others []external, x *external) bool {
	at := uintptr(p.mem[x.slot])
	for i := range others {
		from := uintptr(p.mem[others[i].slot])
		if at < from+uintptr(others[i].bytes) && from < at+uintptr(x.bytes) {
			return true
		}
	}
	return false
}

func (p *program) bringOutputs() {
	for i := range p.outputs {
		if x := &p.outputs[i]; x.side != nil {
			copy(span(x.last.at, x.bytes), span(x.side, x.bytes))
			x.side = unsafe.Pointer(nil)
		}
	}
}
