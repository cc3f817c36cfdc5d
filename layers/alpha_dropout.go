package layers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[AlphaDropout]()
}

// AlphaDropout sets each element to the negative saturation value of SELU with probability Rate
// during training, then scales and shifts the result to keep mean 0 and variance 1 (Klambauer
// et al. 2017). Use it with [activations.SELU]. Outside training it returns its input.
//
// Input: any shape. Output: the same shape.
type AlphaDropout struct {
	Base
	PassMask

	Name       string  `keras:"name"`
	Rate       float64 `keras:"rate" range:"[0,1)"`    // in [0, 1)
	Seed       *int64  `keras:"seed"`                  // kept for Keras files; the model's seed is used instead
	NoiseShape []int   `keras:"noise_shape" null:"-1"` // as in [Dropout]
}

// seluLimit is -α·λ, the limit of SELU for large negative x.
const seluLimit = -1.6732632423543772 * 1.0507009873554805

// Call applies alpha dropout to x during training.
func (d *AlphaDropout) Call(s *Scope, x *graph.Node) *graph.Node {
	checkRate(d.Rate)
	if !s.Training || d.Rate == 0 {
		return x
	}
	a := 1 / math.Sqrt((1-d.Rate)*(1+d.Rate*seluLimit*seluLimit))
	y := ops.Where(kept(s, x, d.Rate, d.NoiseShape), x, ops.Full(x, seluLimit, x.Shape...))
	return ops.Shift(ops.Scale(y, a), -a*seluLimit*d.Rate)
}
