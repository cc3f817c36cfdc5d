package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// TanhShrink is x - tanh(x).
var TanhShrink = name(ops.TanhShrink, "tanh_shrink")

// SoftShrink moves x towards 0 by Threshold and is 0 where |x| ≤ Threshold. Threshold is 0.5 if
// nil.
type SoftShrink struct {
	Threshold *float64 `keras:"threshold" default:"0.5" range:"[0,inf)"`
}

// Apply returns the shrunk x.
func (a SoftShrink) Apply(x *graph.Node) *graph.Node {
	return ops.SoftShrink(x, *config.Filled(a).Threshold)
}

// HardShrink is x where |x| > Threshold and 0 elsewhere. Threshold is 0.5 if nil.
type HardShrink struct {
	Threshold *float64 `keras:"threshold" default:"0.5" range:"[0,inf)"`
}

// Apply returns the shrunk x.
func (a HardShrink) Apply(x *graph.Node) *graph.Node {
	return ops.HardShrink(x, *config.Filled(a).Threshold)
}

// Threshold is x where x > Threshold and DefaultValue elsewhere.
type Threshold struct {
	Threshold    float64 `keras:"threshold"`
	DefaultValue float64 `keras:"default_value"`
}

// Apply returns the thresholded x.
func (a Threshold) Apply(x *graph.Node) *graph.Node {
	return ops.Threshold(x, a.Threshold, a.DefaultValue)
}

func init() {
	family.RegisterFunction("soft_shrink", "keras.activations", "soft_shrink", func() Activation { return SoftShrink{} })
	family.RegisterFunction("hard_shrink", "keras.activations", "hard_shrink", func() Activation { return HardShrink{} })
	family.RegisterFunction("threshold", "keras.activations", "threshold", func() Activation { return Threshold{} })
}
