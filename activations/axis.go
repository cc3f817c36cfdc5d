package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func swapAxes(x *graph.Node, a, b int) *graph.Node {
	perm := make([]int, x.Rank())
	for i := range perm {
		perm[i] = i
	}
	a, b = ops.Axis(x, a), ops.Axis(x, b)
	perm[a], perm[b] = b, a
	return ops.Transpose(x, perm...)
}

// sortedDown returns the elements of each row of x, the largest first.
func sortedDown(x *graph.Node) *graph.Node {
	n := x.Shape[x.Rank()-1]
	rows := ops.Reshape(x, -1, n)
	order := graph.Apply(graph.ArgSort{Axis: 1, Descending: true}, rows)
	row := x.Graph().Apply(graph.Iota{DType: order.DType, Axis: 0, Dims: graph.DimsOf(rows.Shape)})
	flat := ops.Add(order, ops.Scale(row, float64(n)))
	return ops.Reshape(ops.Take(ops.Reshape(x, -1), flat, 0), x.Shape...)
}
