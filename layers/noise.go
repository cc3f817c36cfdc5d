package layers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[GaussianNoise]()
	register[GaussianDropout]()
}

// GaussianNoise adds normal noise with mean 0 and standard deviation Stddev during training.
// It does nothing at inference. Input: any shape. Output: the shape of the input.
type GaussianNoise struct {
	Base
	PassMask

	Name   string  `keras:"name"`
	Stddev float64 `keras:"stddev" range:"[0,inf)"` // at least 0
	Seed   *int64  `keras:"seed"`                   // stored for Keras compatibility; the model's seed is used
}

// Call adds noise to x during training.
func (n *GaussianNoise) Call(s *Scope, x *graph.Node) *graph.Node {
	if !(n.Stddev >= 0) || math.IsInf(n.Stddev, 1) {
		graph.Errorf("Stddev is %v; it must be at least 0", n.Stddev)
	}
	if !s.Training || n.Stddev == 0 {
		return x
	}
	return ops.Add(x, ops.Cast(ops.Scale(s.Normal(x), n.Stddev), x.DType))
}

// GaussianDropout multiplies its input elementwise by normal noise with mean 1 and standard
// deviation √(Rate/(1-Rate)) during training, which has the same variance as [Dropout]
// (Srivastava et al. 2014, section 10). It does nothing at inference. Input: any shape.
// Output: the shape of the input.
type GaussianDropout struct {
	Base
	PassMask

	Name string  `keras:"name"`
	Rate float64 `keras:"rate" range:"[0,1)"` // at least 0, less than 1
	Seed *int64  `keras:"seed"`               // stored for Keras compatibility; the model's seed is used
}

// Call multiplies x by noise during training.
func (d *GaussianDropout) Call(s *Scope, x *graph.Node) *graph.Node {
	checkRate(d.Rate)
	if !s.Training || d.Rate == 0 {
		return x
	}
	noise := ops.Shift(ops.Scale(s.Normal(x), math.Sqrt(d.Rate/(1-d.Rate))), 1)
	return ops.Multiply(x, ops.Cast(noise, x.DType))
}
