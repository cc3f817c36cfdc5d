package backendtest_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
)

// A mutant is the reference device with one mistake.
type mutant struct {
	backend.Device
	spoil func(g *graph.Graph) *graph.Graph
	run   func(x backend.Executable) backend.Executable
}

func (m mutant) Compile(g *graph.Graph) (backend.Executable, error) {
	if m.spoil != nil {
		g = m.spoil(g)
	}
	x, err := m.Device.Compile(g)
	if err == nil && m.run != nil {
		x = m.run(x)
	}
	return x, err
}

// instead replaces some operations with others.
func instead(f func(op graph.Op) graph.Op) func(g *graph.Graph) *graph.Graph {
	return func(g *graph.Graph) *graph.Graph {
		return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
			if op := f(old.Op); op != nil {
				return out.Apply(op, in...)
			}
			return nil
		})
	}
}

type anySeed struct{ backend.Executable }

func (x anySeed) Run(ctx context.Context, c backend.Call) error {
	c.Seed = 1
	return x.Executable.Run(ctx, c)
}

type restless struct{ backend.Executable }

func (x restless) Run(_ context.Context, c backend.Call) error {
	return x.Executable.Run(context.Background(), c)
}

type single struct{ backend.Executable }

func (x single) Run(ctx context.Context, c backend.Call) error {
	c.Steps = min(c.Steps, 1)
	for i := range c.Rows {
		c.Rows[i] = c.Rows[i].Rows(0, 3)
	}
	return x.Executable.Run(ctx, c)
}

var mutants = map[string]mutant{
	"a little off": {spoil: func(g *graph.Graph) *graph.Graph {
		return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
			if old.Op != (graph.Unary{Fn: graph.Erf}) || old.DType != graph.Float32 {
				return nil
			}
			return out.Apply(graph.Binary{Fn: graph.Mul}, out.Apply(old.Op, in...), out.Const(graph.Float32, 1.0001, old.Shape...))
		})
	}},
	"rounds half away from even": {spoil: instead(func(op graph.Op) graph.Op {
		if op == (graph.Unary{Fn: graph.Round}) {
			return graph.Unary{Fn: graph.Ceil}
		}
		return nil
	})},
	"scans backwards": {spoil: instead(func(op graph.Op) graph.Op {
		s, ok := op.(graph.Scan)
		if !ok {
			return nil
		}
		s.Reverse = !s.Reverse
		return s
	})},
	"another stream": {spoil: instead(func(op graph.Op) graph.Op {
		r, ok := op.(graph.Random)
		if !ok {
			return nil
		}
		r.Stream++
		return r
	})},
	"forgets updates": {spoil: func(g *graph.Graph) *graph.Graph {
		c := *g
		c.Updates = nil
		return &c
	}},
	"forgets the seed":    {run: func(x backend.Executable) backend.Executable { return anySeed{x} }},
	"ignores the context": {run: func(x backend.Executable) backend.Executable { return restless{x} }},
	"makes one step only": {run: func(x backend.Executable) backend.Executable { return single{x} }},
}

const mutantName = "BACKENDTEST_MUTANT" // the name of the mutant that a child process runs

func TestMutantsFail(t *testing.T) {
	if name := os.Getenv(mutantName); name != "" {
		m := mutants[name]
		m.Device = ref.New()
		backendtest.Run(t, m)
		return
	}
	for name := range mutants {
		c := exec.Command(os.Args[0], "-test.run=^TestMutantsFail$", "-test.short")
		c.Env = append(os.Environ(), mutantName+"="+name)
		if out, err := c.CombinedOutput(); err == nil {
			t.Errorf("a device that %s passes:\n%s", name, out)
		} else if _, exited := err.(*exec.ExitError); !exited {
			t.Fatal(err)
		}
	}
}
