package ref

import (
	"context"
	"slices"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hostbuffer"
)

type executable struct{ p *program }

func (x *executable) Run(ctx context.Context, c backend.Call) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	buffers, err := hostbuffer.CallOf("ref", x.p.g, c)
	if err != nil {
		return err
	}
	return c.Each(ctx, func() error { return x.step(c.Seed, buffers) })
}

// step evaluates the graph once.
func (x *executable) step(seed uint64, c hostbuffer.Call) error {
	g := x.p.g
	e := env{seed: seed, vars: map[*graph.Variable]value{}}
	for i, v := range g.Variables {
		e.vars[v] = fromTensor(c.Vars[i].Value())
	}
	for _, b := range c.In {
		e.inputs = append(e.inputs, fromTensor(b.Value()))
	}
	vals, err := x.p.eval(e)
	if err != nil {
		return err
	}
	for i, n := range g.Outputs {
		vals[n.ID].into(c.Out[i].Own())
	}
	for _, u := range g.Updates {
		vals[u.Node.ID].into(c.Vars[slices.Index(g.Variables, u.Var)].Own())
	}
	return nil
}

// Size returns 0: values are allocated in every run.
func (x *executable) Size() int64 { return 0 }

func (x *executable) Close() error { return nil }
