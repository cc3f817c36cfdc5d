package activations

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

var (
	// Softmax is eˣ/Σeˣ over the last axis: a distribution over classes. A cross-entropy
	// loss on top of it is computed from its operand, the logits, without rounding loss.
	Softmax = name(func(x *graph.Node) *graph.Node { return SoftmaxOver{}.Apply(x) }, "softmax")
	// LogSoftmax is the logarithm of Softmax.
	LogSoftmax = name(func(x *graph.Node) *graph.Node { return LogSoftmaxOver{}.Apply(x) }, "log_softmax")
)

// SoftmaxOver is [Softmax] over the axis Axis, -1 (the last) if nil.
type SoftmaxOver struct {
	Axis *int `keras:"axis" default:"-1"`
}

// Apply returns the softmax of x.
func (a SoftmaxOver) Apply(x *graph.Node) *graph.Node { return overLast(x, a.Axis, fused.Softmax{}) }

// LogSoftmaxOver is [LogSoftmax] over the axis Axis, -1 (the last) if nil.
type LogSoftmaxOver struct {
	Axis *int `keras:"axis" default:"-1"`
}

// Apply returns the logarithm of the softmax of x.
func (a LogSoftmaxOver) Apply(x *graph.Node) *graph.Node {
	return overLast(x, a.Axis, fused.LogSoftmax{})
}

// overLast applies op, which works on the last axis, along the given one.
func overLast(x *graph.Node, axis *int, op graph.Op) *graph.Node {
	last := x.Rank() - 1
	if axis == nil || ops.Axis(x, *axis) == last {
		return graph.Apply(op, x)
	}
	return swapAxes(graph.Apply(op, swapAxes(x, *axis, last)), *axis, last)
}

// GLU halves x along Axis and returns a·sigmoid(b) of the halves a and b (Dauphin et al.
// 2017): that axis of the result is half as long. Axis is -1 if nil.
type GLU struct {
	Axis *int `keras:"axis" default:"-1"`
}

// Apply returns the gated half of x.
func (a GLU) Apply(x *graph.Node) *graph.Node {
	axis := ops.Axis(x, *config.Filled(a).Axis)
	n := x.Shape[axis]
	if n%2 != 0 {
		graph.Errorf("glu: axis %d of %v has an odd extent; wants an even one", axis, x.Shape)
	}
	if n == 0 {
		return x
	}
	return ops.Multiply(ops.Slice(x, axis, 0, n/2), ops.Sigmoid(ops.Slice(x, axis, n/2, n)))
}

func init() {
	family.RegisterFunction("softmax", "keras.layers", "Softmax", func() Activation { return SoftmaxOver{} })
	family.RegisterFunction("log_softmax", "keras.activations", "log_softmax", func() Activation { return LogSoftmaxOver{} })
	family.RegisterFunction("glu", "keras.activations", "glu", func() Activation { return GLU{} })
}
