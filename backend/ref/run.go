package ref

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
)

type executable struct{ p *program }

func (x *executable) Run(ctx context.Context, seed uint64, vars, in, out []backend.Buffer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g := x.p.g
	var types []graph.Type
	for _, v := range g.Variables {
		types = append(types, v.Type)
	}
	if err := check("variable", vars, types); err != nil {
		return err
	}
	if err := check("input", in, typesOf(g.Inputs)); err != nil {
		return err
	}
	if err := check("output", out, typesOf(g.Outputs)); err != nil {
		return err
	}
	e := env{seed: seed, vars: map[*graph.Variable]value{}}
	for i, v := range g.Variables {
		e.vars[v] = fromTensor(vars[i].(*buffer).value())
	}
	for _, b := range in {
		e.inputs = append(e.inputs, fromTensor(b.(*buffer).value()))
	}
	vals, err := x.p.eval(e)
	if err != nil {
		return err
	}
	for i, n := range g.Outputs {
		vals[n.ID].store(out[i])
	}
	for _, u := range g.Updates {
		for i, v := range g.Variables {
			if v == u.Var {
				vals[u.Node.ID].store(vars[i])
			}
		}
	}
	return nil
}

func (x *executable) Close() error { return nil }

func (v value) store(to backend.Buffer) {
	b := to.(*buffer)
	b.lent = nil
	v.into(b.t)
}

func typesOf(nodes []*graph.Node) (types []graph.Type) {
	for _, n := range nodes {
		types = append(types, n.Type)
	}
	return types
}

// check reports a buffer that is missing, of another device or of another type.
func check(what string, got []backend.Buffer, want []graph.Type) error {
	if len(got) != len(want) {
		return fmt.Errorf("ref: run: %d %s buffers; wants %d", len(got), what, len(want))
	}
	for i, b := range got {
		r, ok := b.(*buffer)
		if !ok {
			return fmt.Errorf("ref: run: %s %d is a buffer of another device (%T)", what, i, b)
		}
		if !r.typ().Equal(want[i]) {
			return fmt.Errorf("ref: run: %s %d is %v; wants %v", what, i, r.typ(), want[i])
		}
	}
	return nil
}
