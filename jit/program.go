package jit

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu" // the default device
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A machine is an open device. It stays open: all functions share it.
type machine struct {
	backend.Device
	name string
}

var (
	machinesMu sync.Mutex
	machines   = map[string]*machine{}
)

// open returns the device of that name, "" being the default one.
func open(name string) (*machine, error) {
	if name == "" {
		name = "cpu"
	}
	machinesMu.Lock()
	defer machinesMu.Unlock()
	if m := machines[name]; m != nil {
		return m, nil
	}
	d, err := backend.Open(name)
	if err != nil {
		return nil, err
	}
	m := &machine{Device: d, name: name}
	machines[name] = m
	return m, nil
}

// A program is one compiled form of a function, with the memory of its arguments and results.
type program struct {
	on      *machine
	exe     backend.Executable
	vars    []*Variable
	types   []graph.Type // of the results
	in, out []backend.Buffer
}

func compile(device string, build func(*graph.Graph, []*graph.Node) []*graph.Node, xs []*tensor.Tensor) (*program, error) {
	m, err := open(device)
	if err != nil {
		return nil, err
	}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		in := make([]*graph.Node, len(xs))
		for i, x := range xs {
			in[i] = g.Input(x.DType(), x.Shape()...)
		}
		return build(g, in)
	})
	if err != nil {
		return nil, err
	}
	p := &program{on: m}
	for _, v := range g.Variables {
		w := owner(v)
		if w == nil {
			return nil, fmt.Errorf("jit: variable %q was not made by jit.NewVariable, so its value is not here", v.Path)
		}
		p.vars = append(p.vars, w)
	}
	if p.exe, err = backend.Compile(m, g); err != nil {
		return nil, err
	}
	for _, n := range g.Outputs {
		p.types = append(p.types, n.Type)
	}
	if err := p.allocate(g); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *program) allocate(g *graph.Graph) error {
	for _, n := range g.Inputs {
		b, err := p.on.NewBuffer(n.Type)
		if err != nil {
			return err
		}
		p.in = append(p.in, b)
	}
	for _, t := range p.types {
		b, err := p.on.NewBuffer(t)
		if err != nil {
			return err
		}
		p.out = append(p.out, b)
	}
	return nil
}

func (p *program) run(ctx context.Context, seed uint64, xs []*tensor.Tensor) ([]*tensor.Tensor, error) {
	stateMu.Lock() // runs take turns: they share variables
	defer stateMu.Unlock()
	vars := make([]backend.Buffer, len(p.vars))
	for i, v := range p.vars {
		b, err := v.buffer(p.on)
		if err != nil {
			return nil, err
		}
		vars[i] = b
	}
	for i, x := range xs {
		if err := p.in[i].Write(x); err != nil {
			return nil, err
		}
	}
	if err := p.exe.Run(ctx, backend.Call{Seed: seed, Vars: vars, In: p.in, Out: p.out}); err != nil {
		return nil, err
	}
	ys := make([]*tensor.Tensor, len(p.out))
	for i, b := range p.out {
		ys[i] = tensor.New(p.types[i].DType, p.types[i].Shape...)
		if err := b.Read(ys[i]); err != nil {
			return nil, err
		}
	}
	return ys, nil
}

func (p *program) close() error {
	err := p.exe.Close()
	for _, b := range append(p.in, p.out...) {
		err = errors.Join(err, b.Close())
	}
	return err
}
