package cpu

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A chain of operations and the sums over the same axes of its values are one instruction,
// and what nothing else reads is not kept.
func TestSumsAreDoneWithWhatTheySum(t *testing.T) {
	shape := []int{8, 28, 28, 64}
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x, gate := g.Input(graph.Float32, shape...), g.Input(graph.Float32, 8, 1, 1, 64)
		y := ops.Multiply(x, gate)
		return []*graph.Node{ops.Sum(y, 1, 2), ops.Sum(ops.Tanh(y), 1, 2), ops.Sum(y, 0, 1, 2)}
	})
	r := rand.New(rand.NewPCG(3, 3))
	in := []*tensor.Tensor{randomTensor(r, f32(shape...)), randomTensor(r, f32(8, 1, 1, 64))}
	def, one, two := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu:1"), g, in), newBench(t, open1(t, "cpu:2"), g, in)
	text := strings.TrimSpace(strings.Join(code(two)[1:], "\n"))
	if want := "vector mul tanh : (8, 28, 28, 64) sum (8, 1, 1, 64) sum (8, 1, 1, 64)\nreduce_add float32(8, 28, 28, 64)"; text != want {
		t.Errorf("wants one program with sums, and another sum:\n%s", text)
	}
	for _, b := range []*bench{def, one, two} {
		b.run(t, 0)
	}
	if !same(t, 0, def.results(t), one.results(t)) || !same(t, 0, one.results(t), two.results(t)) {
		t.Error("the sums differ")
	}
}
