package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Dropout]()
}

// Dropout zeroes each element with probability Rate during training and scales the others by
// 1/(1-Rate) to preserve the mean (Srivastava et al. 2014). Outside training it returns its
// input.
//
// Input: any shape. Output: the same shape.
type Dropout struct {
	Base
	PassMask

	Name       string  `keras:"name"`
	Rate       float64 `keras:"rate" range:"[0,1)"`    // in [0, 1)
	Seed       *int64  `keras:"seed"`                  // kept for Keras files; the model's seed is used instead
	NoiseShape []int   `keras:"noise_shape" null:"-1"` // shape of the mask; nil: that of x; 1 shares the mask along an axis, -1 is the extent of x
}

// Call applies dropout to x during training.
func (d *Dropout) Call(s *Scope, x *graph.Node) *graph.Node {
	return drop(s, x, d.Rate, d.NoiseShape)
}

// drop applies dropout with a mask of shape noise (nil: that of x).
func drop(s *Scope, x *graph.Node, rate float64, noise []int) *graph.Node {
	checkRate(rate)
	if !s.Training || rate == 0 {
		return x
	}
	if noise == nil {
		return graph.Apply(fused.Dropout{Rate: rate, Stream: s.Stream()}, x)
	}
	return ops.Where(kept(s, x, rate, noise), ops.Scale(x, 1/(1-rate)), ops.ZerosLike(x))
}

func checkRate(rate float64) {
	if !(rate >= 0 && rate < 1) {
		graph.Errorf("Rate is %v; it must be at least 0 and less than 1", rate)
	}
}

// kept draws which elements of x to keep, as bools of shape noise (nil: that of x), which
// broadcast to x.
func kept(s *Scope, x *graph.Node, rate float64, noise []int) *graph.Node {
	shape := x.Shape.Clone()
	if noise != nil && len(noise) != x.Rank() {
		graph.Errorf("NoiseShape %v has %d axes, the input %d", noise, len(noise), x.Rank())
	}
	for i, n := range noise {
		if n > 0 {
			shape[i] = n
		}
		if shape[i] != 1 && shape[i] != x.Shape[i] {
			graph.Errorf("NoiseShape %v; each extent must be 1, -1 or that of the input", noise)
		}
	}
	u := ops.Uniform(s.g, s.Stream(), graph.Float32, shape...)
	return ops.GreaterEqual(u, ops.Scalar(u, rate))
}
