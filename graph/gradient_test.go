package graph_test

import (
	"fmt"

	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/tensor"
)

type gradientCase = gradcheck.Case

func TestGradientsAreCentralDifferences(t *testing.T) {
	for _, cases := range [][]gradientCase{unaryCases(), binaryCases(), shapeCases(), reduceCases(), indexCases(), convCases(), scanCases()} {
		for _, c := range cases {
			t.Run(fmt.Sprint(c.Name, c.Shapes), c.Check)
		}
	}
}

var threeShapes = [][]int{{}, {3}, {2, 1, 3}}

func unaryCases() (all []gradientCase) {
	domain := map[graph.Fn][2]float64{
		graph.Log: {.5, 2}, graph.Sqrt: {.5, 2}, graph.Rsqrt: {.5, 2}, graph.Recip: {.5, 2}, graph.Acosh: {1.5, 3},
		graph.Lgamma: {.5, 4}, graph.Abs: {.2, 1}, graph.Sign: {.2, 1}, graph.Log1p: {-.5, 1}, graph.Floor: {.1, .9},
		graph.Ceil: {.1, .9}, graph.Round: {.6, 1.4}, graph.Asin: {-.8, .8}, graph.Acos: {-.8, .8}, graph.Atanh: {-.8, .8},
		graph.ErfInv: {-.8, .8},
	}
	for _, fn := range graph.UnaryFns() {
		if fn == graph.Not || fn == graph.Digamma { // one is of integers, one has no gradient
			continue
		}
		for _, s := range threeShapes {
			all = append(all, gradientCase{Name: fn.String(), Shapes: [][]int{s}, Lo: domain[fn][0], Hi: domain[fn][1], Once: fn == graph.Lgamma,
				F: func(x []*graph.Node) *graph.Node { return unary(fn, x[0]) }})
		}
	}
	for _, s := range threeShapes {
		all = append(all, gradientCase{Name: "abs below 0", Shapes: [][]int{s}, Lo: -1, Hi: -.1,
			F: func(x []*graph.Node) *graph.Node { return unary(graph.Abs, x[0]) }})
		all = append(all, gradientCase{Name: "cast to itself", Shapes: [][]int{s},
			F: func(x []*graph.Node) *graph.Node {
				return unary(graph.Exp, graph.Apply(graph.Cast{To: graph.Float64}, x[0]))
			}})
	}
	return all
}

func binaryCases() (all []gradientCase) {
	for _, fn := range graph.BinaryFns() {
		if fn == graph.And || fn == graph.Or || fn == graph.Xor {
			continue
		}
		for _, s := range threeShapes {
			c := gradientCase{Name: fn.String(), Shapes: [][]int{s, s}, Lo: .5, Hi: 1.5,
				F: func(x []*graph.Node) *graph.Node { return binary(fn, x[0], x[1]) }}
			if fn == graph.Rem { // away from the jumps: 2.6 to 2.8 modulo 1.1 to 1.3
				c.F = func(x []*graph.Node) *graph.Node {
					return binary(fn, affine(x[0], -.2, -2.5), affine(x[1], .2, 1))
				}
			}
			all = append(all, c)
			c.Name += " of the same operand twice"
			c.Shapes = [][]int{s}
			c.F = func(x []*graph.Node) *graph.Node { return binary(fn, unary(graph.Exp, x[0]), x[0]) }
			if fn != graph.Rem {
				all = append(all, c)
			}
		}
	}
	for _, s := range threeShapes {
		all = append(all, gradientCase{Name: "select", Shapes: [][]int{s, s}, F: func(x []*graph.Node) *graph.Node {
			c := graph.Apply(graph.Compare{Fn: graph.Less}, x[0], x[1])
			return graph.Apply(graph.Select{}, c, mul(x[0], x[1]), unary(graph.Exp, x[1]))
		}})
	}
	return all
}

// affine is k·x + c.
func affine(x *graph.Node, k, c float64) *graph.Node {
	g := x.Graph()
	return add(mul(x, g.Const(x.DType, k, x.Shape...)), g.Const(x.DType, c, x.Shape...))
}

// square gives linear functions a second derivative.
func square(x *graph.Node) *graph.Node { return mul(x, x) }

func squared(op graph.Op) func(x []*graph.Node) *graph.Node {
	return func(x []*graph.Node) *graph.Node { return square(graph.Apply(op, x...)) }
}

func dims(d ...int) graph.Dims { return graph.DimsOf(d) }

