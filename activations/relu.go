package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// Rectifiers without arguments.
var (
	// ReLU is max(x, 0); its gradient at 0 is 0.
	ReLU = name(ops.ReLU, "relu")
	// ReLU6 is min(max(x, 0), 6).
	ReLU6 = name(ops.ReLU6, "relu6")
)

// GeneralReLU is the rectifier with all Keras arguments: x above Threshold, limited to MaxValue,
// and NegativeSlope·(x - Threshold) below Threshold.
type GeneralReLU struct {
	NegativeSlope float64 `keras:"negative_slope" range:"[0,inf)"`
	MaxValue      float64 `keras:"max_value" default:"null" range:"[0,inf)"` // 0: no limit
	Threshold     float64 `keras:"threshold"`
}

// Apply returns the rectified x.
func (a GeneralReLU) Apply(x *graph.Node) *graph.Node {
	y, limit := ops.ReLU(x), a.MaxValue
	switch {
	case a.Threshold != 0:
		y = ops.Where(ops.Greater(x, ops.Scalar(x, a.Threshold)), x, ops.ZerosLike(x))
	case limit == 6: // its gradient at 6 is 0, as in Keras
		y, limit = ops.ReLU6(x), 0
	}
	switch {
	case limit != 0 && a.Threshold < 0:
		y = ops.Clip(y, 0, limit)
	case limit != 0:
		y = ops.Minimum(y, ops.Scalar(y, limit))
	}
	if a.NegativeSlope != 0 {
		y = ops.Subtract(y, ops.Scale(ops.ReLU(ops.Shift(ops.Negative(x), a.Threshold)), a.NegativeSlope))
	}
	return y
}

// LeakyReLU is x where x is positive and NegativeSlope·x elsewhere. NegativeSlope is 0.2 if nil,
// as in keras.activations; the layer of that name uses 0.3.
type LeakyReLU struct {
	NegativeSlope *float64 `keras:"negative_slope" default:"0.2"`
}

// Apply returns the rectified x.
func (a LeakyReLU) Apply(x *graph.Node) *graph.Node {
	return ops.LeakyReLU(x, *config.Filled(a).NegativeSlope)
}

func init() {
	family.RegisterFunction("relu", "keras.layers", "ReLU", func() Activation { return GeneralReLU{} })
	family.RegisterFunction("leaky_relu", "keras.layers", "LeakyReLU", func() Activation { return LeakyReLU{} })
}
