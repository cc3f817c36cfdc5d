package models

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// errNoContext is what every run says that was given none.
var errNoContext = errors.New("the context is nil: give context.Background()")

// A program is one compiled graph with the variables it works on.
type program struct {
	dev     *device
	exe     backend.Executable
	inputs  []graph.Type
	outputs []graph.Type

	mu    sync.Mutex
	vars  []*graph.Variable
	cells []*cell
	bufs  []backend.Buffer // of the cells
	free  []*lane
}

// A lane is what one run at a time needs for itself.
type lane struct {
	in, out []backend.Buffer
	values  []*tensor.Tensor // of the outputs, on the host
}

// compileGraph compiles g for d.
func compileGraph(d *device, g *graph.Graph) (*program, error) {
	exe, err := backend.Compile(d, g)
	if err != nil {
		return nil, err
	}
	p := &program{dev: d, exe: exe, vars: g.Variables, cells: make([]*cell, len(g.Variables)), bufs: make([]backend.Buffer, len(g.Variables))}
	for _, n := range g.Inputs {
		p.inputs = append(p.inputs, n.Type)
	}
	for _, n := range g.Outputs {
		p.outputs = append(p.outputs, n.Type)
	}
	return p, nil
}

// take returns a lane for one run and binds the variables.
func (p *program) take() (*lane, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.bind(); err != nil {
		return nil, err
	}
	if n := len(p.free); n > 0 {
		l := p.free[n-1]
		p.free = p.free[:n-1]
		return l, nil
	}
	return p.newLane()
}

// rebind binds the variables again, for a lane that is kept.
func (p *program) rebind() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bind()
}

// bind finds the memory of the variables, which moves if another device uses them.
func (p *program) bind() error {
	for i, v := range p.vars {
		if c := p.cells[i]; c != nil && v.Storage == any(c) {
			continue
		}
		c, err := p.dev.cellOf(v)
		if err != nil {
			return err
		}
		p.cells[i], p.bufs[i] = c, c.buf
	}
	return nil
}

func (p *program) newLane() (*lane, error) {
	l := &lane{}
	for _, t := range p.inputs {
		b, err := p.dev.NewBuffer(t)
		if err != nil {
			return nil, err
		}
		l.in = append(l.in, b)
	}
	for _, t := range p.outputs {
		b, err := p.dev.NewBuffer(t)
		if err != nil {
			return nil, err
		}
		l.out = append(l.out, b)
		l.values = append(l.values, tensor.New(t.DType, t.Shape...))
	}
	return l, nil
}

func (p *program) give(l *lane) {
	p.mu.Lock()
	p.free = append(p.free, l)
	p.mu.Unlock()
}

// step runs the program on lane l: in are lent, outputs stay on the device.
func (p *program) step(ctx context.Context, l *lane, seed uint64, in []*tensor.Tensor) error {
	if ctx == nil {
		return errNoContext
	}
	if len(in) != len(l.in) {
		return fmt.Errorf("%d inputs given, %d wanted", len(in), len(l.in))
	}
	for i, t := range in {
		if err := l.in[i].Lend(t); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	return p.exe.Run(ctx, backend.Call{Seed: seed, Vars: p.bufs, In: l.in, Out: l.out})
}

// read brings output i to the host; the tensor belongs to the lane.
func (l *lane) read(i int) (*tensor.Tensor, error) {
	return l.values[i], l.out[i].Read(l.values[i])
}

// run runs the program once and returns copies of its outputs.
func (p *program) run(ctx context.Context, seed uint64, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	l, err := p.take()
	if err != nil {
		return nil, err
	}
	defer p.give(l)
	if err := p.step(ctx, l, seed, in); err != nil {
		return nil, err
	}
	out := make([]*tensor.Tensor, len(p.outputs))
	for i, t := range p.outputs {
		out[i] = tensor.New(t.DType, t.Shape...)
		if err := l.out[i].Read(out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
