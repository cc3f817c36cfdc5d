package graph_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/tensor"
)

func TestGradRules(t *testing.T) {
	type nodes = []*graph.Node
	for _, row := range []struct {
		name  string
		build func(x, y *graph.Node) nodes // of x = (2, 3), y = (5, 7); the results are vectors or numbers
		want  [][]float64
	}{
		{"an operand given twice has both gradients", func(x, y *graph.Node) nodes {
			return graph.Grad(sum(mul(x, x)), x)
		}, [][]float64{{4, 6}}},
		{"a leaf that depends on another leaf has its whole gradient, and so does the other", func(x, y *graph.Node) nodes {
			a := mul(x, y)
			return graph.Grad(sum(mul(a, a)), a, x)
		}, [][]float64{{20, 42}, {100, 294}}},
		{"a leaf listed twice has its gradient twice", func(x, y *graph.Node) nodes {
			return graph.Grad(sum(mul(x, y)), x, x)
		}, [][]float64{{5, 7}, {5, 7}}},
		{"StopGradient blocks the gradient", func(x, y *graph.Node) nodes {
			return graph.Grad(sum(mul(x, graph.Apply(graph.StopGradient{}, x))), x)
		}, [][]float64{{2, 3}}},
		{"a StopGradient can be a leaf", func(x, y *graph.Node) nodes {
			s := graph.Apply(graph.StopGradient{}, x)
			return graph.Grad(sum(mul(s, s)), s, x)
		}, [][]float64{{4, 6}, {0, 0}}},
		{"zeros for leaves that y does not depend on", func(x, y *graph.Node) nodes {
			return graph.Grad(sum(x), y)
		}, [][]float64{{0, 0}}},
		{"nothing flows through integers", func(x, y *graph.Node) nodes {
			i := graph.Apply(graph.Cast{To: graph.Int32}, x)
			return graph.Grad(sum(mul(y, graph.Apply(graph.Cast{To: graph.Float64}, i))), x, y)
		}, [][]float64{{0, 0}, {2, 3}}},
		{"the gradient by itself is 1", func(x, y *graph.Node) nodes {
			s := sum(x)
			return graph.Grad(s, s)
		}, [][]float64{{1}}},
		{"equal operands of max share the gradient", func(x, y *graph.Node) nodes {
			return graph.Grad(sum(binary(graph.Max, x, add(x, like(x, 0)))), x)
		}, [][]float64{{1, 1}}},
		{"equal extremes share the gradient", func(x, y *graph.Node) nodes {
			z := graph.Apply(graph.Concat{}, x, like(x, 3))
			return graph.Grad(sum(graph.Apply(graph.Reduce{Fn: graph.Max, Axes: 1}, z)), x)
		}, [][]float64{{0, 1. / 3}}},
		{"a product with one zero has a gradient at the zero alone", func(x, y *graph.Node) nodes {
			z := graph.Apply(graph.Concat{}, x, like(x, 0))
			z = graph.Apply(graph.Slice{Start: dims(0), Stop: dims(3), Step: dims(1)}, z)
			return graph.Grad(sum(graph.Apply(graph.Reduce{Fn: graph.Mul, Axes: 1}, z)), z)
		}, [][]float64{{0, 0, 6}}},
		{"a cumulative product continues after a zero", func(x, y *graph.Node) nodes {
			z := graph.Apply(graph.Concat{}, like(x, 0), x)
			z = graph.Apply(graph.Slice{Start: dims(1), Stop: dims(4), Step: dims(1)}, z) // 0, 2, 3
			return graph.Grad(sum(graph.Apply(graph.Cumulate{Fn: graph.Mul}, z)), z)
		}, [][]float64{{1 + 2 + 6, 0, 0}}},
		{"0 to the power 0 has slope 0", func(x, y *graph.Node) nodes {
			z := like(x, 0)
			return graph.Grad(sum(binary(graph.Pow, z, z)), z)
		}, [][]float64{{0, 0}}},
		{"of two updates of a row the last has the gradient", func(x, y *graph.Node) nodes {
			idx := x.Graph().Const(graph.Uint8, 0, 2)
			return graph.Grad(sum(mul(graph.Apply(graph.Scatter{Fn: graph.Set}, x, idx, y), y)), x, y)
		}, [][]float64{{0, 7}, {7 + 0, 5 + 3}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := trace(t, func(g *graph.Graph) []*graph.Node {
				return row.build(g.Input(graph.Float64, 2), g.Input(graph.Float64, 2))
			})
			got := prepared(t, g).Run(tensor.Of([]float64{2, 3}), tensor.Of([]float64{5, 7}))
			for i, want := range row.want {
				if d := gradcheck.Distance(floats(got[i]), want); !(d < 1e-12) {
					t.Errorf("gradient %d is %v; want %v", i, floats(got[i]), want)
				}
			}
		})
	}
}

func like(x *graph.Node, v float64) *graph.Node { return x.Graph().Const(x.DType, v, x.Shape...) }

func TestReadAfterAssignSeesTheNewValue(t *testing.T) {
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float64}, Initial: tensor.Scalar(2.0)}
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		old := g.Read(v)
		g.Assign(v, mul(old, g.Const(graph.Float64, 5)))
		staged := g.Read(v)
		g.Assign(v, add(staged, old))
		return []*graph.Node{old, staged, g.Read(v)}
	})
	if len(g.Updates) != 1 || len(g.Variables) != 1 {
		t.Fatalf("%d updates of %d variables; want one of one", len(g.Updates), len(g.Variables))
	}
	var got []float64
	for _, x := range prepared(t, g).Run() {
		got = append(got, floats(x)[0])
	}
	if want := []float64{2, 10, 12}; !slices.Equal(got, want) {
		t.Errorf("reads %v; want %v", got, want)
	}
}

