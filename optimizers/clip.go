package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// clip clips the gradients according to the options.
func (s *State) clip(grads []*graph.Node) {
	o := s.optimizer.options()
	var each func(g *graph.Node) *graph.Node
	switch {
	case o.ClipNorm > 0:
		each = func(g *graph.Node) *graph.Node {
			n := ops.Norm(g)
			return ops.Divide(ops.Scale(g, o.ClipNorm), ops.Maximum(n, ops.Scalar(n, o.ClipNorm)))
		}
	case o.ClipValue > 0:
		each = func(g *graph.Node) *graph.Node { return ops.Clip(g, -o.ClipValue, o.ClipValue) }
	case o.GlobalClipNorm > 0:
		n := globalNorm(grads)
		if n == nil {
			return
		}
		scale := ops.Scale(ops.Minimum(ops.Reciprocal(n), ops.Scalar(n, 1/o.GlobalClipNorm)), o.GlobalClipNorm)
		each = func(g *graph.Node) *graph.Node { return ops.Multiply(g, ops.Cast(scale, g.DType)) }
	default:
		return
	}
	for i, g := range grads {
		if g != nil {
			grads[i] = each(g)
		}
	}
}

// globalNorm returns the Euclidean norm of all gradients together, or nil if there are none.
func globalNorm(grads []*graph.Node) *graph.Node {
	var sum *graph.Node
	for _, g := range grads {
		if g == nil {
			continue
		}
		q := ops.Cast(ops.Sum(ops.Square(g)), graph.Float32)
		if sum != nil {
			q = ops.Add(sum, q)
		}
		sum = q
	}
	if sum == nil {
		return nil
	}
	return ops.Sqrt(sum)
}
