package golden

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/ops"
)

func TestOpsAgreeWithKeras(t *testing.T) {
	paths, err := Paths(collections.Golden(t, ""), "op")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ref", "cpu"} {
		dev, err := Device(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			c, err := Load(dev, p)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				if err := c.Run(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestOpsAgreeWithMoreOfKeras runs the cases that testdata/op.py and op_window.py wrote.
func TestOpsAgreeWithMoreOfKeras(t *testing.T) {
	for _, file := range []string{"op", "op_window"} {
		opsAgree(t, "testdata/"+file+".jsonl")
	}
}

func opsAgree(t *testing.T, path string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ref", "cpu"} {
		dev, err := Device(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(raw) {
			var head struct{ Name string }
			if err := json.Unmarshal(line, &head); err != nil {
				t.Fatal(err)
			}
			t.Run(name+"/"+head.Name, func(t *testing.T) {
				if err := (&Case{Kind: "op", Name: "op/" + head.Name, Dev: dev, raw: line}).Run(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestOpsRefuseOddOperandsInWords calls every function of one and two arrays on operands of
// odd types and shapes: each gives a value or a *graph.Error; any other panic would end the test.
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
		for name, f := range unaryOps {
			try(name, []graph.Type{a}, func(xs []node) node { return f(xs[0]) })
		}
		for name, f := range reductions {
			try(name, []graph.Type{a}, func(xs []node) node { return f(nil, xs[0]) })
			try(name, []graph.Type{a}, func(xs []node) node { return f(ops.KeepDims{-1}, xs[0]) })
		}
		for _, b := range odd {
			for name, f := range binaryOps {
				try(name, []graph.Type{a, b}, func(xs []node) node { return f(xs[0], xs[1]) })
			}
		}
	}
}
