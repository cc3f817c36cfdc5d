package cpu

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// Indices that count from the end or lie beyond it are the definition's in a gather and its
// gradient, in one pass over them.
func TestIndicesArePlacedInOnePass(t *testing.T) {
	for _, d := range []graph.DType{graph.Int32, graph.Int64} {
		for _, n := range []int{7, 900} { // rows of the second are shared by threads
			types := []graph.Type{f32(9, 5, 16), {DType: d, Shape: graph.Shape{n, 3}}}
			in := []*tensor.Tensor{randomTensor(rand.New(rand.NewPCG(1, 2)), types[0]), tensor.New(d, n, 3)}
			for i := range 3 * n {
				at := []int{0, 8, -1, -9, 3, -4, 2, 9, -10, 1000, -1000}[i%11]
				switch x := in[1].Data().(type) {
				case []int32:
					x[i] = int32(at)
				case []int64:
					x[i] = int64(at)
				}
			}
			g := trace(t, func(g *graph.Graph) []node {
				x := g.Input(types[0].DType, types[0].Shape...)
				y := ops.Take(x, g.Input(d, n, 3), 0)
				return append([]node{y}, graph.Grad(ops.Sum(ops.Multiply(y, ops.Tanh(y))), x)...)
			})
			a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu:2"), g, in)
			a.run(t, 0)
			b.run(t, 0)
			plan := fmt.Sprint(b.exe.(*executable).idle.Load())
			if !same(t, 1, a.results(t), b.results(t)) || strings.Count(plan, "clamp_index") != 1 || strings.Contains(plan, "select") || strings.Contains(plan, "clear") {
				t.Errorf("%v: wants the indices placed once\n%s", d, plan)
			}
		}
	}
}