func shapeCases() []gradientCase {
	return []gradientCase{
		{Name: "broadcast", Shapes: [][]int{{}}, F: squared(graph.Broadcast{})},
		{Name: "broadcast", Shapes: [][]int{{1, 3}}, F: squared(graph.Broadcast{To: dims(2, 3)})},
		{Name: "broadcast", Shapes: [][]int{{2, 1, 1}}, F: squared(graph.Broadcast{To: dims(2, 3, 2)})},
		{Name: "reshape", Shapes: [][]int{{6}}, F: squared(graph.Reshape{To: dims(2, 3)})},
		{Name: "reshape", Shapes: [][]int{{1}}, F: squared(graph.Reshape{})},
		{Name: "reshape", Shapes: [][]int{{2, 3, 2}}, F: squared(graph.Reshape{To: dims(4, 1, 3)})},
		{Name: "transpose", Shapes: [][]int{{2, 3}}, F: squared(graph.Transpose{Perm: dims(1, 0)})},
		{Name: "transpose", Shapes: [][]int{{2, 1, 3}}, F: squared(graph.Transpose{Perm: dims(2, 0, 1)})},
		{Name: "transpose", Shapes: [][]int{{2, 2, 1, 2}}, F: squared(graph.Transpose{Perm: dims(1, 3, 0, 2)})},
		{Name: "slice", Shapes: [][]int{{5}}, F: squared(graph.Slice{Start: dims(1), Stop: dims(5), Step: dims(2)})},
		{Name: "slice", Shapes: [][]int{{6, 2}}, F: squared(graph.Slice{Start: dims(0, 1), Stop: dims(5, 2), Step: dims(3, 1)})},
		{Name: "slice of nothing", Shapes: [][]int{{3}}, F: squared(graph.Slice{Start: dims(2), Stop: dims(2), Step: dims(1)})},
		{Name: "pad", Shapes: [][]int{{3}}, F: squared(graph.Pad{Low: dims(1), High: dims(2), Interior: dims(2), Value: .5})},
		{Name: "pad", Shapes: [][]int{{2, 1}}, F: squared(graph.Pad{Low: dims(0, 1), High: dims(1, 0), Interior: dims(1, 3), Value: 2})},
		{Name: "pad", Shapes: [][]int{{1, 2, 2}}, F: squared(graph.Pad{Low: dims(0, 0, 0), High: dims(0, 0, 0), Interior: dims(0, 1, 0)})},
		{Name: "concat", Shapes: [][]int{{2}, {1}, {3}}, F: squared(graph.Concat{})},
		{Name: "concat", Shapes: [][]int{{2, 1}, {2, 2}}, F: squared(graph.Concat{Axis: 1})},
		{Name: "concat", Shapes: [][]int{{1, 2, 2}, {1, 1, 2}}, F: squared(graph.Concat{Axis: 1})},
		{Name: "reverse", Shapes: [][]int{{3}}, F: squared(graph.Reverse{Axes: 1})},
		{Name: "reverse", Shapes: [][]int{{2, 3}}, F: squared(graph.Reverse{Axes: 2})},
		{Name: "reverse", Shapes: [][]int{{2, 1, 3}}, F: squared(graph.Reverse{Axes: 5})},
	}
}

func reduceCases() (all []gradientCase) {
	for _, fn := range []graph.Fn{graph.Add, graph.Mul, graph.Max, graph.Min} {
		for _, row := range []struct {
			shape []int
			axes  uint32
		}{{[]int{4}, 1}, {[]int{2, 3}, 2}, {[]int{2, 3, 2}, 5}} {
			all = append(all, gradientCase{Name: "reduce " + fn.String(), Shapes: [][]int{row.shape}, F: squared(graph.Reduce{Fn: fn, Axes: row.axes})})
		}
		for _, reverse := range []bool{false, true} {
			for _, row := range []struct {
				shape []int
				axis  int
			}{{[]int{5}, 0}, {[]int{3, 2}, 0}, {[]int{2, 3, 2}, 1}} {
				all = append(all, gradientCase{Name: fmt.Sprint("cumulate ", fn, reverse), Shapes: [][]int{row.shape},
					F: squared(graph.Cumulate{Fn: fn, Axis: row.axis, Reverse: reverse})})
			}
		}
	}
	return all
}

func withIndices(op graph.Op, shape []int, idx ...int32) func(x []*graph.Node) *graph.Node {
	return func(x []*graph.Node) *graph.Node {
		i := x[0].Graph().Literal(tensor.Of(idx, shape...))
		return square(graph.Apply(op, append([]*graph.Node{x[0], i}, x[1:]...)...))
	}
}

func indexCases() []gradientCase {
	all := []gradientCase{
		{Name: "gather", Shapes: [][]int{{4}}, F: withIndices(graph.Gather{}, []int{3}, 3, 0, 3)},
		{Name: "gather beyond", Shapes: [][]int{{2, 3}}, F: withIndices(graph.Gather{}, []int{2, 2}, 1, -5, 9, 1)},
		{Name: "gather one", Shapes: [][]int{{2, 1, 2}}, F: withIndices(graph.Gather{}, []int{}, 1)},
	}
	for _, fn := range []graph.Fn{graph.Add, graph.Set, graph.Max, graph.Min} {
		op := graph.Scatter{Fn: fn}
		all = append(all,
			gradientCase{Name: op.String(), Shapes: [][]int{{4}, {3}}, F: withIndices(op, []int{3}, 3, 0, 3)},
			gradientCase{Name: op.String() + " beyond", Shapes: [][]int{{3, 2}, {2, 2, 2}}, F: withIndices(op, []int{2, 2}, 1, -5, 9, 1)},
			gradientCase{Name: op.String() + " one", Shapes: [][]int{{2, 1, 2}, {1, 2}}, F: withIndices(op, []int{}, 1)})
	}
	for _, op := range []graph.MatMul{{}, {TransA: true}, {TransB: true}, {TransA: true, TransB: true}} {
		for _, batch := range [][]int{{}, {2}, {2, 1}} {
			a, b := append([]int{}, append(batch, 2, 3)...), append([]int{}, append(batch, 3, 4)...)
			swapLast(a, op.TransA)
			swapLast(b, op.TransB)
			all = append(all, gradientCase{Name: op.String(), Shapes: [][]int{a, b}, F: squared(op)})
		}
	}
	return all
}

func swapLast(s []int, swap bool) {
	if n := len(s); swap {
		s[n-1], s[n-2] = s[n-2], s[n-1]
	}
}
