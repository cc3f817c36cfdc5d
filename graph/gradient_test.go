package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A gradientCase is a function of float64 values whose derivatives are compared with
// central differences: the first and, unless once is set, the second.
type gradientCase struct {
	name   string
	shapes [][]int
	lo, hi float64 // of the operands' elements; -1 to 1 if both are 0
	once   bool    // no second derivative
	f      func(x []*graph.Node) *graph.Node
}

// weights gives fixed numbers of both signs shaped as n, so that no error cancels.
func weights(g *graph.Graph, n *graph.Node, seed uint64) *graph.Node {
	return g.Literal(between(rand.New(rand.NewPCG(seed, 7)), -1, 1, n.Shape...))
}

func (c gradientCase) graph(t *testing.T) *graph.Graph {
	return trace(t, func(g *graph.Graph) []*graph.Node {
		var xs []*graph.Node
		for _, s := range c.shapes {
			xs = append(xs, g.Input(graph.Float64, s...))
		}
		y := c.f(xs)
		first := sum(mul(y, weights(g, y, 1)))
		d := graph.Grad(first, xs...)
		if c.once {
			return append([]*graph.Node{first}, d...)
		}
		second := g.Const(graph.Float64, 0)
		for i, dx := range d {
			second = add(second, sum(mul(dx, weights(g, dx, uint64(i+2)))))
		}
		return append(append(append([]*graph.Node{first}, d...), second), graph.Grad(second, xs...)...)
	})
}

func (c gradientCase) inputs() (in []*tensor.Tensor) {
	if c.lo == 0 && c.hi == 0 {
		c.lo, c.hi = -1, 1
	}
	rng := rand.New(rand.NewPCG(3, uint64(len(c.name))))
	for _, s := range c.shapes {
		in = append(in, between(rng, c.lo, c.hi, s...))
	}
	return in
}

func (c gradientCase) check(t *testing.T) {
	g := c.graph(t)
	in := c.inputs()
	asTraced, rewritten := raw(t, g), prepared(t, g)
	got := asTraced.run(in...)
	for i, x := range rewritten.run(in...) {
		if d := distance(floats(got[i]), floats(x)); !(d < 1e-9) {
			t.Errorf("output %d differs by %v after the passes", i, d)
		}
	}
	for from := 0; from < len(got); from += len(in) + 1 { // value, gradients; value, gradients
		for k, x := range in {
			want := differences(rewritten, in, k, from)
			if d := distance(floats(got[from+1+k]), want); !(d < 2e-6) {
				t.Errorf("derivative %d by operand %d %v:\n got %v\nwant %v", 1+from/(len(in)+1), k, x.Shape(), floats(got[from+1+k]), want)
			}
		}
	}
}

// differences gives the central differences of output out by the elements of operand k.
func differences(r runner, in []*tensor.Tensor, k, out int) (d []float64) {
	const h = 1e-5
	x := floats(in[k])
	for i, was := range x {
		x[i] = was + h
		up := floats(r.run(in...)[out])[0]
		x[i] = was - h
		down := floats(r.run(in...)[out])[0]
		x[i] = was
		d = append(d, (up-down)/(2*h))
	}
	return d
}

// distance is the largest difference, relative where the wanted number is above 1.
func distance(got, want []float64) (d float64) {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	for i, w := range want {
		e := math.Abs(got[i]-w) / max(1, math.Abs(w))
		if !(e <= d) {
			d = e
		}
	}
	return d
}

