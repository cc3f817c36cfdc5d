package graph_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/internal/randgraph"
	"github.com/rhyton/rhyton/tensor"
)

// samePasses reports differences between a random graph and its rewritten form.
func samePasses(t *testing.T, o randgraph.Options) {
	o.Float = graph.Float64
	g, in, err := randgraph.Make(o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	want := raw(t, g).Run(in...)
	for i, x := range prepared(t, g).Run(in...) {
		if d := gradcheck.Distance(wide(x), wide(want[i])); !(d < 1e-8) {
			t.Fatalf("%+v: output %d differs by %v\n%v\n%v", o, i, d, g, graph.Prepare(g, nil))
		}
	}
}

// wide returns the elements of any type as numbers.
func wide(x *tensor.Tensor) (all []float64) {
	switch d := x.Data().(type) {
	case []float64:
		return d
	case []int32:
		for _, v := range d {
			all = append(all, float64(v))
		}
	case []bool:
		for _, v := range d {
			if v {
				all = append(all, 1)
			} else {
				all = append(all, 0)
			}
		}
	}
	return all
}

func TestPassesPreserveRandomGraphs(t *testing.T) {
	for seed := range uint64(400) {
		samePasses(t, randgraph.Options{Seed: seed, Ops: 5 + int(seed%30), Grad: seed%3 == 0, Scan: seed%2 == 0})
	}
}

func FuzzPassesKeepWhatGraphsCompute(f *testing.F) {
	f.Add(uint64(1), uint8(12), true, true)
	f.Fuzz(func(t *testing.T, seed uint64, ops uint8, grad, scan bool) {
		samePasses(t, randgraph.Options{Seed: seed, Ops: int(ops%60) + 1, Grad: grad, Scan: scan})
	})
}

// special are numbers for which algebraic identities may fail.
var special = []float64{math.Inf(-1), -3, -1, math.Copysign(0, -1), 0, .5, 1, 7, math.Inf(1), math.NaN()}

func TestPassesSimplify(t *testing.T) {
	c := like
	apply := func(op graph.Op, in ...*graph.Node) *graph.Node { return graph.Apply(op, in...) }
	reshape := func(x *graph.Node, to ...int) *graph.Node { return apply(graph.Reshape{To: graph.DimsOf(to)}, x) }
	cast := func(x *graph.Node, to graph.DType) *graph.Node { return apply(graph.Cast{To: to}, x) }
	wide := func(x *graph.Node) *graph.Node {
		return apply(graph.Broadcast{To: dims(10, 4)}, reshape(x, 10, 1))
	}
	swap := graph.Transpose{Perm: dims(1, 0)}
	half := graph.Slice{Start: dims(2), Stop: dims(9), Step: dims(2)}
	for _, row := range []struct {
		name string
		f    func(x *graph.Node) *graph.Node // of x float64(10)
		want string                          // the remaining operations
	}{
		{"x+0", func(x *graph.Node) *graph.Node { return add(x, c(x, 0)) }, ""},
		{"0+x", func(x *graph.Node) *graph.Node { return add(c(x, 0), x) }, ""},
		{"x-0", func(x *graph.Node) *graph.Node { return binary(graph.Sub, x, c(x, 0)) }, ""},
		{"x*1", func(x *graph.Node) *graph.Node { return mul(x, c(x, 1)) }, ""},
		{"x*0 stays because of NaN", func(x *graph.Node) *graph.Node { return mul(x, c(x, 0)) }, "const 0, mul"},
		{"x*-1", func(x *graph.Node) *graph.Node { return mul(x, c(x, -1)) }, "neg"},
		{"x/1", func(x *graph.Node) *graph.Node { return binary(graph.Div, x, c(x, 1)) }, ""},
		{"x/4", func(x *graph.Node) *graph.Node { return binary(graph.Div, x, c(x, 4)) }, "const 0.25, mul"},
		{"x/3 stays", func(x *graph.Node) *graph.Node { return binary(graph.Div, x, c(x, 3)) }, "const 3, div"},
		{"x^1", func(x *graph.Node) *graph.Node { return binary(graph.Pow, x, c(x, 1)) }, ""},
		{"x^2", func(x *graph.Node) *graph.Node { return binary(graph.Pow, x, c(x, 2)) }, "mul"},
		{"x^-1", func(x *graph.Node) *graph.Node { return binary(graph.Pow, x, c(x, -1)) }, "recip"},
		{"x*2*3", func(x *graph.Node) *graph.Node { return mul(mul(x, c(x, 2)), c(x, 3)) }, "const 6, mul"},
		{"--x", func(x *graph.Node) *graph.Node { return unary(graph.Neg, unary(graph.Neg, x)) }, ""},
		{"x+-y", func(x *graph.Node) *graph.Node { return add(unary(graph.Exp, x), unary(graph.Neg, x)) }, "exp, sub"},
		{"abs of abs", func(x *graph.Node) *graph.Node { return unary(graph.Abs, unary(graph.Abs, x)) }, "abs"},
		{"constants", func(x *graph.Node) *graph.Node { return add(x, unary(graph.Sqrt, mul(c(x, 2), c(x, 8)))) }, "const 4, add"},
		{"cast to itself", func(x *graph.Node) *graph.Node { return cast(x, graph.Float64) }, ""},
		{"a narrowing cast stays", func(x *graph.Node) *graph.Node { return cast(cast(x, graph.Float32), graph.Float64) }, "cast float32, cast float64"},
		{"stop", func(x *graph.Node) *graph.Node { return apply(graph.StopGradient{}, x) }, ""},
		{"the same twice", func(x *graph.Node) *graph.Node { return add(unary(graph.Exp, x), unary(graph.Exp, x)) }, "exp, add"},
		{"select of a constant", func(x *graph.Node) *graph.Node {
			return apply(graph.Select{}, apply(graph.Compare{Fn: graph.Less}, c(x, 1), c(x, 2)), x, unary(graph.Exp, x))
		}, ""},
		{"select of equals", func(x *graph.Node) *graph.Node {
			return apply(graph.Select{}, apply(graph.Compare{Fn: graph.Less}, x, c(x, 2)), x, x)
		}, ""},
		{"transpose twice", func(x *graph.Node) *graph.Node { return apply(swap, apply(swap, reshape(x, 2, 5))) }, "reshape"},
		{"transpose of a vector", func(x *graph.Node) *graph.Node { return reshape(apply(swap, reshape(x, 1, 10)), 10) }, ""},
		{"reshape there and back", func(x *graph.Node) *graph.Node { return reshape(reshape(x, 5, 2), 10) }, ""},
		{"slice of a slice", func(x *graph.Node) *graph.Node {
			return apply(graph.Slice{Start: dims(1), Stop: dims(4), Step: dims(2)}, apply(half, x))
		}, "slice[(4,):(9,):(4,)]"},
		{"slice of everything", func(x *graph.Node) *graph.Node {
			return apply(graph.Slice{Start: dims(0), Stop: dims(10), Step: dims(1)}, x)
		}, ""},
		{"pad by nothing", func(x *graph.Node) *graph.Node {
			return apply(graph.Pad{Low: dims(0), High: dims(0), Interior: dims(0)}, x)
		}, ""},
		{"concat of one", func(x *graph.Node) *graph.Node { return apply(graph.Concat{}, x) }, ""},
		{"reverse twice", func(x *graph.Node) *graph.Node {
			return apply(graph.Reverse{Axes: 1}, apply(graph.Reverse{Axes: 1}, x))
		}, ""},
		{"reduce of extent 1", func(x *graph.Node) *graph.Node {
			return apply(graph.Reduce{Fn: graph.Add, Axes: 2}, reshape(x, 10, 1))
		}, "reshape"},
		{"sum of copies", func(x *graph.Node) *graph.Node { return apply(graph.Reduce{Fn: graph.Add, Axes: 2}, wide(x)) }, "reshape, const 4, mul"},
		{"largest of copies", func(x *graph.Node) *graph.Node { return apply(graph.Reduce{Fn: graph.Max, Axes: 2}, wide(x)) }, "reshape"},
		{"sums of sums", func(x *graph.Node) *graph.Node {
			return apply(graph.Reduce{Fn: graph.Max, Axes: 1}, apply(graph.Reduce{Fn: graph.Max, Axes: 2}, reshape(x, 2, 5)))
		}, "reshape, reduce_max[axes=11]"},
		{"a function of copies", func(x *graph.Node) *graph.Node { return unary(graph.Exp, wide(x)) }, "reshape, exp, broadcast"},
		{"transposed operand", func(x *graph.Node) *graph.Node {
			a := reshape(x, 2, 5)
			return matmul(apply(swap, a), a)
		}, "reshape, matmul[t n]"},
		{"dead code", func(x *graph.Node) *graph.Node { unary(graph.Exp, x); return x }, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := trace(t, func(g *graph.Graph) []*graph.Node { return []*graph.Node{row.f(g.Input(graph.Float64, 10))} })
			after := graph.Prepare(g, nil)
			var left []string
			for _, n := range after.Nodes[1:] {
				left = append(left, fmt.Sprint(n.Op))
			}
			if got := strings.Join(left, ", "); got != row.want {
				t.Errorf("left is %q; want %q", got, row.want)
			}
			want := floats(raw(t, g).Run(tensor.Of(special))[0])
			got := floats(raw(t, after).Run(tensor.Of(special))[0])
			same := func(a, b float64) bool { return a == b || a != a && b != b }
			if !slices.EqualFunc(got, want, same) {
				t.Errorf("gives %v; want %v", got, want)
			}
		})
	}
}

func TestPassesHandleDeepGraphs(t *testing.T) {
	const n = 20000
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 2)
		y := x
		for range n {
			y = add(unary(graph.Neg, y), x)
		}
		return []*graph.Node{y}
	})
	if got := len(graph.Prepare(g, nil).Nodes); got > 2*n+1 {
		t.Errorf("%d nodes", got)
	}
}
