// Package graphtest evaluates traced graphs on the reference device, for tests.
package graphtest

import (
	"errors"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A Program is a graph compiled for the reference device.
type Program struct {
	t   testing.TB
	g   *graph.Graph
	exe backend.Executable
}

// Trace is graph.Trace of what is no misuse.
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

// AsTraced compiles g as it is if it has no composites, else after all passes.
func AsTraced(t testing.TB, g *graph.Graph) Program {
	t.Helper()
	if _, err := ref.New().Compile(g); errors.Is(err, backend.ErrUnsupported) {
		return Prepared(t, g)
	}
	return Raw(t, g)
}

// Raw compiles g as it is; it has no composites.
func Raw(t testing.TB, g *graph.Graph) Program {
	t.Helper()
	exe, err := ref.New().Compile(g)
	if err != nil {
		t.Fatalf("%v\n%v", err, g)
	}
	return Program{t, g, exe}
}

// Run gives the outputs for inputs; variables start at their initial values or zero.
func (p Program) Run(in ...*tensor.Tensor) []*tensor.Tensor {
	p.t.Helper()
	return p.RunSeed(1, in...)
}

// RunSeed is Run with the seed of what the program draws.
func (p Program) RunSeed(seed uint64, in ...*tensor.Tensor) []*tensor.Tensor {
	p.t.Helper()
	var vars []*tensor.Tensor
	for _, v := range p.g.Variables {
		x := v.Initial
		if x == nil {
			x = tensor.New(v.Type.DType, v.Type.Shape...)
		}
		vars = append(vars, x)
	}
	out := p.buffers(typesOf(p.g.Outputs), nil)
	if err := p.exe.Run(p.t.Context(), backend.Call{Seed: seed, Vars: p.buffers(nil, vars), In: p.buffers(nil, in), Out: out}); err != nil {
		p.t.Fatal(err)
	}
	var results []*tensor.Tensor
	for i, n := range p.g.Outputs {
		x := tensor.New(n.DType, n.Shape...)
		if err := out[i].Read(x); err != nil {
			p.t.Fatal(err)
		}
		results = append(results, x)
	}
	return results
}

func typesOf(nodes []*graph.Node) (types []graph.Type) {
	for _, n := range nodes {
		types = append(types, n.Type)
	}
	return types
}

// buffers gives a buffer of each type, and one holding each array.
func (p Program) buffers(types []graph.Type, arrays []*tensor.Tensor) (all []backend.Buffer) {
	p.t.Helper()
	for _, x := range arrays {
		types = append(types, graph.Type{DType: x.DType(), Shape: x.Shape()})
	}
	for i, t := range types {
		b, err := ref.New().NewBuffer(t)
		if err != nil {
			p.t.Fatal(err)
		}
		if arrays != nil {
			if err := b.Write(arrays[i]); err != nil {
				p.t.Fatal(err)
			}
		}
		all = append(all, b)
	}
	return all
}
