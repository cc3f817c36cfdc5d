package layers

import (
	"slices"

	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[LayerNormalization]()
}

// LayerNormalization normalizes each sample over Axis and scales it:
// gamma·(x - mean)/√(variance + Epsilon) + beta, with the population variance (Ba, Kiros &
// Hinton 2016).
//
// Input: any shape. Output: the same shape. Weights: gamma, beta, of the extents of Axis.
type LayerNormalization struct {
	Base
	PassMask

	Name             string                   `keras:"name"`
	Axis             []int                    `keras:"axis" default:"-1"`                       // nil: the last
	Epsilon          float64                  `keras:"epsilon" default:"0.001" range:"(0,inf)"` // 0: 0.001
	NoCenter         bool                     `keras:"!center"`                                 // omit beta
	NoScale          bool                     `keras:"!scale"`                                  // omit gamma
	RMSScaling       bool                     `keras:"rms_scaling"`                             // do not subtract the mean, and omit beta
	BetaInitializer  initializers.Initializer `keras:"beta_initializer" default:"zeros"`        // nil: Zeros
	GammaInitializer initializers.Initializer `keras:"gamma_initializer" default:"ones"`        // nil: Ones
	BetaRegularizer  regularizers.Regularizer `keras:"beta_regularizer"`                        // nil: none
	GammaRegularizer regularizers.Regularizer `keras:"gamma_regularizer"`                       // nil: none
	BetaConstraint   constraints.Constraint   `keras:"beta_constraint"`                         // nil: none
	GammaConstraint  constraints.Constraint   `keras:"gamma_constraint"`                        // nil: none
}

// Call normalizes x.
func (l *LayerNormalization) Call(s *Scope, x *graph.Node) *graph.Node {
	half := x.DType
	if half != graph.Float64 {
		x = ops.Cast(x, graph.Float32) // compute statistics of half-precision inputs in float32
	}
	var axes ops.KeepDims
	shape, wide := graph.Shape{}, make([]int, x.Rank())
	for i := range wide {
		wide[i] = 1
	}
	for _, a := range sortedAxes(x, l.Axis) {
		axes = append(axes, a)
		shape = append(shape, x.Shape[a])
		wide[a] = x.Shape[a]
	}
	gamma, beta := s.g.Const(x.DType, 1, shape...), s.g.Const(x.DType, 0, shape...)
	if !l.NoScale || l.RMSScaling {
		gamma = ops.Cast(s.AddWeight(WeightSpec{Name: "gamma", Shape: shape, Initializer: l.GammaInitializer,
			Regularizer: l.GammaRegularizer, Constraint: l.GammaConstraint}), x.DType)
	}
	if !l.NoCenter && !l.RMSScaling {
		beta = ops.Cast(s.AddWeight(WeightSpec{Name: "beta", Shape: shape, Initializer: l.BetaInitializer,
			Regularizer: l.BetaRegularizer, Constraint: l.BetaConstraint}), x.DType)
	}
	if len(axes) == 1 && axes[0] == x.Rank()-1 && !l.RMSScaling {
		return ops.Cast(graph.Apply(fused.LayerNorm{Epsilon: l.Epsilon}, x, gamma, beta), half)
	}
	centered := ops.Subtract(x, axes.Mean(x))
	scaled := centered
	if l.RMSScaling {
		scaled = x // not centered, but divided by the standard deviation, as in Keras
	}
	y := ops.Multiply(scaled, ops.Rsqrt(ops.Shift(axes.Mean(ops.Square(centered)), l.Epsilon)))
	return ops.Cast(ops.Add(ops.Multiply(y, ops.Reshape(gamma, wide...)), ops.Reshape(beta, wide...)), half)
}

// sortedAxes returns the given feature axes counted from the front, sorted.
func sortedAxes(x *graph.Node, axes []int) []int {
	out := make([]int, len(axes))
	for i, a := range axes {
		out[i] = featureAxis(x, a)
	}
	slices.Sort(out)
	return out
}
