package ops_test

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// Inputs on which the textbook formula overflows, cancels or divides 0 by 0.
func TestHardInputsStayExact(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	big := float32(1e4)
	class := func(in []node) node { return ops.Cast(in[1], graph.Int32) }
	one := func(f func(node) node) func([]node) node { return func(in []node) node { return f(in[0]) } }
	rows := []struct {
		name       string
		f          func(in []node) node
		in         []*tensor.Tensor
		want, grad []float64 // gradient of the sum by in[0]
	}{
		{"logsumexp of ±1e4", one(func(x node) node { return ops.LogSumExp(x, -1) }),
			[]*tensor.Tensor{floats(big, -big, big)}, []float64{1e4 + math.Ln2}, []float64{.5, 0, .5}},
		{"logsumexp of -∞", one(func(x node) node { return ops.LogSumExp(x) }),
			[]*tensor.Tensor{floats(-inf, -inf)}, []float64{math.Inf(-1)}, nil},
		{"logsumexp with one -∞", one(func(x node) node { return ops.LogSumExp(x) }),
			[]*tensor.Tensor{floats(0, -inf)}, []float64{0}, []float64{1, 0}},
		{"softmax cross-entropy at ±1e4", func(in []node) node { return ops.SparseSoftmaxCrossEntropy(class(in), ops.Reshape(in[0], 2, 2)) },
			[]*tensor.Tensor{floats(big, -big, big, -big), floats(0, 1)}, []float64{0, 2e4}, []float64{0, 0, 1, -1}},
		{"softmax cross-entropy with a -∞ class", func(in []node) node { return ops.SparseSoftmaxCrossEntropy(class(in), ops.Reshape(in[0], 1, 2)) },
			[]*tensor.Tensor{floats(3, -inf), floats(0)}, []float64{0}, []float64{0, 0}},
		{"soft targets with a -∞ class", func(in []node) node { return ops.SoftmaxCrossEntropy(in[1], in[0], -1) },
			[]*tensor.Tensor{floats(1, -inf), floats(1, 0)}, []float64{0}, []float64{0, 0}},
		{"sigmoid cross-entropy at ±1e4", func(in []node) node { return ops.SigmoidCrossEntropy(in[1], in[0]) },
			[]*tensor.Tensor{floats(big, big, -big, -big), floats(1, 0, 1, 0)}, []float64{0, 1e4, 1e4, 0}, []float64{0, 1, -1, 0}},
		{"sigmoid cross-entropy of -∞", func(in []node) node { return ops.SigmoidCrossEntropy(in[1], in[0]) },
			[]*tensor.Tensor{floats(-inf), floats(0)}, []float64{0}, []float64{0}},
		{"relu6 at its ends", one(ops.ReLU6), []*tensor.Tensor{floats(-1, 0, 1, 5, 6, 7)},
			[]float64{0, 0, 1, 5, 6, 6}, []float64{0, 0, 1, 1, 0, 0}},
		{"softplus", one(ops.Softplus), []*tensor.Tensor{floats(big, -big, 0, 1e-8, inf)},
			[]float64{1e4, 0, math.Ln2, math.Ln2, math.Inf(1)}, []float64{1, 0, .5, .5, 1}},
		{"log sigmoid", one(ops.LogSigmoid), []*tensor.Tensor{floats(big, -big)}, []float64{0, -1e4}, []float64{0, 1}},
		{"logaddexp of infinities", func(in []node) node { return ops.LogAddExp(in[0], in[1]) },
			[]*tensor.Tensor{floats(inf, -inf, -inf, 1e4), floats(1, -inf, 2, 1e4)},
			[]float64{math.Inf(1), math.Inf(-1), 2, 1e4 + math.Ln2}, []float64{1, .5, 0, .5}},
		{"log1p near 0", one(ops.Log1p), []*tensor.Tensor{floats(1e-7)}, []float64{1e-7}, nil},
		{"expm1 near 0", one(ops.Expm1), []*tensor.Tensor{floats(1e-7)}, []float64{1e-7}, nil},
		{"variance of a constant", one(func(x node) node { return ops.Var(x) }),
			[]*tensor.Tensor{floats(1e7, 1e7, 1e7)}, []float64{0}, []float64{0, 0, 0}},
		{"variance beside 1e7", one(func(x node) node { return ops.Var(x) }),
			[]*tensor.Tensor{floats(1e7, 1e7+1, 1e7+2)}, []float64{2. / 3}, nil},
		{"deviation of a constant", one(func(x node) node { return ops.Std(x) }),
			[]*tensor.Tensor{floats(5, 5)}, []float64{0}, []float64{0, 0}},
		{"norm of 0", one(func(x node) node { return ops.Norm(x) }), []*tensor.Tensor{floats(0, 0)}, []float64{0}, []float64{0, 0}},
		{"normalize 0", one(func(x node) node { return ops.Normalize(x, -1, 2) }), []*tensor.Tensor{floats(0, 0)}, []float64{0, 0}, nil},
		{"hypot beyond the squares", func(in []node) node { return ops.Hypot(in[0], in[1]) },
			[]*tensor.Tensor{floats(3e30, 3e-30, 0), floats(4e30, 4e-30, 0)}, []float64{5e30, 5e-30, 0}, []float64{.6, .6, 0}},
		{"product with zeros", one(func(x node) node { return ops.Prod(x) }),
			[]*tensor.Tensor{floats(2, 0, 3)}, []float64{0}, []float64{0, 6, 0}},
		{"divide by 0", func(in []node) node { return ops.DivideNoNaN(in[0], in[1]) },
			[]*tensor.Tensor{floats(1, 0), floats(0, 0)}, []float64{0, 0}, []float64{0, 0}},
		{"sinc at 0", one(ops.Sinc), []*tensor.Tensor{floats(0)}, []float64{1}, []float64{0}},
		{"elu far below", one(func(x node) node { return ops.ELU(x, 1) }), []*tensor.Tensor{floats(-big, big)}, []float64{-1, 1e4}, []float64{0, 1}},
		{"relu keeps NaN", one(ops.ReLU), []*tensor.Tensor{floats(nan, -1, 0)}, []float64{math.NaN(), 0, 0}, nil},
		{"mean without NaN", one(func(x node) node { return ops.NaNMean(x) }),
			[]*tensor.Tensor{floats(nan, 1, 3)}, []float64{2}, []float64{0, .5, .5}},
		{"variance without NaN", one(func(x node) node { return ops.NaNVar(x) }),
			[]*tensor.Tensor{floats(nan, 1, 3)}, []float64{1}, []float64{0, -1, 1}},
		{"equal maxima share", one(func(x node) node { return ops.Max(x) }), []*tensor.Tensor{floats(2, 2, 1)}, []float64{2}, []float64{.5, .5, 0}},
	}
	for _, r := range rows {
		for _, device := range []string{"ref", "cpu"} {
			t.Run(r.name+" "+device, func(t *testing.T) {
				got := runOn(t, device, 1, func(in []node) []node {
					y := r.f(in)
					return []node{y, graph.Grad(ops.Sum(y), in[0])[0]}
				}, r.in...)
				near(t, "value", values(got[0]), r.want, 1e-6)
				if r.grad != nil {
					near(t, "gradient", values(got[1]), r.grad, 1e-6)
				}
			})
		}
	}
}
