package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Dot]()
}

// Dot computes the dot product of two inputs along one axis of each, sample by sample. With
// Normalize the inputs are first divided by their L2 norms along that axis, which makes the
// result the cosine similarity. Apply it with [Apply].
//
// Inputs: x (batch, …) and y (batch, …), with equal extents along their axes. Output: (batch,
// other axes of x…, other axes of y…); (batch, 1) for two matrices.
type Dot struct {
	Base

	Name      string `keras:"name"`
	Axes      []int  `keras:"axes,required" default:"-1"` // one for both inputs, or one per input; nil: the last
	Normalize bool   `keras:"normalize"`
}

// Merge returns the dot products.
func (d *Dot) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	if len(xs) != 2 {
		graph.Errorf("want 2 inputs, %d were given", len(xs))
	}
	x, y := xs[0], xs[1]
	if len(d.Axes) != 1 && len(d.Axes) != 2 {
		graph.Errorf("Axes %v; want one for both inputs, or one each", d.Axes)
	}
	a, b := featureAxis(x, d.Axes[0]), featureAxis(y, d.Axes[len(d.Axes)-1])
	if x.Shape[0] != y.Shape[0] || x.Shape[a] != y.Shape[b] {
		graph.Errorf("axis %d of the first input has %d, axis %d of the second %d; want the same", a, x.Shape[a], b, y.Shape[b])
	}
	if d.Normalize {
		x, y = ops.Normalize(x, a, 2), ops.Normalize(y, b, 2)
	}
	n, sum := x.Shape[0], x.Shape[a]
	to := append(graph.Shape{n}, without(x.Shape, a)...)
	to = append(to, without(y.Shape, b)...)
	x = ops.Reshape(ops.MoveAxis(x, a, -1), n, without(x.Shape, a).Size(), sum)
	y = ops.Reshape(ops.MoveAxis(y, b, 1), n, sum, without(y.Shape, b).Size())
	if len(to) == 1 {
		to = append(to, 1)
	}
	return ops.Reshape(ops.MatMul(x, y), to...)
}

// without returns the extents of s except those of the batch and of axis.
func without(s graph.Shape, axis int) graph.Shape {
	var out graph.Shape
	for i, n := range s {
		if i > 0 && i != axis {
			out = append(out, n)
		}
	}
	return out
}
