package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// TanhShrink is x - tanh(x).
var TanhShrink = name(func(x *graph.Node) *graph.Node { return ops.Subtract(x, ops.Tanh(x)) }, "tanh_shrink")

// SoftShrink moves x towards 0 by Threshold, and to 0 what is nearer. Threshold is 0.5 if nil.
type SoftShrink struct {
	Threshold *float64 `keras:"threshold" default:"0.5" range:"[0,inf)"`
}

// Apply returns the shrunk x.
func (a SoftShrink) Apply(x *graph.Node) *graph.Node {
	t := *config.Filled(a).Threshold
	low := ops.Where(ops.Less(x, ops.Scalar(x, -t)), ops.Shift(x, t), ops.ZerosLike(x))
	return ops.Where(ops.Greater(x, ops.Scalar(x, t)), ops.Shift(x, -t), low)
}

// HardShrink is x where |x| > Threshold, else 0. Threshold is 0.5 if nil.
type HardShrink struct {
	Threshold *float64 `keras:"threshold" default:"0.5" range:"[0,inf)"`
}

// Apply returns the shrunk x.
func (a HardShrink) Apply(x *graph.Node) *graph.Node {
	t := ops.Scalar(x, *config.Filled(a).Threshold)
	return ops.Where(ops.Greater(ops.Abs(x), t), x, ops.ZerosLike(x))
}

// Threshold is x where it is above Threshold, else DefaultValue.
type Threshold struct {
	Threshold    float64 `keras:"threshold"`
	DefaultValue float64 `keras:"default_value"`
}

// Apply returns the thresholded x.
func (a Threshold) Apply(x *graph.Node) *graph.Node {
	above := ops.Greater(x, ops.Scalar(x, a.Threshold))
	return ops.Where(above, x, ops.Full(x, a.DefaultValue, x.Shape...))
}

func init() {
	family.RegisterFunction("soft_shrink", "keras.activations", "soft_shrink", func() Activation { return SoftShrink{} })
	family.RegisterFunction("hard_shrink", "keras.activations", "hard_shrink", func() Activation { return HardShrink{} })
	family.RegisterFunction("threshold", "keras.activations", "threshold", func() Activation { return Threshold{} })
}
