package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RMSNormalization]()
}

// RMSNormalization divides its input by the root mean square over Axis and multiplies the result
// by a learned scale: scale·x/√(mean(x²) + Epsilon) (Zhang & Sennrich 2019).
//
// Input: any shape. Output: the shape of the input. Weights: scale, with the extents of Axis.
type RMSNormalization struct {
	Base

	Name    string  `keras:"name"`
	Axis    []int   `keras:"axis" default:"-1"`                       // one or more axes; nil: the last
	Epsilon float64 `keras:"epsilon" default:"1e-06" range:"(0,inf)"` // 0: 1e-6
}

// Call normalizes x.
func (l *RMSNormalization) Call(s *Scope, x *graph.Node) *graph.Node {
	axes := sortedAxes(x, l.Axis)
	shape := make(graph.Shape, len(axes))
	for i, a := range axes {
		shape[i] = x.Shape[a]
	}
	return ops.RMSNormalization(x, s.Weight("scale", shape, initializers.Ones{}), l.Epsilon, axes...)
}
