// Package graphtest evaluates traced graphs on the reference device, for tests.
package graphtest

import (
	"errors"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// A Program is a graph compiled for the reference device.
type Program struct {
	t      testing.TB
	p      *runtime.Program
	values *runtime.Values
}

// Trace is like graph.Trace, but fails the test on misuse.
func Trace(t testing.TB, build func(g *graph.Graph) []*graph.Node) *graph.Graph {
	t.Helper()
	g, err := graph.Trace(build)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Prepared compiles g after all passes.
func Prepared(t testing.TB, g *graph.Graph) Program {
	t.Helper()
	return Raw(t, graph.Prepare(g, nil))
}

// AsTraced compiles g unchanged if it has no composites, otherwise after all passes.
func AsTraced(t testing.TB, g *graph.Graph) Program {
	t.Helper()
	if _, err := ref.New().Compile(g); errors.Is(err, backend.ErrUnsupported) {
		return Prepared(t, g)
	}
	return Raw(t, g)
}

// Raw compiles g unchanged; g must not have composites.
func Raw(t testing.TB, g *graph.Graph) Program {
	t.Helper()
	values := runtime.NewValues()
	p, err := values.CompileAsIs(runtime.New("ref", ref.New()), g)
	if err != nil {
		t.Fatalf("%v\n%v", err, g)
	}
	return Program{t, p, values}
}

// Run returns the outputs for the inputs; variables start at their initial values or zero.
func (p Program) Run(in ...*tensor.Tensor) []*tensor.Tensor {
	p.t.Helper()
	return p.RunSeed(1, in...)
}

// RunSeed is like [Program.Run] with the given random seed.
func (p Program) RunSeed(seed uint64, in ...*tensor.Tensor) []*tensor.Tensor {
	p.t.Helper()
	if err := p.values.Close(); err != nil {
		p.t.Fatal(err)
	}
	results, err := p.p.Run(p.t.Context(), seed, in...)
	if err != nil {
		p.t.Fatal(err)
	}
	return results
}
