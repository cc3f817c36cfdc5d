package gorgonia

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hostbuffer"
	"gorgonia.org/gorgonia"
)

// building is held while Gorgonia builds or compiles an ExprGraph: its constants and pools are
// shared by all graphs without locks.
var building sync.Mutex

var errClosed = errors.New("gorgonia: used after Close")

// An executable is one ExprGraph and its tape machine. The machine is not safe for concurrent use.
type executable struct {
	g       *graph.Graph
	lets    []let
	results []*value // the outputs, followed by the updates

	mu     sync.Mutex
	closed bool
	vm     gorgonia.VM // nil if nothing is computed
	reads  map[*gorgonia.Node]*gorgonia.Value
}

// A run is the data that the sources of a program read.
type run struct {
	hostbuffer.Call
	seed uint64
}

func compile(g *graph.Graph) (x *executable, err error) {
	if list := unsupported(g, "", nil); list != nil {
		return nil, refused(list)
	}
	building.Lock()
	defer building.Unlock()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			x, err = nil, r.error
		default: // Gorgonia reports errors by panicking
			x, err = nil, fmt.Errorf("gorgonia: compile: %v", r)
		}
	}()
	l := &lowering{g: gorgonia.NewGraph(), needs: map[*graph.Node]bool{}, used: map[*graph.Node][]bool{}, vars: g.Variables}
	roots := slices.Clone(g.Outputs)
	for _, u := range g.Updates {
		roots = append(roots, u.Node)
	}
	for _, n := range roots {
		l.needs[n] = true
	}
	l.need(g)
	var in []*value
	for i, n := range g.Inputs {
		in = append(in, &value{Type: n.Type, from: func(r *run) any { return sliceOf(r.In[i].Value()) }})
	}
	vals := l.block(g, in)
	x = &executable{g: g, lets: l.lets, reads: map[*gorgonia.Node]*gorgonia.Value{}}
	for _, n := range roots {
		x.result(vals[n])
	}
	if len(x.reads) > 0 {
		x.vm = gorgonia.NewTapeMachine(l.g)
	}
	return x, nil
}

// result adds v to the results, and to the values read from Gorgonia's graph after a run.
func (x *executable) result(v *value) {
	x.results = append(x.results, v)
	if v.from == nil && x.reads[v.node] == nil {
		into := new(gorgonia.Value)
		x.reads[v.node] = into
		gorgonia.Read(v.node, into)
	}
}

func (x *executable) Run(ctx context.Context, c backend.Call) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	buffers, err := hostbuffer.CallOf("gorgonia", x.g, c)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return errClosed
	}
	return c.Each(ctx, func() error { return x.step(&run{buffers, c.Seed}) })
}

// step evaluates the graph once.
func (x *executable) step(r *run) error {
	if err := x.compute(r); err != nil {
		return fmt.Errorf("gorgonia: run: %w", err)
	}
	got := make([]any, len(x.results))
	for i, v := range x.results {
		if v.from != nil {
			got[i] = cloned(v.from(r)) // a variable may be about to change
		} else {
			got[i] = (*x.reads[v.node]).Data()
		}
	}
	for i := range x.g.Outputs {
		store(r.Out[i].Own(), got[i])
	}
	for i, u := range x.g.Updates {
		store(r.Vars[slices.Index(x.g.Variables, u.Var)].Own(), got[len(x.g.Outputs)+i])
	}
	return nil
}

// compute runs the tape machine on arrays with separate headers, so that two machines share only
// memory that neither writes.
func (x *executable) compute(r *run) error {
	if x.vm == nil {
		return nil
	}
	defer x.vm.Reset()
	for _, l := range x.lets {
		if err := gorgonia.Let(l.node, l.value(r)); err != nil {
			return err
		}
	}
	return x.vm.RunAll()
}

// Size returns 0, for unknown: Gorgonia's machine allocates from its own pools.
func (x *executable) Size() int64 { return 0 }

// Close releases the machine.
func (x *executable) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	if x.vm == nil {
		return nil
	}
	return x.vm.Close()
}
