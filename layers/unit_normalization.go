package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[UnitNormalization]()
}

// UnitNormalization divides x by its Euclidean norm over Axis, so that the result has norm 1:
// x/‖x‖. Zero vectors remain zero. Input: any shape. Output: the shape of the input.
type UnitNormalization struct {
	Base
	PassMask

	Name string `keras:"name"`
	Axis []int  `keras:"axis" default:"-1"` // one or more axes; nil: the last
}

// leastNorm keeps the division finite for zero vectors, as in Keras.
const leastNorm = 1e-12

// Call normalizes x.
func (l *UnitNormalization) Call(_ *Scope, x *graph.Node) *graph.Node {
	square := ops.KeepDims(l.Axis).Sum(ops.Square(x))
	return ops.Multiply(x, ops.Rsqrt(ops.Maximum(square, ops.Scalar(square, leastNorm*leastNorm))))
}
