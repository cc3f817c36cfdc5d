package xla

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/xla/internal/pjrt"
	"github.com/rhyton/rhyton/backend/xla/internal/stablehlo"
	"github.com/rhyton/rhyton/graph"
)

// executable is a compiled graph with its literals on the device.
type executable struct {
	device   *device
	program  *pjrt.Executable
	literals []*buffer
	seeded   bool

	inputs        []*graph.Node
	vars, in, out []graph.Type
	updates       []int // the variable of each update
	calls         sync.Pool
}

// call is the reusable memory of one run.
type call struct {
	in, out []*pjrt.Buffer
	seed    pjrt.Buffer
	words   [8]byte
}

func newExecutable(d *device, g *graph.Graph, m stablehlo.Module, p *pjrt.Executable) (*executable, error) {
	e := &executable{device: d, program: p, seeded: m.Seeded, inputs: g.Inputs}
	at := map[*graph.Variable]int{}
	for i, v := range g.Variables {
		at[v] = i
		e.vars = append(e.vars, v.Type)
	}
	for _, u := range g.Updates {
		e.updates = append(e.updates, at[u.Var])
	}
	e.in, e.out = types(g.Inputs), types(g.Outputs)
	for _, t := range m.Literals {
		b := newBuffer(d, graph.Type{DType: t.DType(), Shape: t.Shape()})
		e.literals = append(e.literals, b)
		if err := b.Write(t); err != nil {
			e.Close()
			return nil, err
		}
	}
	e.calls.New = func() any {
		return &call{
			in:  make([]*pjrt.Buffer, 0, len(e.vars)+len(e.in)+len(e.literals)+1),
			out: make([]*pjrt.Buffer, 0, len(e.updates)+len(e.out)),
		}
	}
	return e, nil
}

func types(ns []*graph.Node) (out []graph.Type) {
	for _, n := range ns {
		out = append(out, n.Type)
	}
	return out
}

var seedData = pjrt.HostData{Type: pjrt.U32, Dims: []int64{2}}

// Run starts a run. Buffer.Read waits for it and returns the error if the computation failed.
func (e *executable) Run(ctx context.Context, c backend.Call) error {
	if c.Rows == nil && c.Steps <= 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		return e.begin(&c)
	}
	return e.runSteps(ctx, c)
}

// runSteps is Run for several steps.
func (e *executable) runSteps(ctx context.Context, c backend.Call) error {
	if err := c.Check(e.inputs); err != nil {
		return fmt.Errorf("xla: run: %w", err)
	}
	return c.Each(ctx, func() error { return e.begin(&c) })
}

// begin starts one step.
func (e *executable) begin(given *backend.Call) error {
	c := e.calls.Get().(*call)
	defer e.put(c)
	var err error
	if c.in, err = e.gather(c.in, "variable", given.Vars, e.vars, true); err != nil {
		return err
	}
	if c.in, err = e.gather(c.in, "input", given.In, e.in, true); err != nil {
		return err
	}
	for _, b := range e.literals {
		c.in = append(c.in, &b.array)
	}
	if e.seeded {
		binary.LittleEndian.PutUint64(c.words[:], given.Seed)
		h := seedData
		h.Device = e.device.device
		if err := e.device.client.FromHostInto(&c.seed, c.words[:], h); err != nil {
			return err
		}
		c.in = append(c.in, &c.seed)
	}
	for _, i := range e.updates {
		c.out = append(c.out, c.in[i])
	}
	if c.out, err = e.gather(c.out, "output", given.Out, e.out, false); err != nil {
		return err
	}
	return e.program.Execute(c.in, c.out)
}

// put clears the references in c and returns it to the pool.
func (e *executable) put(c *call) {
	c.seed.Destroy()
	clear(c.in)
	clear(c.out)
	c.in, c.out = c.in[:0], c.out[:0]
	e.calls.Put(c)
}

// gather appends the arrays of buffers, which must have the given types and belong to this device.
func (e *executable) gather(to []*pjrt.Buffer, what string, bs []backend.Buffer, want []graph.Type, filled bool) ([]*pjrt.Buffer, error) {
	if len(bs) != len(want) {
		return to, fmt.Errorf("xla: run: got %d %ss; want %d", len(bs), what, len(want))
	}
	for i, x := range bs {
		b, ok := x.(*buffer)
		switch {
		case !ok || b.device.client != e.device.client:
			return to, fmt.Errorf("xla: run: %s %d is a buffer of another device", what, i)
		case b.closed:
			return to, fmt.Errorf("xla: run: %s %d: %w", what, i, errClosed)
		case !b.typ.Equal(want[i]):
			return to, fmt.Errorf("xla: run: %s %d is %v; want %v", what, i, b.typ, want[i])
		}
		array := &b.array
		if filled {
			var err error
			if array, err = b.filled(); err != nil {
				return to, err
			}
		}
		to = append(to, array)
	}
	return to, nil
}

// Size returns the memory of the literals and of the code, if the plugin reports the latter.
func (e *executable) Size() (n int64) {
	for _, b := range e.literals {
		n += b.size()
	}
	if m, err := e.program.MemoryStats(); err == nil {
		n += m.Code
	}
	return n
}

// Close unloads the program.
func (e *executable) Close() error {
	for _, b := range e.literals {
		b.Close()
	}
	return e.program.Destroy()
}
