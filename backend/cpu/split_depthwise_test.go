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

// TestChannelsWithSeveralFiltersAreRepeated: such a convolution and its gradients are the
// definition's, and those of one filter for each channel.
func TestChannelsWithSeveralFiltersAreRepeated(t *testing.T) {
	for _, row := range []struct{ channels, each, stride, groups int }{
		{5, 2, 1, 10}, {17, 3, 2, 51}, {2, 33, 1, 66}, {6, 1, 2, 6}, {1, 4, 1, 1},
	} {
		in := []graph.Type{f32(2, 7, 9, row.channels), f32(3, 3, 1, row.channels*row.each), f32(row.channels * row.each)}
		w := window(3)
		w.Strides = graph.RepeatDim(2, row.stride)
		g := trace(t, func(g *graph.Graph) []node {
			x, f, b := g.Input(graph.Float32, in[0].Shape...), g.Input(graph.Float32, in[1].Shape...), g.Input(graph.Float32, in[2].Shape...)
			y := rectified(ops.Add(graph.Apply(graph.Conv{Window: w, Groups: row.channels}, x, f), b))
			return append([]node{y}, graph.Grad(ops.Sum(ops.Multiply(y, y)), x, f, b)...)
		})
		r := rand.New(rand.NewPCG(9, 1))
		var data []*tensor.Tensor
		for _, typ := range in {
			data = append(data, randomTensor(r, typ))
		}
		a, b := newBench(t, open1(t, "ref"), g, data), newBench(t, open1(t, "cpu:2"), g, data)
		a.run(t, 0)
		b.run(t, 0)
		plan := fmt.Sprint(b.exe.(*executable).idle.Load())
		if want := fmt.Sprintf("groups=%d]", row.groups); !same(t, 1, a.results(t), b.results(t)) || strings.Count(plan, want) != 3 {
			t.Errorf("%+v: wants %s three times in the plan\n%s", row, want, plan)
		}
	}
}
