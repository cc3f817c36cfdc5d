package stablehlo

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func emit(t *testing.T, build func(g *graph.Graph) []*graph.Node) Module {
	t.Helper()
	g, err := graph.Trace(build)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Emit(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestArgumentsAreVariablesInputsLiteralsAndSeed(t *testing.T) {
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float32, Shape: []int{2}}}
	u := &graph.Variable{Path: "u", Type: graph.Type{DType: graph.Int32}}
	big, small := tensor.New(graph.Float64, 1000), tensor.New(graph.Float64, 3)
	m := emit(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Bool, 3)
		g.Read(v)
		g.Assign(u, g.Const(graph.Int32, 1))
		g.Assign(v, graph.Apply(graph.Unary{Fn: graph.Neg}, g.Read(v)))
		return []*graph.Node{x, g.Literal(big), g.Literal(small), g.Literal(big),
			g.Apply(graph.Random{DType: graph.Float32, Dims: graph.RepeatDim(1, 5)})}
	})
	const want = "@main(%arg0: tensor<2xf32> {tf.aliasing_output = 1 : i32}, %arg1: tensor<i32> {tf.aliasing_output = 0 : i32}, " +
		"%arg2: tensor<3xi1>, %arg3: tensor<1000xf64>, %arg4: tensor<2xui32>) -> (tensor<i32>, tensor<2xf32>, tensor<3xi1>, "
	if !strings.Contains(m.Text, want) {
		t.Errorf("got\n%s\nwant\n%s", m.Text, want)
	}
	if !m.Seeded || len(m.Literals) != 1 || m.Literals[0] != big {
		t.Errorf("got seeded %v, literals %v", m.Seeded, m.Literals)
	}
}

func TestNumbersAreSpelledForMLIR(t *testing.T) {
	for _, row := range []struct {
		elem string
		x    float64
		want string
	}{
		{"f32", 1, "1.0e+00"}, {"f32", 0.1, "1.0e-01"}, {"f32", -2.5e-45, "-3.0e-45"}, {"f64", 0.1, "1.0e-01"},
		{"f32", math.Inf(1), "0x7F800000"}, {"f32", 1e300, "0x7F800000"}, {"f64", math.Inf(-1), "0xFFF0000000000000"},
		{"f32", math.NaN(), "0x7FC00000"}, {"bf16", 1, "0x3F80"}, {"bf16", 1.00390625, "0x3F80"}, {"bf16", math.NaN(), "0x7FC0"},
		{"f16", 1e9, "0x7C00"}, {"f16", -1e9, "0xFC00"}, {"f16", 0.5, "5.0e-01"}, {"i1", 1, "true"}, {"i64", -7, "-7"}, {"ui8", 200, "200"},
	} {
		if got := number(row.elem, row.x); got != row.want {
			t.Errorf("%s %v: got %s; want %s", row.elem, row.x, got, row.want)
		}
	}
}

type strange struct{}

func (strange) Infer(in []graph.Type) []graph.Type { return in }
func (strange) String() string                     { return "strange" }

func TestAnUnknownOperationIsAnErrorThatNamesIt(t *testing.T) {
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{graph.Apply(strange{}, g.Input(graph.Float32))}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Emit(g, Options{}); err == nil || !strings.Contains(err.Error(), "strange") {
		t.Errorf("got %v", err)
	}
}
