package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Softmax]()
}

// Softmax converts logits to probabilities: eˣ/Σeˣ over Axis. Where the input's mask is false,
// the probability is 0; a fully masked row is all 0.
//
// Input: any shape. Output: the shape of the input. The mask is broadcast to it, aligned at the
// last axis.
type Softmax struct {
	Base
	PassMask

	Name string `keras:"name"`
	Axis []int  `keras:"axis" default:"-1"` // one or more axes; nil: the last
}

// Call returns the probabilities.
func (l *Softmax) Call(s *Scope, x *graph.Node) *graph.Node {
	mask := s.Mask(x)
	if mask == nil {
		return softmax(x, l.Axis)
	}
	if !reaches(mask.Shape, x.Shape) {
		graph.Errorf("the mask %v of an earlier layer (MaskZero of an Embedding, or Masking) reaches this Softmax, which wants one that broadcasts to its input %v: pool or flatten the steps before it, or turn the mask off", mask.Shape, x.Shape)
	}
	mask = ops.BroadcastTo(mask, x.Shape...)
	y := softmax(ops.Where(mask, x, ops.Full(x, masked(x.DType), x.Shape...)), l.Axis)
	return ops.Where(mask, y, ops.ZerosLike(y))
}

// reaches reports whether a mask broadcasts to x, aligned at the last axis.
func reaches(mask, x graph.Shape) bool {
	for i := range mask {
		k := len(x) - len(mask) + i
		if k < 0 || mask[i] != 1 && mask[i] != x[k] {
			return false
		}
	}
	return true
}

// masked returns the value that a masked logit is replaced with, as in Keras.
func masked(d graph.DType) float64 {
	if d == graph.Float16 {
		return -3e4
	}
	return -1e9
}

func softmax(x *graph.Node, axes []int) *graph.Node {
	if len(axes) == 1 {
		return ops.Softmax(x, axes[0])
	}
	return ops.Exp(ops.Subtract(x, ops.KeepDims(axes).LogSumExp(x)))
}
