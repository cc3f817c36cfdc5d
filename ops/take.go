package ops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Take returns the elements of x along axis at the indices idx; the shape of idx replaces the
// axis. Negative indices count from the end; indices out of range are clamped to [0, extent).
func Take(x, idx N, axis int) N {
	a := Axis(x, axis)
	if !idx.DType.IsInt() {
		graph.Errorf("take: indices %v; want integers", idx.Type)
	}
	return gatherRows(x, fromEnd(idx, x.Shape[a]), a)
}

// fromEnd adds n to negative indices. Bytes, and the constants of this package, are never
// negative.
func fromEnd(idx N, n int) N {
	if idx.DType == graph.Uint8 {
		return idx
	}
	return Where(Less(idx, Scalar(idx, 0)), Shift(idx, float64(n)), idx)
}

// gatherRows is Take of indices in [0, extent) along axis a.
func gatherRows(x, idx N, a int) N {
	if a == 0 {
		return graph.Apply(graph.Gather{}, x, idx)
	}
	front := []int{a}
	for i := range x.Rank() {
		if i != a {
			front = append(front, i)
		}
	}
	y := graph.Apply(graph.Gather{}, Transpose(x, front...), idx) // idx…, before…, after…
	perm := []int{}
	for i := range a {
		perm = append(perm, idx.Rank()+i)
	}
	for i := range idx.Rank() {
		perm = append(perm, i)
	}
	for i := a; i < x.Rank()-1; i++ {
		perm = append(perm, idx.Rank()+i)
	}
	return Transpose(y, perm...)
}

// TakeAlongAxis returns, for each position of idx, the element of x at that position, except that
// idx gives the index along axis. The other axes broadcast. Negative indices count from the end;
// indices out of range are clamped.
//
// For axis 1 of matrices: y[i, j] = x[i, idx[i, j]].
func TakeAlongAxis(x, idx N, axis int) N {
	a := Axis(x, axis)
	if idx.Rank() != x.Rank() || !idx.DType.IsInt() {
		graph.Errorf("take_along_axis: indices %v into %v; want integers of the same rank", idx.Type, x.Type)
	}
	x, idx = MoveAxis(x, a, -1), MoveAxis(Cast(idx, graph.Int32), a, -1)
	n, m, r := x.Shape[x.Rank()-1], idx.Shape[idx.Rank()-1], x.Rank()-1
	lead := BroadcastShape(x.Shape[:r], idx.Shape[:r])
	x = BroadcastTo(x, append(lead.Clone(), n)...)
	idx = BroadcastTo(idx, append(lead.Clone(), m)...)
	idx = Clip(fromEnd(idx, n), 0, float64(max(n-1, 0)))
	rows := lead.Size()
	row := x.Graph().Apply(graph.Iota{DType: graph.Int32, Axis: 0, Dims: graph.DimsOf([]int{rows, m})})
	flat := Add(Scale(row, float64(n)), Reshape(idx, rows, m))
	y := graph.Apply(graph.Gather{}, Reshape(x, rows*n), flat)
	return MoveAxis(Reshape(y, idx.Shape...), -1, a)
}

// iota32 returns 0, 1, …, n-1 as int32.
func iota32(g *graph.Graph, n int) N {
	return g.Apply(graph.Iota{DType: graph.Int32, Axis: 0, Dims: graph.DimsOf([]int{n})})
}

// indices returns at as an int32 constant.
func indices(g *graph.Graph, at []int, shape ...int) N {
	data := make([]int32, len(at))
	for i, v := range at {
		data[i] = int32(v)
	}
	if shape == nil {
		shape = []int{len(at)}
	}
	return g.Literal(tensor.Of(data, shape...))
}

// numbers returns data as a constant of the given float type and shape.
func numbers(g *graph.Graph, dtype graph.DType, data []float64, shape ...int) N {
	if dtype == graph.Float64 {
		return g.Literal(tensor.Of(data, shape...))
	}
	single := make([]float32, len(data))
	for i, v := range data {
		single[i] = float32(v)
	}
	return Cast(g.Literal(tensor.Of(single, shape...)), dtype)
}
