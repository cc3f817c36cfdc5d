package fused_test

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/tensor"
)

func squared(xs ...*graph.Node) *graph.Node {
	var all []*graph.Node
	for _, x := range xs {
		y := graph.Apply(graph.Binary{Fn: graph.Mul}, x, x)
		all = append(all, graph.Apply(graph.Reshape{To: graph.DimsOf([]int{x.Shape.Size()})}, y))
	}
	return graph.Apply(graph.Concat{}, all...)
}

// of returns the squares of all results of op.
func of(op graph.Op) func(x []*graph.Node) *graph.Node {
	return func(x []*graph.Node) *graph.Node { return squared(graph.ResultsOf(graph.Apply(op, x...))...) }
}

// crossEntropy uses classes in cyclic order, one of them out of range.
func crossEntropy(x []*graph.Node) *graph.Node {
	shape := x[0].Shape[:x[0].Rank()-1]
	classes := tensor.New(graph.Int32, shape...)
	c, _ := tensor.Data[int32](classes)
	for i := range c {
		c[i] = int32((i + 1) % (x[0].Shape[len(shape)] + 1))
	}
	return squared(graph.Apply(fused.SoftmaxCrossEntropy{}, x[0], x[0].Graph().Literal(classes)))
}

func TestGradientsOfCompositesAreCentralDifferences(t *testing.T) {
	shapes := [][]int{{4}, {2, 3}, {2, 1, 3}}
	var cases []gradcheck.Case
	for _, s := range shapes {
		k := s[len(s)-1:]
		cases = append(cases,
			gradcheck.Case{Name: "softmax", Shapes: [][]int{s}, F: of(fused.Softmax{})},
			gradcheck.Case{Name: "log softmax", Shapes: [][]int{s}, F: of(fused.LogSoftmax{})},
			gradcheck.Case{Name: "softplus", Shapes: [][]int{s}, F: of(fused.Softplus{})},
			gradcheck.Case{Name: "softmax cross-entropy", Shapes: [][]int{s}, F: crossEntropy},
			gradcheck.Case{Name: "layer norm", Shapes: [][]int{s, k, k}, F: of(fused.LayerNorm{Epsilon: .1})},
			gradcheck.Case{Name: "adam", Shapes: [][]int{s, s, s, s, {}}, Lo: .5, Hi: 1, F: of(fused.Adam{Beta1: .9, Beta2: .8, Epsilon: .1})},
			gradcheck.Case{Name: "dropout", Shapes: [][]int{s}, F: of(fused.Dropout{Rate: .3, Stream: 4})})
		if len(s) > 1 {
			cases = append(cases,
				gradcheck.Case{Name: "batch norm", Shapes: [][]int{s, k, k}, F: of(fused.BatchNorm{Epsilon: .1})},
				gradcheck.Case{Name: "batch norm alone", Shapes: [][]int{s, k, k}, F: func(x []*graph.Node) *graph.Node {
					return squared(graph.ResultOf(graph.Apply(fused.BatchNorm{Epsilon: .1}, x...), 0))
				}})
		}
	}
	for _, c := range cases {
		t.Run(fmt.Sprint(c.Name, c.Shapes), c.Check)
	}
}
