package graph_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A runner evaluates a traced graph on the reference device.
type runner struct {
	t   testing.TB
	g   *graph.Graph
	exe backend.Executable
}

func trace(t testing.TB, build func(g *graph.Graph) []*graph.Node) *graph.Graph {
	t.Helper()
	g, err := graph.Trace(build)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// prepared compiles g after all passes, raw compiles it as it is.
func prepared(t testing.TB, g *graph.Graph) runner {
	t.Helper()
	return raw(t, graph.Prepare(g, nil))
}

func raw(t testing.TB, g *graph.Graph) runner {
	t.Helper()
	exe, err := ref.New().Compile(g)
	if err != nil {
		t.Fatalf("%v\n%v", err, g)
	}
	return runner{t, g, exe}
}

// run gives the outputs for inputs; variables start at their initial values or zero.
func (r runner) run(in ...*tensor.Tensor) []*tensor.Tensor {
	r.t.Helper()
	var vars []*tensor.Tensor
	for _, v := range r.g.Variables {
		x := v.Initial
		if x == nil {
			x = tensor.New(v.Type.DType, v.Type.Shape...)
		}
		vars = append(vars, x)
	}
	out := r.buffers(typesOf(r.g.Outputs), nil)
	if err := r.exe.Run(r.t.Context(), 1, r.buffers(nil, vars), r.buffers(nil, in), out); err != nil {
		r.t.Fatal(err)
	}
	var results []*tensor.Tensor
	for i, n := range r.g.Outputs {
		x := tensor.New(n.DType, n.Shape...)
		if err := out[i].Read(x); err != nil {
			r.t.Fatal(err)
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
func (r runner) buffers(types []graph.Type, arrays []*tensor.Tensor) (all []backend.Buffer) {
	r.t.Helper()
	for _, x := range arrays {
		types = append(types, graph.Type{DType: x.DType(), Shape: x.Shape()})
	}
	for i, t := range types {
		b, err := ref.New().NewBuffer(t)
		if err != nil {
			r.t.Fatal(err)
		}
		if arrays != nil {
			if err := b.Write(arrays[i]); err != nil {
				r.t.Fatal(err)
			}
		}
		all = append(all, b)
	}
	return all
}

// between gives a float64 array of numbers in [lo, hi).
func between(rng *rand.Rand, lo, hi float64, shape ...int) *tensor.Tensor {
	x := tensor.New(graph.Float64, shape...)
	for i, d := 0, floats(x); i < len(d); i++ {
		d[i] = lo + (hi-lo)*rng.Float64()
	}
	return x
}

func floats(t *tensor.Tensor) []float64 {
	d, _ := tensor.Data[float64](t)
	return d
}

func sum(x *graph.Node) *graph.Node {
	s := graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1<<x.Rank() - 1}, x)
	return graph.Apply(graph.Reshape{}, s)
}

func binary(f graph.Fn, a, b *graph.Node) *graph.Node { return graph.Apply(graph.Binary{Fn: f}, a, b) }
func mul(a, b *graph.Node) *graph.Node                { return binary(graph.Mul, a, b) }
func add(a, b *graph.Node) *graph.Node                { return binary(graph.Add, a, b) }
func unary(f graph.Fn, x *graph.Node) *graph.Node     { return graph.Apply(graph.Unary{Fn: f}, x) }
