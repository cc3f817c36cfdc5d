package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RMSNormalization]()
}

// RMSNormalization divides each sample by its root mean square over Axis and scales it:
// scale·x/√(mean(x²) + Epsilon) (Zhang & Sennrich 2019).
//
// Input and output: any one shape. Weights: scale, of the extents of Axis.
type RMSNormalization struct {
	Base

	Name    string  `keras:"name"`
	Axis    []int   `keras:"axis" default:"-1"`       // one or several; nil: the last
	Epsilon float64 `keras:"epsilon" default:"1e-06"` // 0: 1e-6
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
