package models

import (
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// flops holds the floating-point operations per sample of each path: those of the layer and of the
// layers in it. The path "" has all; a multiply-add counts as two.
type flops map[string]float64

// flopsByLabel counts the operations of a trace on a batch of two.
func flopsByLabel(g *graph.Graph) flops {
	f := flops{}
	for _, n := range g.Nodes {
		x := flopsOf(n) / 2
		f[""] += x
		for path := n.Label; path != ""; path = path[:max(strings.LastIndexByte(path, '/'), 0)] {
			f[path] += x
		}
	}
	return f
}

func flopsOf(n *graph.Node) float64 {
	size := float64(n.Shape.Size())
	switch op := n.Op.(type) {
	case graph.MatMul:
		a := n.In[0].Shape
		k := a[len(a)-1]
		if op.TransA {
			k = a[len(a)-2]
		}
		return 2 * size * float64(k)
	case graph.Conv:
		w := n.In[1].Shape
		return 2 * size * float64(w[:len(w)-1].Size())
	case graph.ConvGradInput: // a transposed convolution
		w := n.In[1].Shape
		return 2 * float64(n.In[0].Shape.Size()) * float64(w[:len(w)-1].Size())
	case graph.Pool:
		return size * float64(op.Size.Shape().Size())
	case graph.Unary, graph.Binary:
		return size
	case graph.Reduce:
		return float64(n.In[0].Shape.Size())
	case graph.Scan:
		var body float64
		for _, b := range op.Body.Nodes {
			body += flopsOf(b)
		}
		return body * float64(op.Length)
	case graph.Composite:
		return compositeFlops(op, n)
	}
	return 0
}

// compositeFlops counts the operations of a composite's decomposition.
func compositeFlops(op graph.Composite, n *graph.Node) (sum float64) {
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		in := make([]*graph.Node, len(n.In))
		for i, x := range n.In {
			in[i] = g.Input(x.DType, x.Shape...)
		}
		return op.Lower(in)
	})
	if err != nil {
		return 0
	}
	for _, b := range g.Nodes {
		sum += flopsOf(b)
	}
	return sum
}
