package ops

import "github.com/rhyton/rhyton/graph"

// MatMul multiplies matrices over the last two axes, broadcasting the others. A vector is treated
// as a row on the left and as a column on the right, as in NumPy.
//
// (…, m, k)·(…, k, n) = (…, m, n). Many rows times one matrix, (…, m, k)·(k, n), is one
// multiplication of all rows.
func MatMul(a, b N) N {
	a, b = promote(a, b)
	if a.Rank() == 0 || b.Rank() == 0 {
		graph.Errorf("matmul: %v by %v; want at least one axis each", a.Shape, b.Shape)
	}
	if a.Rank() == 1 && b.Rank() == 1 {
		return Reshape(MatMul(Reshape(a, 1, -1), b))
	}
	if a.Rank() == 1 {
		return Squeeze(MatMul(Reshape(a, 1, -1), b), -2)
	}
	if b.Rank() == 1 {
		return Squeeze(MatMul(a, Reshape(b, -1, 1)), -1)
	}
	if b.Rank() == 2 && a.Rank() > 2 {
		k := a.Shape[a.Rank()-1]
		y := graph.Apply(graph.MatMul{}, Reshape(a, a.Shape.Size()/max(k, 1), k), b)
		return Reshape(y, append(a.Shape[:a.Rank()-1].Clone(), y.Shape[1])...)
	}
	batch := BroadcastShape(a.Shape[:a.Rank()-2], b.Shape[:b.Rank()-2])
	return graph.Apply(graph.MatMul{}, batched(a, batch), batched(b, batch))
}

func batched(x N, batch graph.Shape) N {
	return BroadcastTo(x, append(batch.Clone(), x.Shape[x.Rank()-2:]...)...)
}
