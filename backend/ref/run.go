package ref

import (
	"context"
	"slices"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hostbuffer"
)

type executable struct{ p *program }

func (x *executable) Run(ctx context.Context, seed uint64, vars, in, out []backend.Buffer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g := x.p.g
	c, err := hostbuffer.CallOf("ref", g, vars, in, out)
	if err != nil {
		return err
	}
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

func (x *executable) Close() error { return nil }
