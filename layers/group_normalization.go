package layers

import (
	"slices"

	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[GroupNormalization]()
}

// GroupNormalization normalizes each sample over groups of features and all other axes and
// scales each feature: gamma·(x - mean)/√(variance + Epsilon) + beta (Wu & He 2018). Groups 1
// is layer normalization over the whole sample, Groups -1 is instance normalization.
//
// Input: any shape with the features along Axis. Output: the same shape. Weights: gamma, beta
// (features each).
type GroupNormalization struct {
	Base
	PassMask

	Name             string                   `keras:"name"`
	Groups           int                      `keras:"groups" default:"32"`                     // must divide the number of features; 0: 32, -1: the number of features
	Axis             int                      `keras:"axis" default:"-1"`                       // the feature axis; 0, the batch axis, means -1
	Epsilon          float64                  `keras:"epsilon" default:"0.001" range:"(0,inf)"` // 0: 0.001
	NoCenter         bool                     `keras:"!center"`                                 // omit beta
	NoScale          bool                     `keras:"!scale"`                                  // omit gamma
	BetaInitializer  initializers.Initializer `keras:"beta_initializer" default:"zeros"`        // nil: Zeros
	GammaInitializer initializers.Initializer `keras:"gamma_initializer" default:"ones"`        // nil: Ones
	BetaRegularizer  regularizers.Regularizer `keras:"beta_regularizer"`                        // nil: none
	GammaRegularizer regularizers.Regularizer `keras:"gamma_regularizer"`                       // nil: none
	BetaConstraint   constraints.Constraint   `keras:"beta_constraint"`                         // nil: none
	GammaConstraint  constraints.Constraint   `keras:"gamma_constraint"`                        // nil: none
}

// Call normalizes x.
func (l *GroupNormalization) Call(s *Scope, x *graph.Node) *graph.Node {
	axis := featureAxis(x, l.Axis)
	n, groups := x.Shape[axis], l.Groups
	if groups == -1 {
		groups = n
	}
	if groups < 1 || n%groups != 0 {
		graph.Errorf("Groups is %d; it must divide the %d features of axis %d, or be -1", l.Groups, n, axis)
	}
	out := x.DType
	if out != graph.Float64 {
		x = ops.Cast(x, graph.Float32) // compute statistics of half-precision inputs in float32
	}
	shape := x.Shape
	split := slices.Insert(shape.Clone(), axis, groups)
	split[axis+1] = n / groups
	var over ops.KeepDims
	for i := 1; i < len(split); i++ {
		if i != axis {
			over = append(over, i)
		}
	}
	y := ops.Reshape(x, split...)
	c := ops.Subtract(y, over.Mean(y))
	y = ops.Multiply(c, ops.Rsqrt(ops.Shift(over.Mean(ops.Square(c)), l.Epsilon)))
	return ops.Cast(l.affine(s, ops.Reshape(y, shape...), axis), out)
}

// affine scales and shifts each feature.
func (l *GroupNormalization) affine(s *Scope, y *graph.Node, axis int) *graph.Node {
	vector := graph.Shape{y.Shape[axis]}
	if !l.NoScale {
		gamma := s.AddWeight(WeightSpec{Name: "gamma", Shape: vector, Initializer: l.GammaInitializer, Regularizer: l.GammaRegularizer, Constraint: l.GammaConstraint})
		y = ops.Multiply(y, along(ops.Cast(gamma, y.DType), y, axis))
	}
	if !l.NoCenter {
		beta := s.AddWeight(WeightSpec{Name: "beta", Shape: vector, Initializer: l.BetaInitializer, Regularizer: l.BetaRegularizer, Constraint: l.BetaConstraint})
		y = ops.Add(y, along(ops.Cast(beta, y.DType), y, axis))
	}
	return y
}
