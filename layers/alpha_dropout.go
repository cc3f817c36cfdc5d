package layers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[AlphaDropout]()
}

// AlphaDropout sets each element with probability Rate to the negative limit of SELU while
// training, and scales and shifts so that mean 0 and variance 1 stay (Klambauer et al.
// 2017). It belongs to [activations.SELU]. Otherwise it does nothing.
//
// Input and output: any one shape.
type AlphaDropout struct {
	Base
	PassMask

	Name       string  `keras:"name"`
	Rate       float64 `keras:"rate" range:"[0,1)"`    // at least 0, less than 1
	Seed       *int64  `keras:"seed"`                  // kept for Keras' files; the model's seed decides
	NoiseShape []int   `keras:"noise_shape" null:"-1"` // as of [Dropout]
}

// seluLimit is -α·λ, what SELU tends to for large negative x.
const seluLimit = -1.6732632423543772 * 1.0507009873554805

// Call drops elements of x while training.
func (d *AlphaDropout) Call(s *Scope, x *graph.Node) *graph.Node {
	checkRate(d.Rate)
	if !s.Training || d.Rate == 0 {
		return x
	}
	a := 1 / math.Sqrt((1-d.Rate)*(1+d.Rate*seluLimit*seluLimit))
	y := ops.Where(kept(s, x, d.Rate, d.NoiseShape), x, ops.Full(x, seluLimit, x.Shape...))
	return ops.Shift(ops.Scale(y, a), -a*seluLimit*d.Rate)
}
