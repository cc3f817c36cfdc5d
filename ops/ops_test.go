package ops_test

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

type node = *graph.Node

// run evaluates build with an input for each of in on ref.
func run(t testing.TB, build func(in []node) []node, in ...*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	return runOn(t, "ref", 1, build, in...)
}

func runOn(t testing.TB, device string, seed uint64, build func(in []node) []node, in ...*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	dev, err := backend.Open(device)
	if err != nil {
		t.Fatal(err)
	}
	g, err := graph.Trace(func(g *graph.Graph) []node {
		xs := make([]node, len(in))
		for i, x := range in {
			xs[i] = g.Input(x.DType(), x.Shape()...)
		}
		if len(xs) == 0 {
			xs = []node{g.Const(graph.Float32, 0)}
		}
		return build(xs)
	})
	if err != nil {
		t.Fatal(err)
	}
	exe, err := backend.Compile(dev, g)
	if err != nil {
		t.Fatal(err)
	}
	buffer := func(ty graph.Type) backend.Buffer {
		b, err := dev.NewBuffer(ty)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	ins, outs := make([]backend.Buffer, len(in)), make([]backend.Buffer, len(g.Outputs))
	for i, x := range in {
		ins[i] = buffer(g.Inputs[i].Type)
		if err := ins[i].Write(x); err != nil {
			t.Fatal(err)
		}
	}
	for i, n := range g.Outputs {
		outs[i] = buffer(n.Type)
	}
	if err := exe.Run(t.Context(), backend.Call{Seed: seed, In: ins, Out: outs}); err != nil {
		t.Fatal(err)
	}
	got := make([]*tensor.Tensor, len(outs))
	for i, n := range g.Outputs {
		got[i] = tensor.New(n.DType, n.Shape...)
		if err := outs[i].Read(got[i]); err != nil {
			t.Fatal(err)
		}
	}
	return got
}

// values returns the elements of any numeric type as float64.
func values(x *tensor.Tensor) []float64 {
	out := make([]float64, x.Len())
	for i := range out {
		switch d := x.Data().(type) {
		case []bool:
			if d[i] {
				out[i] = 1
			}
		case []int32:
			out[i] = float64(d[i])
		case []float32:
			out[i] = float64(d[i])
		case []float64:
			out[i] = d[i]
		}
	}
	return out
}

// near checks |got - want| ≤ tol·(1 + |want|), infinities and NaN exactly.
func near(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g == w || math.IsNaN(g) && math.IsNaN(w) {
			continue
		}
		if !(math.Abs(g-w) <= tol*(1+math.Abs(w))) {
			t.Errorf("%s[%d]: got %v, want %v", what, i, g, w)
			return
		}
	}
}

func floats(v ...float32) *tensor.Tensor { return tensor.Of(v) }

// lcg fills arrays with reproducible numbers between -2 and 2.
type lcg uint64

func (r *lcg) next() float64 {
	*r = *r*6364136223846793005 + 1442695040888963407
	return float64(uint64(*r)>>40)/(1<<22) - 2
}

func (r *lcg) array(shape ...int) *tensor.Tensor {
	d := make([]float32, graph.Shape(shape).Size())
	for i := range d {
		d[i] = float32(r.next())
	}
	return tensor.Of(d, append([]int{}, shape...)...)
}

func (r *lcg) wide(shape ...int) *tensor.Tensor {
	d := make([]float64, graph.Shape(shape).Size())
	for i := range d {
		d[i] = r.next()
	}
	return tensor.Of(d, append([]int{}, shape...)...)
}

func gradOf(y, x node) []node { return graph.Grad(y, x) }

// indices are rows of one coordinate each.
func indices(at ...int32) *tensor.Tensor { return tensor.Of(at, len(at), 1) }
