package runtime

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// ErrNoContext is the error of a run with a nil context.
var ErrNoContext = errors.New("the context is nil: pass context.Background()")

// A Program is a compiled graph with the variables it uses.
type Program struct {
	dev     *Device
	exe     backend.Executable
	inputs  []graph.Type
	outputs []graph.Type

	values   *Values
	own      *Lock // for variables not used before
	writes   bool  // the program changes variables
	locks    locks // of all variables
	vars     []*graph.Variable
	storages []*storage       // of the variables
	bound    []backend.Buffer // of the storages
	moves    []int            // of the storages, when they were bound; 0: not yet

	mu     sync.Mutex
	free   []*Buffers
	opened *opened
}

// opened holds the resources of a program that must be closed. It does not refer to the program.
type opened struct {
	exe   backend.Executable
	users atomic.Int64 // number of pending Close calls

	mu      sync.Mutex
	buffers []*Buffers
	closed  bool
	share   *share
}

// A share is what a program adds to the usage of its device. It does not refer to the resources.
type share struct {
	dev            *Device
	buffers, bytes atomic.Int64
	forgotten      atomic.Bool
}

// forget subtracts the share, once.
func (s *share) forget() {
	if s.forgotten.Swap(true) {
		return
	}
	s.dev.programs.Add(-1)
	s.dev.buffers.Add(-s.buffers.Load())
	s.dev.bytes.Add(-s.bytes.Load())
}

// Compile compiles g for d. Variables have their shared values; lock guards those not used before.
func Compile(d *Device, g *graph.Graph, lock *Lock) (*Program, error) {
	return shared.Compile(d, g, lock)
}

// Compile compiles g for d with these values.
func (vs *Values) Compile(d *Device, g *graph.Graph, lock *Lock) (*Program, error) {
	exe, err := backend.Compile(d, g)
	if err != nil {
		return nil, err
	}
	return vs.program(d, g, exe, lock), nil
}

// CompileAsIs compiles g without the graph passes that precede a device.
func (vs *Values) CompileAsIs(d *Device, g *graph.Graph) (*Program, error) {
	exe, err := d.Compile(g)
	if err != nil {
		return nil, err
	}
	return vs.program(d, g, exe, nil), nil
}

func (vs *Values) program(d *Device, g *graph.Graph, exe backend.Executable, lock *Lock) *Program {
	p := &Program{dev: d, exe: exe, inputs: types(g.Inputs), outputs: types(g.Outputs),
		values: vs, own: lock, writes: len(g.Updates) > 0, vars: g.Variables}
	p.open()
	return p
}

// open finds the variables, and starts tracking what must be closed.
func (p *Program) open() {
	p.storages, p.bound, p.moves = make([]*storage, len(p.vars)), make([]backend.Buffer, len(p.vars)), make([]int, len(p.vars))
	for i, v := range p.vars {
		p.storages[i] = p.values.of(v, p.own)
	}
	p.locks = locksOf(p.storages)
	p.dev.programs.Add(1)
	p.opened = &opened{exe: p.exe, share: &share{dev: p.dev}}
	p.opened.users.Store(1)
	if p.dev.shared { // the rest is left to the garbage collector
		runtime.AddCleanup(p, (*share).forget, p.opened.share)
		return
	}
	runtime.AddCleanup(p, func(o *opened) { o.close() }, p.opened)
}

func types(nodes []*graph.Node) (all []graph.Type) {
	for _, n := range nodes {
		all = append(all, n.Type)
	}
	return all
}

// lock locks the variables for runs of the program and brings them to the device. If the program
// changes none of them, others may read them.
func (p *Program) lock() error {
	if p.writes {
		p.locks.lock()
		err := p.bind()
		if err != nil {
			p.locks.unlock()
		}
		return err
	}
	for p.locks.rlock(); !p.isBound(); p.locks.rlock() {
		p.locks.runlock()
		p.locks.lock()
		err := p.bind()
		p.locks.unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// unlock undoes lock.
func (p *Program) unlock() {
	if p.writes {
		p.locks.unlock()
	} else {
		p.locks.runlock()
	}
}

// Variables returns the variables of the program's graph, in the graph's order.
func (p *Program) Variables() []*graph.Variable { return p.vars }

// isBound reports whether the values are still where bind found them.
func (p *Program) isBound() bool {
	for i, s := range p.storages {
		if s.moves != p.moves[i] || s.moves == 0 {
			return false
		}
		if now, _ := p.vars[i].Storage.(*storage); p.values == nil && now != s {
			return false
		}
	}
	return true
}

// bind brings the values to the device. Since the last run, a layer may have assigned a new value
// to a variable, which then has no storage.
func (p *Program) bind() error {
	if p.isBound() {
		return nil
	}
	for i, v := range p.vars {
		if p.storages[i] != p.values.existing(v) {
			p.storages[i] = p.values.of(v, p.storages[i].lock)
		}
		if err := p.storages[i].bring(p.dev); err != nil {
			return err
		}
		p.bound[i], p.moves[i] = p.storages[i].buf.Buffer, p.storages[i].moves
	}
	return nil
}

// Step locks the variables and runs the program. It borrows in; the outputs stay on the device.
func (p *Program) Step(ctx context.Context, b *Buffers, seed uint64, in []*tensor.Tensor) error {
	if ctx == nil {
		return ErrNoContext
	}
	if err := p.lock(); err != nil {
		return err
	}
	defer p.unlock()
	if len(in) != len(b.in) {
		return fmt.Errorf("%d inputs given, %d wanted", len(in), len(b.in))
	}
	for i, t := range in {
		if err := b.in[i].Lend(t); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	err := p.exe.Run(ctx, backend.Call{Seed: seed, Vars: p.bound, In: b.in, Out: b.out})
	runtime.KeepAlive(p)
	return err
}

// Steps locks the variables and runs the program steps times over the rows of larger arrays.
func (p *Program) Steps(ctx context.Context, b *Buffers, rows []*tensor.Tensor, steps int) error {
	if err := p.lock(); err != nil {
		return err
	}
	defer p.unlock()
	err := p.exe.Run(ctx, backend.Call{Vars: p.bound, In: b.in, Out: b.out, Rows: rows, Steps: steps})
	runtime.KeepAlive(p)
	return err
}

// Run runs the program once and returns copies of its outputs.
func (p *Program) Run(ctx context.Context, seed uint64, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	b, err := p.Take()
	if err != nil {
		return nil, err
	}
	defer p.Return(b)
	if err := p.Step(ctx, b, seed, in); err != nil {
		return nil, err
	}
	out := make([]*tensor.Tensor, len(p.outputs))
	for i, t := range p.outputs {
		out[i] = tensor.New(t.DType, t.Shape...)
		if err := b.out[i].Read(out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Size returns the number of bytes that the program holds between runs, as far as the device
// reports it.
func (p *Program) Size() int64 { return p.exe.Size() + p.opened.share.bytes.Load() }
