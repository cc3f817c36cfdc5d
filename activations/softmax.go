package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

var (
	// Softmax is eˣ/Σeˣ over the last axis: a distribution over classes. A cross-entropy loss of
	// its result is computed from its operand, the logits, to avoid rounding errors.
	Softmax = name(SoftmaxOver{}.Apply, "softmax")
	// LogSoftmax is the logarithm of Softmax.
	LogSoftmax = name(LogSoftmaxOver{}.Apply, "log_softmax")
)

// SoftmaxOver is [Softmax] over Axis, -1 (the last axis) if nil.
type SoftmaxOver struct {
	Axis *int `keras:"axis" default:"-1"`
}

// Apply returns the softmax of x.
func (a SoftmaxOver) Apply(x *graph.Node) *graph.Node { return ops.Softmax(x, *config.Filled(a).Axis) }

// LogSoftmaxOver is [LogSoftmax] over Axis, -1 (the last axis) if nil.
type LogSoftmaxOver struct {
	Axis *int `keras:"axis" default:"-1"`
}

// Apply returns the logarithm of the softmax of x.
func (a LogSoftmaxOver) Apply(x *graph.Node) *graph.Node {
	return ops.LogSoftmax(x, *config.Filled(a).Axis)
}

// GLU splits x along Axis into halves a and b and returns a·sigmoid(b) (Dauphin et al. 2017).
// That axis of the result is half as long. Axis is -1 if nil.
type GLU struct {
	Axis *int `keras:"axis" default:"-1"`
}

// Apply returns the gated half of x.
func (a GLU) Apply(x *graph.Node) *graph.Node {
	return ops.GLU(x, *config.Filled(a).Axis)
}

func init() {
	family.RegisterFunction("softmax", "keras.layers", "Softmax", func() Activation { return SoftmaxOver{} })
	family.RegisterFunction("log_softmax", "keras.activations", "log_softmax", func() Activation { return LogSoftmaxOver{} })
	family.RegisterFunction("glu", "keras.activations", "glu", func() Activation { return GLU{} })
}
