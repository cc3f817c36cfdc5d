package cpu

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
)

// Blocks that are computed again keep their inputs alone: of a stack of them the memory of
// one and one value each remains, where each kept four and more.
func TestComputingAgainSparesMemory(t *testing.T) {
	const blocks = 16
	in := f32(256, 128)
	value := in.Shape.Size() * in.DType.Size()
	steps := map[bool]*bench{}
	bytes := map[bool]int{}
	for _, again := range []bool{false, true} {
		block := func(b *builder, x node, i int) node {
			h := graph.Apply(fused.LayerNorm{Epsilon: 1e-6}, x, b.weight(128), b.weight(128))
			h = graph.Apply(graph.Unary{Fn: graph.Tanh}, b.dense(h, 512))
			h = graph.Apply(fused.Dropout{Rate: .2, Stream: uint64(i)}, h)
			return ops.Add(x, b.dense(h, 128))
		}
		g, data := training(t, in, func(b *builder, x node) node {
			for i := range blocks {
				first := len(b.g.Nodes)
				x = block(b, x, i)
				if again {
					b.g.Remat(first)
				}
			}
			return x
		})
		s := newBench(t, open1(t, "cpu"), g, data)
		steps[again], bytes[again] = s, s.exe.(*executable).idle.Load().Bytes
	}
	page, err := os.ReadFile("../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	mib := func(n int) float64 { return float64(n) / (1 << 20) }
	if said := fmt.Sprintf("%.1f to %.1f MiB", mib(bytes[false]), mib(bytes[true])); !strings.Contains(string(page), said) {
		t.Errorf("docs/performance.md does not say %q", said)
	}
	gradients := 2 * 4 * 128 * 512 // of the weights of one block: those of others are updated by then
	most := (blocks+12)*value + gradients
	if bytes[true] > most || bytes[false] < most+5*blocks*value {
		t.Errorf("%d bytes, computed again %d; wants at most %d", bytes[false], bytes[true], most)
	}
	for range 3 {
		steps[false].run(t, 7)
		steps[true].run(t, 7)
		if want, got := steps[false].results(t), steps[true].results(t); !reflect.DeepEqual(want, got) {
			t.Errorf("loss %v; wants %v", got, want)
		}
	}
}