func TestGradientsAreCentralDifferences(t *testing.T) {
	for _, cases := range [][]gradientCase{unaryCases(), binaryCases(), shapeCases(), reduceCases(), indexCases(), convCases(), scanCases()} {
		for _, c := range cases {
			t.Run(fmt.Sprint(c.name, c.shapes), c.check)
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
			all = append(all, gradientCase{name: fn.String(), shapes: [][]int{s}, lo: domain[fn][0], hi: domain[fn][1], once: fn == graph.Lgamma,
				f: func(x []*graph.Node) *graph.Node { return unary(fn, x[0]) }})
		}
	}
	for _, s := range threeShapes {
		all = append(all, gradientCase{name: "abs below 0", shapes: [][]int{s}, lo: -1, hi: -.1,
			f: func(x []*graph.Node) *graph.Node { return unary(graph.Abs, x[0]) }})
		all = append(all, gradientCase{name: "cast to itself", shapes: [][]int{s},
			f: func(x []*graph.Node) *graph.Node {
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
			c := gradientCase{name: fn.String(), shapes: [][]int{s, s}, lo: .5, hi: 1.5,
				f: func(x []*graph.Node) *graph.Node { return binary(fn, x[0], x[1]) }}
			if fn == graph.Rem { // away from the jumps: 2.6 to 2.8 modulo 1.1 to 1.3
				c.f = func(x []*graph.Node) *graph.Node {
					return binary(fn, affine(x[0], -.2, -2.5), affine(x[1], .2, 1))
				}
			}
			all = append(all, c)
			c.name += " of one twice"
			c.shapes = [][]int{s}
			c.f = func(x []*graph.Node) *graph.Node { return binary(fn, unary(graph.Exp, x[0]), x[0]) }
			if fn != graph.Rem {
				all = append(all, c)
			}
		}
	}
	for _, s := range threeShapes {
		all = append(all, gradientCase{name: "select", shapes: [][]int{s, s}, f: func(x []*graph.Node) *graph.Node {
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

// square makes what is linear have a second derivative.
func square(x *graph.Node) *graph.Node { return mul(x, x) }

func squared(op graph.Op) func(x []*graph.Node) *graph.Node {
	return func(x []*graph.Node) *graph.Node { return square(graph.Apply(op, x...)) }
}

func dims(d ...int) graph.Dims { return graph.DimsOf(d) }

func shapeCases() []gradientCase {
	return []gradientCase{
		{name: "broadcast", shapes: [][]int{{}}, f: squared(graph.Broadcast{})},
		{name: "broadcast", shapes: [][]int{{1, 3}}, f: squared(graph.Broadcast{To: dims(2, 3)})},
		{name: "broadcast", shapes: [][]int{{2, 1, 1}}, f: squared(graph.Broadcast{To: dims(2, 3, 2)})},
		{name: "reshape", shapes: [][]int{{6}}, f: squared(graph.Reshape{To: dims(2, 3)})},
		{name: "reshape", shapes: [][]int{{1}}, f: squared(graph.Reshape{})},
		{name: "reshape", shapes: [][]int{{2, 3, 2}}, f: squared(graph.Reshape{To: dims(4, 1, 3)})},
		{name: "transpose", shapes: [][]int{{2, 3}}, f: squared(graph.Transpose{Perm: dims(1, 0)})},
		{name: "transpose", shapes: [][]int{{2, 1, 3}}, f: squared(graph.Transpose{Perm: dims(2, 0, 1)})},
		{name: "transpose", shapes: [][]int{{2, 2, 1, 2}}, f: squared(graph.Transpose{Perm: dims(1, 3, 0, 2)})},
		{name: "slice", shapes: [][]int{{5}}, f: squared(graph.Slice{Start: dims(1), Stop: dims(5), Step: dims(2)})},
		{name: "slice", shapes: [][]int{{6, 2}}, f: squared(graph.Slice{Start: dims(0, 1), Stop: dims(5, 2), Step: dims(3, 1)})},
		{name: "slice of nothing", shapes: [][]int{{3}}, f: squared(graph.Slice{Start: dims(2), Stop: dims(2), Step: dims(1)})},
		{name: "pad", shapes: [][]int{{3}}, f: squared(graph.Pad{Low: dims(1), High: dims(2), Interior: dims(2), Value: .5})},
		{name: "pad", shapes: [][]int{{2, 1}}, f: squared(graph.Pad{Low: dims(0, 1), High: dims(1, 0), Interior: dims(1, 3), Value: 2})},
		{name: "pad", shapes: [][]int{{1, 2, 2}}, f: squared(graph.Pad{Low: dims(0, 0, 0), High: dims(0, 0, 0), Interior: dims(0, 1, 0)})},
		{name: "concat", shapes: [][]int{{2}, {1}, {3}}, f: squared(graph.Concat{})},
		{name: "concat", shapes: [][]int{{2, 1}, {2, 2}}, f: squared(graph.Concat{Axis: 1})},
		{name: "concat", shapes: [][]int{{1, 2, 2}, {1, 1, 2}}, f: squared(graph.Concat{Axis: 1})},
		{name: "reverse", shapes: [][]int{{3}}, f: squared(graph.Reverse{Axes: 1})},
		{name: "reverse", shapes: [][]int{{2, 3}}, f: squared(graph.Reverse{Axes: 2})},
		{name: "reverse", shapes: [][]int{{2, 1, 3}}, f: squared(graph.Reverse{Axes: 5})},
	}
}

func reduceCases() (all []gradientCase) {
	for _, fn := range []graph.Fn{graph.Add, graph.Mul, graph.Max, graph.Min} {
		for _, row := range []struct {
			shape []int
			axes  uint32
		}{{[]int{4}, 1}, {[]int{2, 3}, 2}, {[]int{2, 3, 2}, 5}} {
			all = append(all, gradientCase{name: "reduce " + fn.String(), shapes: [][]int{row.shape}, f: squared(graph.Reduce{Fn: fn, Axes: row.axes})})
		}
		for _, reverse := range []bool{false, true} {
			for _, row := range []struct {
				shape []int
				axis  int
			}{{[]int{5}, 0}, {[]int{3, 2}, 0}, {[]int{2, 3, 2}, 1}} {
				all = append(all, gradientCase{name: fmt.Sprint("cumulate ", fn, reverse), shapes: [][]int{row.shape},
					f: squared(graph.Cumulate{Fn: fn, Axis: row.axis, Reverse: reverse})})
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
		{name: "gather", shapes: [][]int{{4}}, f: withIndices(graph.Gather{}, []int{3}, 3, 0, 3)},
		{name: "gather beyond", shapes: [][]int{{2, 3}}, f: withIndices(graph.Gather{}, []int{2, 2}, 1, -5, 9, 1)},
		{name: "gather one", shapes: [][]int{{2, 1, 2}}, f: withIndices(graph.Gather{}, []int{}, 1)},
	}
	for _, fn := range []graph.Fn{graph.Add, graph.Set, graph.Max, graph.Min} {
		op := graph.Scatter{Fn: fn}
		all = append(all,
			gradientCase{name: op.String(), shapes: [][]int{{4}, {3}}, f: withIndices(op, []int{3}, 3, 0, 3)},
			gradientCase{name: op.String() + " beyond", shapes: [][]int{{3, 2}, {2, 2, 2}}, f: withIndices(op, []int{2, 2}, 1, -5, 9, 1)},
			gradientCase{name: op.String() + " one", shapes: [][]int{{2, 1, 2}, {1, 2}}, f: withIndices(op, []int{}, 1)})
	}
	for _, op := range []graph.MatMul{{}, {TransA: true}, {TransB: true}, {TransA: true, TransB: true}} {
		for _, batch := range [][]int{{}, {2}, {2, 1}} {
			a, b := append([]int{}, append(batch, 2, 3)...), append([]int{}, append(batch, 3, 4)...)
			swapLast(a, op.TransA)
			swapLast(b, op.TransB)
			all = append(all, gradientCase{name: op.String(), shapes: [][]int{a, b}, f: squared(op)})
		}
	}
	return all
}

func swapLast(s []int, swap bool) {
	if n := len(s); swap {
		s[n-1], s[n-2] = s[n-2], s[n-1]
	}
}
