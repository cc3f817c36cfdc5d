package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// clip limits the gradients as the options say.
func (s *State) clip(grads []*graph.Node) {
	switch o := s.optimizer.options(); {
	case o.ClipNorm > 0:
		for i, g := range grads {
			n := ops.Norm(g)
			grads[i] = ops.Divide(ops.Scale(g, o.ClipNorm), ops.Maximum(n, ops.Scalar(n, o.ClipNorm)))
		}
	case o.ClipValue > 0:
		for i, g := range grads {
			grads[i] = ops.Clip(g, -o.ClipValue, o.ClipValue)
		}
	case o.GlobalClipNorm > 0 && len(grads) > 0:
		var sum *graph.Node
		for _, g := range grads {
			q := ops.Cast(ops.Sum(ops.Square(g)), graph.Float32)
			if sum == nil {
				sum = q
			} else {
				sum = ops.Add(sum, q)
			}
		}
		n := ops.Sqrt(sum)
		scale := ops.Scale(ops.Minimum(ops.Reciprocal(n), ops.Scalar(n, 1/o.GlobalClipNorm)), o.GlobalClipNorm)
		for i, g := range grads {
			grads[i] = ops.Multiply(g, ops.Cast(scale, g.DType))
		}
	}
}
