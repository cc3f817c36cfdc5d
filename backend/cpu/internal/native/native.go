package native

import (
	"slices"
	"strings"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// Native reports whether there are kernels for a composite, on float32 and of most shapes (see decompose in package rewrite).
func Native(op graph.Op) bool {
	switch op.(type) {
	case fused.Softmax, fused.SoftmaxGrad, fused.LogSoftmax, fused.SoftmaxCrossEntropy, fused.SoftmaxCrossEntropyGrad,
		fused.Adam, fused.Dropout, fused.LayerNorm, fused.LayerNormGrad, fused.BatchNorm, fused.BatchNormGrad,
		fused.LSTM, fused.LSTMGrad, fused.GRU, fused.GRUGrad, fused.Attention, fused.AttentionGrad:
		return true
	}
	return false
}

// list is the words that are not empty, in brackets.
func list(words ...string) string {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	if len(words) == 0 {
		return ""
	}
	return "[" + strings.Join(words, " ") + "]"
}

// when is the word if yes holds.
func when(yes bool, word string) string {
	if yes {
		return word
	}
	return ""
}

// Vector is the type of n numbers of float32.
func Vector(n int) graph.Type { return graph.Type{DType: graph.Float32, Shape: graph.Shape{n}} }

// Patterns of primitives that one kernel computes.
type (
	// Relu is max(x, 0).
	Relu struct{}
	// ReluGrad is dy where y is positive, else 0.
	ReluGrad struct{}
	// Gemm is act(c + a·b + bias), and 0 where mask is not positive. Operands a, b and then
	// those of bias, c (sum) and mask that there are. Operands of float32 are rounded to
	// precision.
	Gemm struct {
		graph.MatMul
		Bias, Mask, Sum bool
		Act             kernel.Activation
		Precision       kernel.Precision
	}
	// Convolution is act(x ∗ f + bias). Operands x, f and bias if there is one.
	Convolution struct {
		graph.Conv
		Bias bool
		Act  kernel.Activation
	}
	// Dot is the sum of a·b over all axes, or over the last one alone.
	Dot struct{ Rows bool }
)

func (Relu) Infer(in []graph.Type) []graph.Type     { return in[:1] }
func (ReluGrad) Infer(in []graph.Type) []graph.Type { return in[:1] }
func (Relu) String() string                         { return "relu" }
func (ReluGrad) String() string                     { return "relu_grad" }

func (o Convolution) String() string {
	return o.Conv.String() + list(when(o.Bias, "bias"), o.Act.String())
}

func (o Convolution) Infer(in []graph.Type) []graph.Type { return o.Conv.Infer(in[:2]) }

func (o Dot) Infer(in []graph.Type) []graph.Type {
	s := in[0].Shape.Clone()
	for i := range s {
		if !o.Rows || i == len(s)-1 {
			s[i] = 1
		}
	}
	return []graph.Type{{DType: in[0].DType, Shape: s}}
}

func (o Dot) String() string { return "dot" + list(when(o.Rows, "rows")) }
