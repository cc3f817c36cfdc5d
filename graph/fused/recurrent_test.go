package fused_test

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

type node = *graph.Node

// recurrentCase is a recurrent composite and the loop that defines it. Both return every h and
// the last states.
type recurrentCase struct {
	name    string
	results int
	shapes  func(time, batch, units int) [][]int
	whole   func(reverse bool, x []node) []node
	loop    func(reverse bool, x []node) []node
}

var recurrentCases = []recurrentCase{
	{"lstm", 3, func(t, b, u int) [][]int { return [][]int{{t, b, 4 * u}, {u, 4 * u}, {b, u}, {b, u}} },
		func(reverse bool, x []node) []node {
			return graph.ResultsOf(graph.Apply(fused.LSTM{Reverse: reverse}, x...))[:3]
		}, lstmLoop},
	{"gru", 2, func(t, b, u int) [][]int { return [][]int{{t, b, 3 * u}, {u, 3 * u}, {3 * u}, {b, u}} },
		func(reverse bool, x []node) []node {
			return graph.ResultsOf(graph.Apply(fused.GRU{Reverse: reverse}, x...))[:2]
		}, gruLoop},
}

func lstmLoop(reverse bool, x []node) []node {
	final, stack := graph.Loop{Init: x[2:4], Seqs: x[:1], Reverse: reverse}.Run(func(carry, z []node) (next, results []node) {
		g := ops.Split(ops.Add(z[0], ops.MatMul(carry[0], x[1])), 4, -1)
		c := ops.Add(ops.Multiply(ops.Sigmoid(g[1]), carry[1]), ops.Multiply(ops.Sigmoid(g[0]), ops.Tanh(g[2])))
		h := ops.Multiply(ops.Sigmoid(g[3]), ops.Tanh(c))
		return []node{h, c}, []node{h}
	})
	return append(stack, final...)
}

func gruLoop(reverse bool, x []node) []node {
	final, stack := graph.Loop{Init: x[3:4], Seqs: x[:1], Reverse: reverse}.Run(func(carry, in []node) (next, results []node) {
		a, y := ops.Split(in[0], 3, -1), ops.Split(ops.Add(ops.MatMul(carry[0], x[1]), x[2]), 3, -1)
		z, r := ops.Sigmoid(ops.Add(a[0], y[0])), ops.Sigmoid(ops.Add(a[1], y[1]))
		c := ops.Tanh(ops.Add(a[2], ops.Multiply(r, y[2])))
		h := ops.Add(ops.Multiply(z, carry[0]), ops.Multiply(ops.Subtract(ops.OnesLike(z), z), c))
		return []node{h}, []node{h}
	})
	return append(stack, final...)
}

func TestRecurrentCompositesEqualTheirLoops(t *testing.T) {
	for _, c := range recurrentCases {
		for _, size := range [][3]int{{1, 1, 1}, {4, 2, 3}, {3, 1, 2}} {
			for _, reverse := range []bool{false, true} {
				shapes := c.shapes(size[0], size[1], size[2])
				build := func(f func(bool, []node) []node) *graph.Graph {
					return graphtest.Trace(t, func(g *graph.Graph) []node {
						var x []node
						for _, s := range shapes {
							x = append(x, g.Input(graph.Float64, s...))
						}
						out := f(reverse, x)
						return append(out, graph.Grad(ops.Sum(squared(out...)), x...)...)
					})
				}
				var in []*tensor.Tensor
				for i, s := range shapes {
					in = append(in, numbers(i, s))
				}
				got := graphtest.Prepared(t, build(c.whole)).Run(in...)
				for i, want := range graphtest.Prepared(t, build(c.loop)).Run(in...) {
					if err := tensor.Close(got[i], want, 1e-11, 1e-13); err != nil {
						t.Errorf("%s of %v, reverse %v, result %d: %v", c.name, size, reverse, i, err)
					}
				}
			}
		}
	}
}

// numbers returns fixed numbers of both signs that differ between operands.
func numbers(seed int, shape []int) *tensor.Tensor {
	t := tensor.New(graph.Float64, shape...)
	data, _ := tensor.Data[float64](t)
	for i := range data {
		data[i] = float64((i*7+seed*5+3)%11)/6 - .8
	}
	return t
}

func TestGradientsOfRecurrentCompositesAreCentralDifferences(t *testing.T) {
	for _, c := range recurrentCases {
		for _, reverse := range []bool{false, true} {
			for results := range c.results {
				g := gradcheck.Case{Name: c.name, Shapes: c.shapes(3, 2, 2), F: func(x []node) node {
					return squared(c.whole(reverse, x)[results])
				}}
				t.Run(fmt.Sprint(c.name, " reverse ", reverse, " result ", results), g.Check)
			}
		}
	}
}

func TestRecurrentCompositesRejectMismatchedOperands(t *testing.T) {
	for _, c := range recurrentCases {
		for k := range c.shapes(1, 1, 1) {
			_, err := graph.Trace(func(g *graph.Graph) []node {
				var x []node
				for i, s := range c.shapes(2, 3, 4) {
					if i == k {
						s[len(s)-1]++
					}
					x = append(x, g.Input(graph.Float32, s...))
				}
				return c.whole(false, x)
			})
			if err == nil {
				t.Errorf("%s accepts a wrong operand %d", c.name, k)
			}
		}
	}
}
