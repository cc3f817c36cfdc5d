package layers

import (
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[BatchNormalization]()
}

// BatchNormalization normalizes each feature and scales it:
// gamma·(x - mean)/√(variance + Epsilon) + beta (Ioffe & Szegedy 2015). In training, mean and
// population variance are those of the batch, and the moving statistics are updated as
// moving·Momentum + batch·(1-Momentum). In inference, and while the layer is frozen, the moving
// statistics are used.
//
// With the default Momentum of 0.99 the moving statistics need a few hundred steps before
// validation results are meaningful; use a smaller Momentum for short training
// (docs/overfitting.md).
//
// Input: any shape with the features along Axis. Output: the same shape. Weights: gamma, beta,
// moving_mean, moving_variance (features each).
type BatchNormalization struct {
	Base
	PassMask

	Name                      string                   `keras:"name"`
	Axis                      int                      `keras:"axis" default:"-1"`                            // the feature axis; 0, the batch axis, means -1
	Momentum                  *float64                 `keras:"momentum" default:"0.99"`                      // in [0, 1]; nil: 0.99
	Epsilon                   float64                  `keras:"epsilon" default:"0.001" range:"(0,inf)"`      // 0: 0.001
	NoCenter                  bool                     `keras:"!center"`                                      // omit beta
	NoScale                   bool                     `keras:"!scale"`                                       // omit gamma
	BetaInitializer           initializers.Initializer `keras:"beta_initializer" default:"zeros"`             // nil: Zeros
	GammaInitializer          initializers.Initializer `keras:"gamma_initializer" default:"ones"`             // nil: Ones
	MovingMeanInitializer     initializers.Initializer `keras:"moving_mean_initializer" default:"zeros"`      // nil: Zeros
	MovingVarianceInitializer initializers.Initializer `keras:"moving_variance_initializer" default:"ones"`   // nil: Ones
	BetaRegularizer           regularizers.Regularizer `keras:"beta_regularizer"`                             // nil: none
	GammaRegularizer          regularizers.Regularizer `keras:"gamma_regularizer"`                            // nil: none
	BetaConstraint            constraints.Constraint   `keras:"beta_constraint"`                              // nil: none
	Synchronized              bool                     `keras:"synchronized"`                                 // kept for Keras files: there is only one replica
	Renorm                    bool                     `keras:"renorm"`                                       // batch renormalization (Ioffe 2017)
	RenormClipping            map[string]float64       `keras:"renorm_clipping"`                              // limits "rmin", "rmax" and "dmax" of the Renorm corrections; nil: none
	RenormMomentum            *float64                 `keras:"renorm_momentum" default:"0.99" range:"[0,1]"` // of the Renorm statistics; nil: 0.99
	GammaConstraint           constraints.Constraint   `keras:"gamma_constraint"`                             // nil: none
}

// Call normalizes x.
func (b *BatchNormalization) Call(s *Scope, x *graph.Node) *graph.Node {
	if m := *b.Momentum; !(m >= 0 && m <= 1) {
		graph.Errorf("Momentum is %v; it must be in [0, 1]", m)
	}
	axis := featureAxis(x, b.Axis)
	half := x.DType
	if half != graph.Float64 {
		x = ops.Cast(x, graph.Float32) // compute statistics of half-precision inputs in float32
	}
	y := b.normalize(s, x, axis)
	return ops.Cast(y, half)
}

// needsBatch reports whether one sample of shape out has a single value per feature, so that
// its variance is 0.
func (b *BatchNormalization) needsBatch(out graph.Shape) bool {
	vars := b.Variables()
	return len(vars) > 0 && out.Size() == out[0]*vars[0].Type.Shape.Size()
}

// featureAxis returns axis counted from the front. The batch axis is not a feature axis.
func featureAxis(x *graph.Node, axis int) int {
	if a := ops.Axis(x, axis); a > 0 {
		return a
	}
	graph.Errorf("Axis %d is the batch", axis)
	return 0
}

