package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func TestConvolutionsArePooledImageByImage(t *testing.T) {
	testPooledConvolutions(t, 3, 5, nil)
}

// What does not stay finite is done again, image by image.
func TestTilesOfConvolutionsArePooledImageByImage(t *testing.T) {
	testPooledConvolutions(t, 16, 24, nil)
	testPooledConvolutions(t, 16, 24, func(in []*tensor.Tensor) {
		x, _ := tensor.Data[float32](in[0])
		x[4000], x[9000] = float32(math.Inf(1)), float32(math.Inf(-1))
	})
}

func testPooledConvolutions(t *testing.T, channels, filters int, spoil func(in []*tensor.Tensor)) {
	t.Helper()
	in := []graph.Type{f32(17, 9, 9, channels), f32(3, 3, channels, filters), f32(filters)}
	conv := func(x []node) node { return graph.Apply(graph.Conv{Window: window(3), Groups: 1}, x[0], x[1]) }
	sums := func(x node) node {
		w := graph.Window{Strides: graph.RepeatDim(2, 2), Low: graph.RepeatDim(2, 1), High: graph.RepeatDim(2, 1), Dilation: graph.RepeatDim(2, 1)}
		return graph.Apply(graph.Pool{Fn: graph.Add, Window: w, Size: graph.RepeatDim(2, 3)}, x)
	}
	for _, row := range []struct {
		name  string
		keep  bool // the convolution's own result
		build func(x []node) []node
	}{
		{"alone", false, func(x []node) []node { return []node{maxPool(rectified(ops.Add(conv(x), x[2])))} }},
		{"bare", false, func(x []node) []node { return []node{sums(conv(x))} }},
		{"read twice", true, func(x []node) []node { y := conv(x); return []node{sums(y), y} }},
		{"pooled twice", true, func(x []node) []node { y := ops.Add(conv(x), x[2]); return []node{maxPool(y), sums(y)} }},
		{"trained", true, func(x []node) []node {
			y := maxPool(rectified(ops.Add(conv(x), x[2])))
			return append([]node{y}, graph.Grad(ops.Sum(ops.Multiply(y, y)), x...)...)
		}},
	} {
		if row.name == "trained" && spoil != nil {
			continue // padding times infinity is no number in the gradient by the filter
		}
		g := trace(t, func(g *graph.Graph) []node {
			var x []node
			for _, typ := range in {
				x = append(x, g.Input(typ.DType, typ.Shape...))
			}
			return row.build(x)
		})
		r := rand.New(rand.NewPCG(7, 8))
		var data []*tensor.Tensor
		for _, typ := range in {
			data = append(data, randomTensor(r, typ))
		}
		if spoil != nil {
			spoil(data)
		}
		a, b := newBench(t, open1(t, "ref"), g, data), newBench(t, open1(t, "cpu:3"), g, data)
		a.run(t, 0)
		b.run(t, 0)
		plan := fmt.Sprint(b.exe.(*executable).idle.Load())
		if !same(t, 1, a.results(t), b.results(t)) || !strings.Contains(plan, " + pool_") || strings.Contains(plan, "[keep]") != row.keep {
			t.Errorf("%s: wants a convolution that is pooled, kept: %v\n%s", row.name, row.keep, plan)
		}
		if n := testing.AllocsPerRun(3, func() { b.run(t, 0) }); n != 0 {
			t.Errorf("%s: %v allocations a run", row.name, n)
		}
	}
}
