package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Dropout]()
}

// Dropout zeroes each element with probability Rate while training and scales the others
// by 1/(1-Rate), so that the mean stays (Srivastava et al. 2014). Otherwise it does nothing.
//
// Input and output: any one shape.
type Dropout struct {
	Base
	PassMask

	Name       string  `keras:"name"`
	Rate       float64 `keras:"rate" range:"[0,1)"`    // at least 0, less than 1
	Seed       *int64  `keras:"seed"`                  // kept for Keras' files; the model's seed decides
	NoiseShape []int   `keras:"noise_shape" null:"-1"` // nil: x's shape; an extent of 1 drops along that axis as one, -1 is x's own
}

// Call drops elements of x while training.
func (d *Dropout) Call(s *Scope, x *graph.Node) *graph.Node {
	return drop(s, x, d.Rate, d.NoiseShape)
}

// drop is Dropout with a mask of shape noise (nil: x's).
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

// kept draws which elements of x stay, bools of shape noise (nil: x's) or such that broadcast.
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
