package xla

import (
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/graph/linalg"
)

func TestCompositesAreTakenSpelled(t *testing.T) {
	dev := testDevice(t)
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x, w := g.Input(graph.Float32, 4, 6), g.Input(graph.Float32, 6)
		norm := graph.Apply(fused.LayerNorm{Epsilon: 1e-3}, x, w, w)
		soft := graph.Apply(fused.Softmax{}, norm)
		drop := graph.Apply(fused.Dropout{Rate: .5, Stream: 3}, soft)
		loss := graph.Apply(graph.Reshape{}, graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 3}, graph.Apply(graph.Binary{Fn: graph.Mul}, drop, x)))
		a := graph.Apply(graph.Reshape{To: graph.DimsOf([]int{1, 4, 4})}, graph.Apply(graph.MatMul{TransB: true}, x, x))
		return append(graph.Grad(loss, x, w), soft, drop, graph.Apply(linalg.Cholesky{}, a), graph.ResultOf(graph.Apply(linalg.Eigh{}, a), 0))
	})
	like(t, dev, g, normal(1, 4, 6), normal(2, 6))
}
