package layers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// renormalization is batch renormalization (Ioffe 2017): in training the batch is normalized by
// its own statistics, then scaled by r = σ/σᵣ and shifted by d = (µ - µᵣ)/σᵣ towards the moving
// statistics µᵣ and σᵣ, so that training and inference compute the same function. No gradient
// flows through r and d.
type renormalization struct {
	*BatchNormalization
	stddev, meanR, stddevR *graph.Variable
}

// moving holds the moving statistics of batch normalization.
type moving struct{ mean, variance *graph.Variable }

func (b *BatchNormalization) renormalization(s *Scope, vector graph.Shape) *renormalization {
	if err := b.checkClipping(); err != nil {
		graph.Errorf("%v", err)
	}
	root := rootOf{b.MovingVarianceInitializer}
	return &renormalization{b,
		s.Track("moving_stddev", vector, root),
		s.Track("renorm_mean", vector, b.MovingMeanInitializer),
		s.Track("renorm_stddev", vector, root)}
}

// rootOf is an initializer that returns the square roots of another initializer's values.
type rootOf struct{ initializers.Initializer }

// Make returns the square roots.
func (r rootOf) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	t, err := r.Initializer.Make(dtype, shape, key)
	if err != nil {
		return nil, err
	}
	x := t.Convert(tensor.Float64).Clone().Data().([]float64)
	for i, v := range x {
		x[i] = math.Sqrt(v)
	}
	return tensor.Of(x, shape...).Convert(dtype), nil
}

// CheckShape returns an error if the other initializer can't make the values.
func (r rootOf) CheckShape(shape tensor.Shape) error { return checkShape(r.Initializer, shape) }

func (b *BatchNormalization) checkClipping() error {
	known := []string{"rmax", "rmin", "dmax"}
	for name := range b.RenormClipping {
		if name != "rmax" && name != "rmin" && name != "dmax" {
			return fmt.Errorf("RenormClipping has %q; want rmin, rmax or dmax%s", name, config.Suggest(name, known))
		}
	}
	lo, low := b.RenormClipping["rmin"]
	hi, high := b.RenormClipping["rmax"]
	if low && high && hi < lo {
		return fmt.Errorf("RenormClipping has rmin %v above rmax %v", lo, hi)
	}
	if b.RenormClipping["dmax"] < 0 {
		return fmt.Errorf("RenormClipping has dmax %v; it must be at least 0", b.RenormClipping["dmax"])
	}
	return nil
}

// call normalizes x and updates the statistics.
func (r *renormalization) call(s *Scope, x *graph.Node, axis int, m moving, gamma, beta *graph.Node) *graph.Node {
	mean, variance := r.moments(s, x, axis)
	stddev := ops.Sqrt(ops.Shift(variance, r.Epsilon))
	meanR, stddevR := ops.Cast(s.Read(r.meanR), x.DType), ops.Cast(s.Read(r.stddevR), x.DType)
	least := ops.Maximum(stddevR, ops.Scalar(stddevR, math.Sqrt(r.Epsilon)))
	scale, shift := r.clip(ops.Divide(stddev, least), ops.Divide(ops.Subtract(mean, meanR), least))
	y := normalizeBy(x, axis, mean, variance, ops.Multiply(scale, gamma), ops.Add(ops.Multiply(shift, gamma), beta), r.Epsilon)
	s.follow(r.meanR, mean, *r.RenormMomentum)
	s.follow(r.stddevR, stddev, *r.RenormMomentum)
	s.follow(m.mean, mean, *r.Momentum)
	s.follow(r.stddev, stddev, *r.Momentum)
	s.Assign(m.variance, ops.ReLU(ops.Shift(ops.Square(s.Read(r.stddev)), -r.Epsilon)))
	return y
}

func (r *renormalization) moments(s *Scope, x *graph.Node, axis int) (mean, variance *graph.Node) {
	if mask := s.Mask(x); mask != nil {
		return maskedMoments(x, axis, mask)
	}
	return ops.Moments(x, others(x.Rank(), axis)...)
}

// clip limits the corrections scale and shift and stops their gradients.
func (r *renormalization) clip(scale, shift *graph.Node) (a, b *graph.Node) {
	if v, ok := r.RenormClipping["rmin"]; ok {
		scale = ops.Maximum(scale, ops.Scalar(scale, v))
	}
	if v, ok := r.RenormClipping["rmax"]; ok {
		scale = ops.Minimum(scale, ops.Scalar(scale, v))
	}
	if v, ok := r.RenormClipping["dmax"]; ok {
		shift = ops.Clip(shift, -v, v)
	}
	return ops.StopGradient(scale), ops.StopGradient(shift)
}
