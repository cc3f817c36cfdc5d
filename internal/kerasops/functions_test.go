package kerasops

import (
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// TestOpsRefuseOddOperandsInWords calls every function of one and two arrays with operands of
// unusual types and shapes: each returns a value or panics with a *graph.Error; any other panic
// ends the test.
func TestOpsRefuseOddOperandsInWords(t *testing.T) {
	odd := []graph.Type{
		{DType: graph.Float32, Shape: graph.Shape{}}, {DType: graph.Float32, Shape: graph.Shape{0}},
		{DType: graph.Int32, Shape: graph.Shape{3}}, {DType: graph.Bool, Shape: graph.Shape{2, 2}},
		{DType: graph.Uint8, Shape: graph.Shape{2, 0, 2}}, {DType: graph.Float64, Shape: graph.Shape{1, 2, 3, 1, 2, 1, 1, 1}},
		{DType: graph.BFloat16, Shape: graph.Shape{3, 3}}, {DType: graph.Int64, Shape: graph.Shape{1, 1}},
	}
	input := func(g *graph.Graph, ty graph.Type) node { return g.Input(ty.DType, ty.Shape...) }
	try := func(name string, in []graph.Type, f func(xs []node) node) {
		_, err := graph.Trace(func(g *graph.Graph) []node {
			xs := make([]node, len(in))
			for i, ty := range in {
				xs[i] = input(g, ty)
			}
			y := f(xs)
			if y.DType.IsFloat() && xs[0].DType.IsFloat() {
				graph.Grad(ops.Sum(y), xs[0])
			}
			return []node{y}
		})
		if err != nil && err.Error() == "" {
			t.Errorf("%s of %v: an empty error", name, in)
		}
	}
	for _, a := range odd {
		for name, f := range unary {
			try(name, []graph.Type{a}, func(xs []node) node { return f(xs[0]) })
		}
		for name, f := range reductions {
			try(name, []graph.Type{a}, func(xs []node) node { return f(nil, xs[0]) })
			try(name, []graph.Type{a}, func(xs []node) node { return f(ops.KeepDims{-1}, xs[0]) })
		}
		for _, b := range odd {
			for name, f := range binary {
				try(name, []graph.Type{a, b}, func(xs []node) node { return f(xs[0], xs[1]) })
			}
		}
	}
}

// TestClassesRefuseOddArgumentsInWords calls every class with operands in place of all of its
// arguments, and without arguments, since a file may contain anything: each returns a value or
// panics with a *graph.Error.
func TestClassesRefuseOddArgumentsInWords(t *testing.T) {
	for name, f := range Classes {
		for _, v := range []any{nil, 1.0, -7.0, "x", []any{}, []any{3.0}, []any{[]any{1.0, 2.0}, []any{3.0}}, true, map[string]any{}, graph.Shape{}, graph.Shape{2, 3}} {
			_, err := graph.Trace(func(g *graph.Graph) []node {
				x := g.Input(graph.Float32, 2, 3)
				a := &Args{Graph: g, In: []node{x}, Values: map[string]any{}}
				for i, arg := range f.Arguments() {
					a.Values[arg] = v
					if shape, ok := v.(graph.Shape); ok {
						a.Values[arg] = g.Input(graph.Float32, shape...)
					} else if i == 0 {
						a.Values[arg] = x
					}
				}
				return f.Apply(a)
			})
			if err != nil && err.Error() == "" {
				t.Errorf("%s of %v: an empty error", name, v)
			}
		}
	}
}

func TestArgumentsAreKnown(t *testing.T) {
	for name, f := range Functions {
		for _, c := range strings.Fields(f.Config) {
			if !slices.Contains(f.Arguments(), c) {
				t.Errorf("%s: %q is no argument of %q", name, c, f.Signature)
			}
		}
	}
	if f := Functions["pad"]; strings.Join(f.CallArguments(), " ") != "x constant_values" || Classes["Pad"].Signature != f.Signature {
		t.Errorf("pad: %q", f.CallArguments())
	}
	if bound, err := ByName([]string{"subscripts", "*operands"}, []any{"i,i", 1, 2}); err != nil || len(bound["*operands"].([]any)) != 2 {
		t.Errorf("%v, %v", bound, err)
	}
	if _, err := ByName([]string{"x"}, []any{1, 2}); err == nil {
		t.Error("two arguments in one place")
	}
}
