package optimizers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// Adafactor stores only the row and column means of a matrix's squared gradients (Shazeer & Stern
// 2018), which keeps its state small. The step is relative to the root mean square (RMS) of the
// weight, at least Epsilon2; the RMS of the scaled gradient is clipped to ClipThreshold. The rate
// is at most 1/√t, with or without RelativeStep, as in Keras 3.
type Adafactor struct {
	Options `default:"name=adafactor"`

	LearningRate   float64  `keras:"learning_rate" default:"0.001"`                // 0: 0.001
	Schedule       Schedule `keras:"learning_rate"`                                // overrides LearningRate; nil: none
	Beta2Decay     float64  `keras:"beta_2_decay" default:"-0.8" range:"(-inf,0)"` // 0: -0.8
	Epsilon1       float64  `keras:"epsilon_1" default:"1e-30" range:"(0,inf)"`    // 0: 1e-30
	Epsilon2       float64  `keras:"epsilon_2" default:"0.001" range:"(0,inf)"`    // 0: 0.001
	ClipThreshold  float64  `keras:"clip_threshold" default:"1.0" range:"(0,inf)"` // 0: 1
	NoRelativeStep bool     `keras:"!relative_step"`
}

func init() { family.Register("Adafactor", func() Optimizer { return &Adafactor{} }) }

// Rate returns the learning rate.
func (o *Adafactor) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Update returns the weight after one step.
func (o *Adafactor) Update(s *Step, g *graph.Node) *graph.Node {
	rho := s.Scalar("adafactor_rate", func(c Clock) float64 { return min(c.Rate, 1/math.Sqrt(float64(c.Step))) })
	size := rms(s.W)
	alpha := ops.Multiply(ops.Maximum(size, ops.Scalar(size, o.Epsilon2)), rho)
	u := ops.Divide(g, ops.Sqrt(o.velocity(s, ops.Shift(ops.Square(g), o.Epsilon1))))
	excess := ops.Scale(rms(u), 1/o.ClipThreshold)
	u = ops.Divide(u, ops.Maximum(excess, ops.OnesLike(excess)))
	return ops.Subtract(s.W, ops.Multiply(u, alpha))
}

// velocity returns the mean of the squared gradients q. For a matrix (the last two axes) it is
// computed from the row and column means.
func (o *Adafactor) velocity(s *Step, q *graph.Node) *graph.Node {
	k := s.Scalar("adafactor_beta", func(c Clock) float64 { return 1 - math.Pow(float64(c.Step), o.Beta2Decay) })
	mix := func(old, now *graph.Node) *graph.Node {
		return ops.Add(ops.Multiply(old, k), ops.Multiply(now, ops.Subtract(ops.OnesLike(k), k)))
	}
	n := q.Rank()
	if n < 2 { // Keras' files contain the empty row and column too
		s.SlotOf("row", 0)
		s.SlotOf("column", 0)
		v := mix(s.Slot("velocity", 0), q)
		s.Set("velocity", v)
		return v
	}
	row := mix(s.SlotOf("row", 0, q.Shape[:n-1]...), ops.Mean(q, -1))
	column := mix(s.SlotOf("column", 0, append(q.Shape[:n-2].Clone(), q.Shape[n-1])...), ops.Mean(q, -2))
	s.Slot("velocity", 0)
	share := ops.Divide(row, ops.KeepDims{-1}.Mean(row))
	v := ops.Multiply(ops.ExpandDims(share, -1), ops.ExpandDims(column, -2))
	s.Set("row", row)
	s.Set("column", column)
	s.Set("velocity", v)
	return v
}

// rms returns the root mean square of x.
func rms(x *graph.Node) *graph.Node { return ops.Sqrt(ops.Mean(ops.Square(x))) }
