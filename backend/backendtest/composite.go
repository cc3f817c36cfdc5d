package backendtest

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// compositeRows returns rows for every composite of package fused. Shapes are those of the
// operands; the first is (batch, k), and classes are indices below k.
func compositeRows() (rows []row) {
	for _, c := range []struct {
		name  string
		cases func(d graph.DType) []testCase
	}{
		{"softmax", rowwise(fused.Softmax{}, 1)},
		{"softmax grad", rowwise(fused.SoftmaxGrad{}, 2)},
		{"log softmax", rowwise(fused.LogSoftmax{}, 1)},
		{"softplus", rowwise(fused.Softplus{}, 1)},
		{"softmax cross-entropy", crossEntropyCases},
		{"layer norm", normCases(fused.LayerNorm{Epsilon: 1e-3}, "x k k")},
		{"layer norm grad", normCases(fused.LayerNormGrad{Epsilon: 1e-3}, "x k x")},
		{"batch norm", normCases(fused.BatchNorm{Epsilon: 1e-3}, "x k k")},
		{"batch norm grad", batchNormGradCases},
		{"dropout", rowwise(fused.Dropout{Rate: .3, Stream: 5}, 1)},
		{"attention", attentionCases(false)},
		{"attention grad", attentionCases(true)},
		{"adam", adamCases},
	} {
		rows = append(rows, rowsFor(c.name, floatTypes, c.cases)...)
	}
	return rows
}

var batches = [][]int{{1, 1}, {3, 10}, {2, 5, 33}, {4, 17, 64}}

func rowwise(op graph.Op, operands int) func(d graph.DType) []testCase {
	return func(d graph.DType) (cases []testCase) {
		for _, s := range batches {
			var in []operand
			for range operands {
				in = append(in, of(d, s...))
			}
			cases = append(cases, testCase{op: op, in: in, terms: s[len(s)-1]})
		}
		return cases
	}
}

func crossEntropyCases(d graph.DType) (cases []testCase) {
	for _, s := range batches {
		rows, k := s[:len(s)-1], s[len(s)-1]
		classes := of(graph.Int32, rows...).between(0, float64(k))
		cases = append(cases,
			testCase{op: fused.SoftmaxCrossEntropy{}, in: []operand{of(d, s...), classes}, terms: k},
			testCase{op: fused.SoftmaxCrossEntropyGrad{}, in: []operand{of(d, s...), classes, of(d, rows...)}, terms: k})
	}
	return cases
}

// normCases returns cases with an operand of x's shape for each x and a vector for each k.
func normCases(op graph.Op, operands string) func(d graph.DType) []testCase {
	return func(d graph.DType) (cases []testCase) {
		for _, s := range batches[1:] {
			var in []operand
			for _, o := range operands {
				switch o {
				case 'x':
					in = append(in, of(d, s...))
				case 'k':
					in = append(in, of(d, s[len(s)-1]))
				}
			}
			cases = append(cases, testCase{op: op, in: in, terms: 8 * graph.Shape(s).Size()})
		}
		return cases
	}
}

// batchNormGradCases computes the mean and the variance that the gradient receives.
func batchNormGradCases(d graph.DType) (cases []testCase) {
	for _, c := range normCases(nil, "x k k x")(d) {
		c.build = func(g *graph.Graph, in []*graph.Node) []*graph.Node {
			n := apply(fused.BatchNorm{Epsilon: 1e-3}, in[0], in[1], in[2])
			op := fused.BatchNormGrad{Epsilon: 1e-3}
			return graph.ResultsOf(apply(op, in[0], in[1], graph.ResultOf(n, 1), graph.ResultOf(n, 2), in[3]))
		}
		cases = append(cases, c)
	}
	return cases
}

func adamCases(d graph.DType) (cases []testCase) {
	for _, s := range [][]int{{}, {7}, {33, 5}} {
		rate := of(d).between(.01, .02)
		cases = append(cases, testCase{op: fused.Adam{Beta1: .9, Beta2: .99, Epsilon: 1e-3},
			in: []operand{of(d, s...), of(d, s...), of(d, s...), of(d, s...).between(.1, 1), rate}})
	}
	return cases
}
