package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// The rectifiers without arguments.
var (
	// ReLU is max(x, 0); its gradient at 0 is 0.
	ReLU = name(relu, "relu")
	// ReLU6 is min(max(x, 0), 6).
	ReLU6 = name(relu6, "relu6")
)

// relu selects, rather than takes the maximum with 0, so that the gradient at exactly 0,
// where a fresh layer often is, is 0 as in Keras, and NaN stays NaN.
func relu(x *graph.Node) *graph.Node {
	zero := ops.ZerosLike(x)
	return ops.Where(ops.LessEqual(x, zero), zero, x)
}

func relu6(x *graph.Node) *graph.Node { return ops.Minimum(relu(x), ops.Scalar(x, 6)) }

// GeneralReLU is the rectifier with all of Keras' arguments: x above Threshold, limited to
// MaxValue; NegativeSlope·(x - Threshold) below.
type GeneralReLU struct {
	NegativeSlope float64 `keras:"negative_slope" range:"[0,inf)"`
	MaxValue      float64 `keras:"max_value" default:"null" range:"[0,inf)"` // 0: no limit
	Threshold     float64 `keras:"threshold" range:"[0,inf)"`
}

// Apply returns the rectified x.
func (a GeneralReLU) Apply(x *graph.Node) *graph.Node {
	y := relu(x)
	if a.Threshold != 0 {
		y = ops.Where(ops.Greater(x, ops.Scalar(x, a.Threshold)), x, ops.ZerosLike(x))
	}
	if a.MaxValue != 0 {
		y = ops.Clip(y, 0, a.MaxValue)
	}
	if a.NegativeSlope != 0 {
		y = ops.Subtract(y, ops.Scale(relu(ops.Shift(ops.Negative(x), a.Threshold)), a.NegativeSlope))
	}
	return y
}

// LeakyReLU is x where it is positive, else NegativeSlope·x. The slope is 0.2 if nil, as in
// keras.activations; the layer of that name has 0.3.
type LeakyReLU struct {
	NegativeSlope *float64 `keras:"negative_slope" default:"0.2"`
}

// Apply returns the rectified x.
func (a LeakyReLU) Apply(x *graph.Node) *graph.Node {
	slope := 0.2
	if a.NegativeSlope != nil {
		slope = *a.NegativeSlope
	}
	return ops.Where(ops.Greater(x, ops.ZerosLike(x)), x, ops.Scale(x, slope))
}

func init() {
	family.RegisterFunction("relu", "keras.layers", "ReLU", func() Activation { return GeneralReLU{} })
	family.RegisterFunction("leaky_relu", "keras.layers", "LeakyReLU", func() Activation { return LeakyReLU{} })
}