func (b *BatchNormalization) normalize(s *Scope, x *graph.Node, axis int) *graph.Node {
	n := x.Shape[axis]
	vector := graph.Shape{n}
	gamma, beta := s.g.Const(x.DType, 1, n), s.g.Const(x.DType, 0, n)
	if !b.NoScale {
		gamma = ops.Cast(s.AddWeight(WeightSpec{Name: "gamma", Shape: vector, Initializer: b.GammaInitializer,
			Regularizer: b.GammaRegularizer, Constraint: b.GammaConstraint}), x.DType)
	}
	if !b.NoCenter {
		beta = ops.Cast(s.AddWeight(WeightSpec{Name: "beta", Shape: vector, Initializer: b.BetaInitializer,
			Regularizer: b.BetaRegularizer, Constraint: b.BetaConstraint}), x.DType)
	}
	mean := s.Track("moving_mean", vector, b.MovingMeanInitializer)
	variance := s.Track("moving_variance", vector, b.MovingVarianceInitializer)
	var more *renormalization
	if b.Renorm {
		more = b.renormalization(s, vector)
	}
	if !s.Updating() {
		return normalizeBy(x, axis, ops.Cast(s.Read(mean), x.DType), ops.Cast(s.Read(variance), x.DType), gamma, beta, b.Epsilon)
	}
	if more != nil {
		return more.call(s, x, axis, moving{mean, variance}, gamma, beta)
	}
	y, mu, sigma2 := b.batch(s, x, axis, gamma, beta)
	s.follow(mean, mu, *b.Momentum)
	s.follow(variance, sigma2, *b.Momentum)
	return y
}

// batch normalizes x by the statistics of the batch and returns them.
func (b *BatchNormalization) batch(s *Scope, x *graph.Node, axis int, gamma, beta *graph.Node) (y, mean, variance *graph.Node) {
	if mask := s.Mask(x); mask != nil {
		mean, variance = maskedMoments(x, axis, mask)
		return normalizeBy(x, axis, mean, variance, gamma, beta, b.Epsilon), mean, variance
	}
	perm, back := lastAxis(x.Rank(), axis)
	n := graph.Apply(fused.BatchNorm{Epsilon: b.Epsilon}, permute(x, perm), gamma, beta)
	return permute(graph.ResultOf(n, 0), back), graph.ResultOf(n, 1), graph.ResultOf(n, 2)
}

// follow moves v towards n: v·momentum + n·(1-momentum).
func (s *Scope) follow(v *graph.Variable, n *graph.Node, momentum float64) {
	old := s.Read(v)
	n = ops.StopGradient(ops.Cast(n, old.DType))
	s.Assign(v, ops.Add(ops.Scale(old, momentum), ops.Scale(n, 1-momentum)))
}

// normalizeBy returns gamma·(x - mean)/√(variance + epsilon) + beta; the vectors lie along
// axis.
func normalizeBy(x *graph.Node, axis int, mean, variance, gamma, beta *graph.Node, epsilon float64) *graph.Node {
	k := ops.Multiply(gamma, ops.Rsqrt(ops.Shift(variance, epsilon)))
	shift := ops.Subtract(beta, ops.Multiply(mean, k))
	return ops.Add(ops.Multiply(x, along(k, x, axis)), along(shift, x, axis))
}

// along reshapes the vector v to the rank of x, with its elements along axis.
func along(v, x *graph.Node, axis int) *graph.Node {
	s := make([]int, x.Rank())
	for i := range s {
		s[i] = 1
	}
	s[axis] = v.Shape.Size()
	return ops.Reshape(v, s...)
}

// maskedMoments returns mean and variance of each feature over the steps where mask is true.
func maskedMoments(x *graph.Node, axis int, mask *graph.Node) (mean, variance *graph.Node) {
	w := ops.Cast(mask, x.DType)
	for w.Rank() < x.Rank() {
		w = ops.ExpandDims(w, -1)
	}
	one := ops.BroadcastTo(w, x.Shape...)
	axes := others(x.Rank(), axis)
	total := ops.Shift(ops.KeepDims(axes).Sum(one), 1e-7) // Keras' backend.epsilon()
	mean = ops.Divide(ops.KeepDims(axes).Sum(ops.Where(one, x, ops.ZerosLike(x))), total)
	d := ops.Where(one, ops.Subtract(x, mean), ops.ZerosLike(x))
	variance = ops.Divide(ops.KeepDims(axes).Sum(ops.Square(d)), total)
	return ops.Reshape(mean, -1), ops.Reshape(variance, -1)
}

// others returns all axes except the given one.
func others(rank, axis int) (axes []int) {
	for i := range rank {
		if i != axis {
			axes = append(axes, i)
		}
	}
	return axes
}

// lastAxis returns the permutation that moves axis to the end and its inverse, or nil if axis
// is the last.
func lastAxis(rank, axis int) (perm, back []int) {
	if axis == rank-1 {
		return nil, nil
	}
	perm = append(others(rank, axis), axis)
	back = make([]int, rank)
	for i, p := range perm {
		back[p] = i
	}
	return perm, back
}

func permute(x *graph.Node, perm []int) *graph.Node {
	if perm == nil {
		return x
	}
	return ops.Transpose(x, perm...)
}
