package graph_test

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/tensor"
)

var (
	trace    = graphtest.Trace
	raw      = graphtest.Raw
	prepared = graphtest.Prepared
)

func floats(t *tensor.Tensor) []float64 {
	d, _ := tensor.Data[float64](t)
	return d
}

func sum(x *graph.Node) *graph.Node {
	s := graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1<<x.Rank() - 1}, x)
	return graph.Apply(graph.Reshape{}, s)
}

func binary(f graph.Fn, a, b *graph.Node) *graph.Node { return graph.Apply(graph.Binary{Fn: f}, a, b) }
func mul(a, b *graph.Node) *graph.Node                { return binary(graph.Mul, a, b) }
func add(a, b *graph.Node) *graph.Node                { return binary(graph.Add, a, b) }
func unary(f graph.Fn, x *graph.Node) *graph.Node     { return graph.Apply(graph.Unary{Fn: f}, x) }
