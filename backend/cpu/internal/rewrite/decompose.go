package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// decompose spells composites in primitives that no kernel takes as they are: those of
// float64, and attention over so few heads that its products are split among threads better
// alone.
//
//	%1 = fused.Softmax{} %0 : float64(2, 3)  → %1 = reduce_max[…] %0
//	                                           %3 = sub %0 %2 …
//
// It is not for speed: what it leaves has kernels.
func decompose(g *graph.Graph) *graph.Graph {
	for hasDecomposed(g) { // a composite may be spelled in others
		g = graph.ExposeHistories(eachTuple(g, func(_ *graph.Graph, old *graph.Node, in []*graph.Node) []*graph.Node {
			if isDecomposed(old) {
				return old.Op.(graph.Composite).Lower(in)
			}
			return nil
		}))
	}
	return g
}

// isDecomposed reports whether n is a composite that no kernel takes.
func isDecomposed(n *graph.Node) bool {
	switch n.Op.(type) {
	case fused.Attention, fused.AttentionGrad:
		if !native.Attends(n.In[0].Shape, n.In[1].Shape) {
			return true
		}
	case graph.Composite:
	default:
		return false
	}
	return !allFloat32(n.In) && !anyHalf(n.In)
}

// hasDecomposed reports whether g has composites to decompose.
func hasDecomposed(g *graph.Graph) bool {
	for _, n := range g.Nodes {
		if s, ok := n.Op.(graph.Scan); ok && hasDecomposed(s.Body) {
			return true
		}
		if isDecomposed(n) {
			return true
		}
	}
	return false
}

// allFloat32 reports whether the floats among the operands are float32.
func allFloat32(in []*graph.Node) bool {
	for _, n := range in {
		if n.DType.IsFloat() && n.DType != graph.Float32 {
			return false
		}
	}
	return true
}
