// Package gradcheck compares the derivatives of graphs with central differences.
package gradcheck

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/tensor"
)

// A Case is a function of float64 values whose first and, unless Once is set, second derivatives
// are compared with central differences.
type Case struct {
	Name   string
	Shapes [][]int
	Lo, Hi float64 // range of the operands' elements; -1 to 1 if both are 0
	Once   bool    // first derivative only
	F      func(x []*graph.Node) *graph.Node
}

// weights returns constants of both signs with the shape of n, so that no error cancels out.
func weights(g *graph.Graph, n *graph.Node, seed uint64) *graph.Node {
	return g.Literal(between(rand.New(rand.NewPCG(seed, 7)), -1, 1, n.Shape...))
}

func (c Case) graph(t *testing.T) *graph.Graph {
	return graphtest.Trace(t, func(g *graph.Graph) []*graph.Node {
		var xs []*graph.Node
		for _, s := range c.Shapes {
			xs = append(xs, g.Input(graph.Float64, s...))
		}
		y := c.F(xs)
		first := sum(mul(y, weights(g, y, 1)))
		d := graph.Grad(first, xs...)
		if c.Once {
			return append([]*graph.Node{first}, d...)
		}
		second := g.Const(graph.Float64, 0)
		for i, dx := range d {
			second = add(second, sum(mul(dx, weights(g, dx, uint64(i+2)))))
		}
		return append(append(append([]*graph.Node{first}, d...), second), graph.Grad(second, xs...)...)
	})
}

func (c Case) inputs() (in []*tensor.Tensor) {
	if c.Lo == 0 && c.Hi == 0 {
		c.Lo, c.Hi = -1, 1
	}
	rng := rand.New(rand.NewPCG(3, uint64(len(c.Name))))
	for _, s := range c.Shapes {
		in = append(in, between(rng, c.Lo, c.Hi, s...))
	}
	return in
}

// Check compares the derivatives both as traced and after the rewriting passes.
func (c Case) Check(t *testing.T) {
	g := c.graph(t)
	in := c.inputs()
	asTraced, rewritten := graphtest.AsTraced(t, g), graphtest.Prepared(t, g)
	got := asTraced.Run(in...)
	for i, x := range rewritten.Run(in...) {
		if d := Distance(floats(got[i]), floats(x)); !(d < 1e-9) {
			t.Errorf("output %d differs by %v after the passes", i, d)
		}
	}
	for from := 0; from < len(got); from += len(in) + 1 { // value, gradients; value, gradients
		for k, x := range in {
			want := differences(rewritten, in, k, from)
			if d := Distance(floats(got[from+1+k]), want); !(d < 2e-6) {
				t.Errorf("derivative %d by operand %d %v:\n got %v\nwant %v", 1+from/(len(in)+1), k, x.Shape(), floats(got[from+1+k]), want)
			}
		}
	}
}

// differences returns central differences of output out with respect to the elements of operand k.
func differences(p graphtest.Program, in []*tensor.Tensor, k, out int) (d []float64) {
	const h = 1e-5
	x := floats(in[k])
	for i, was := range x {
		x[i] = was + h
		up := floats(p.Run(in...)[out])[0]
		x[i] = was - h
		down := floats(p.Run(in...)[out])[0]
		x[i] = was
		d = append(d, (up-down)/(2*h))
	}
	return d
}

// Distance returns the largest difference, which is relative where |want| > 1.
func Distance(got, want []float64) (d float64) {
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

// between returns a float64 array of random numbers in [lo, hi).
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

func apply(op graph.Op, in ...*graph.Node) *graph.Node { return graph.Apply(op, in...) }
func mul(a, b *graph.Node) *graph.Node                 { return apply(graph.Binary{Fn: graph.Mul}, a, b) }
func add(a, b *graph.Node) *graph.Node                 { return apply(graph.Binary{Fn: graph.Add}, a, b) }

func sum(x *graph.Node) *graph.Node {
	return apply(graph.Reshape{}, apply(graph.Reduce{Fn: graph.Add, Axes: 1<<x.Rank() - 1}, x))
}
