package native

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

type (
	// MLP is two layers of a perceptron, y = act(relu(x·w₁ + b₁)·w₂ + b₂). Its hidden units
	// are cut into chunks. A thread computes a chunk from x to its part of y, and in the backward
	// pass from y to the gradients of its weights: little more than those parts goes from one
	// thread's cache to another's (as in Shoeybi et al., Megatron-LM, 2019). Operands x (batch,
	// inputs), w₁, b₁ if there is one, w₂ and b₂ likewise. Results: y and the hidden values, those
	// (batch, units), chunk after chunk.
	MLP struct {
		Bias1, Bias2 bool
		Act          kernel.Activation
		Precision    kernel.Precision
		DX           bool // the gradient by x is wanted
	}
	// MLPGrad is the gradient of an MLP. Operands x, w₁, w₂, the hidden values and the gradient by y
	// before its activation. Results: the gradients by w₁, b₁, w₂, and x if it is wanted.
	MLPGrad struct{ MLP }
)

// Results of an MLPGrad.
const (
	MLPGradW1 = iota
	MLPGradB1
	MLPGradW2
	MLPGradX
)

// Second is the operand that is w₂.
func (o MLP) Second() int {
	if o.Bias1 {
		return 3
	}
	return 2
}

func (o MLP) String() string {
	return "mlp" + o.list()
}

func (o MLPGrad) String() string { return "mlp_grad" + o.list() }

func (o MLP) list() string {
	return list(when(o.Bias1, "bias1"), when(o.Bias2, "bias2"), o.Act.String(), o.Precision.String(), when(o.DX, "dx"))
}

func (o MLP) Infer(in []graph.Type) []graph.Type {
	batch, units, out := in[0].Shape[0], in[1].Shape[1], in[o.Second()].Shape[1]
	return []graph.Type{{DType: graph.Float32, Shape: graph.Shape{batch, out}}, Vector(batch * units)}
}

func (o MLPGrad) Infer(in []graph.Type) []graph.Type {
	t := []graph.Type{in[1], Vector(in[1].Shape[1]), in[2]}
	if o.DX {
		t = append(t, in[0])
	}
	return t
}