func TestAScanReadsVariablesOfTheEnclosingGraph(t *testing.T) {
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float64}, Initial: tensor.Scalar(3.0)}
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		final, _ := graph.Loop{Init: []*graph.Node{g.Const(graph.Float64, 1)}, Length: 4}.Run(func(c, _ []*graph.Node) (next, results []*graph.Node) {
			return []*graph.Node{mul(c[0], c[0].Graph().Read(v))}, nil
		})
		return append(final, graph.Grad(final[0], g.Read(v))...)
	})
	out := prepared(t, g).Run()
	if a, b := floats(out[0])[0], floats(out[1])[0]; a != 81 || b != 4*27 {
		t.Errorf("3⁴ = %v with slope %v; want 81 and 108", a, b)
	}
}

// scansOf lists the scans of g.
func scansOf(g *graph.Graph) (all []graph.Scan) {
	for _, n := range g.Nodes {
		if s, ok := n.Op.(graph.Scan); ok {
			all = append(all, s)
		}
	}
	return all
}

// The gradient of an RNN's weight needs neither the gradient of the sequence nor that of the
// other weight: the gradient of the state is carried and that of the step is a result.
func TestScansKeepOnlyWhatIsNeeded(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := []*graph.Node{g.Input(graph.Float64, 3, 1, 2), g.Input(graph.Float64, 1, 2), g.Input(graph.Float64, 2, 2), g.Input(graph.Float64, 2, 2)}
		return graph.Grad(sum(rnn(false)(x)), x[3])
	})
	scans := scansOf(graph.Prepare(g, nil))
	back := scans[len(scans)-1]
	if back.Carries != 1 || len(back.Body.Outputs) != 2 {
		t.Errorf("%d carries, %d results; want the state's gradient and the step's alone\n%v", back.Carries, len(back.Body.Outputs), g)
	}
}

// Of the six matrix products of an RNN and its gradient, only those with the state stay in the
// loop.
func TestProductsLeaveTheLoop(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := []*graph.Node{g.Input(graph.Float64, 3, 2, 2), g.Input(graph.Float64, 2, 2), g.Input(graph.Float64, 2, 2), g.Input(graph.Float64, 2, 2)}
		return graph.Grad(sum(rnn(false)(x)), x...)
	})
	products := func(g *graph.Graph) (n int) {
		for _, m := range g.Nodes {
			if _, ok := m.Op.(graph.MatMul); ok {
				n++
			}
		}
		return n
	}
	after := graph.Prepare(g, nil)
	if n := products(after); n != 4 {
		t.Errorf("%d products outside of loops; want 4\n%v", n, after)
	}
	for i, s := range scansOf(after) {
		if n := products(s.Body); n != 1 {
			t.Errorf("%d products in loop %d; want 1\n%v", n, i, after)
		}
	}
}

func TestALoopOfOnlyProductsIsRemoved(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x, w := g.Input(graph.Float64, 3, 2, 2), g.Input(graph.Float64, 2, 2)
		_, stack := graph.Loop{Seqs: []*graph.Node{x}}.Run(func(_, s []*graph.Node) (next, results []*graph.Node) {
			return nil, []*graph.Node{matmul(s[0], w)}
		})
		return stack
	})
	in := []*tensor.Tensor{tensor.Of([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 3, 2, 2), tensor.Of([]float64{1, 0, 1, -1}, 2, 2)}
	if n := len(scansOf(graph.Prepare(g, nil))); n != 0 {
		t.Errorf("%d loops are left", n)
	}
	if got, want := floats(prepared(t, g).Run(in...)[0]), floats(raw(t, g).Run(in...)[0]); !slices.Equal(got, want) {
		t.Errorf("gives %v; want %v", got, want)
	}
}

func TestGraphsPrintOneNodePerLine(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		g.Label = "dense"
		x := g.Input(graph.Float32, 2, 3)
		return []*graph.Node{matmul(x, g.Const(graph.Float32, .5, 3, 1))}
	})
	want := "%0 = input[0] : float32(2, 3)\tdense\n%1 = const 0.5 : float32(3, 1)\tdense\n%2 = matmul[n n] %0 %1 : float32(2, 1)\tdense\nreturn %2\n"
	if got := g.String(); got != want {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

func TestTraceDoesNotRecoverOtherPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "a bug" {
			t.Errorf("recovered %v", r)
		}
	}()
	graph.Trace(func(*graph.Graph) []*graph.Node { panic("a bug") })
}

func TestGradientsAtExtremesAreFinite(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float64, 2)
		var all []*graph.Node
		for _, fn := range []graph.Fn{graph.Sigmoid, graph.Tanh, graph.Erf} {
			all = append(all, graph.Grad(sum(unary(fn, x)), x)...)
		}
		return all
	})
	for i, d := range prepared(t, g).Run(tensor.Of([]float64{-1000, 1000})) {
		for _, v := range floats(d) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("gradient %d is %v", i, v)
			}
		}
	}
}

func misuse(build func(g *graph.Graph) *graph.Node) string {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node { return []*graph.Node{build(g)} })
	if err == nil {
		return ""
	}
	return strings.TrimSpace(err.Error())
}
