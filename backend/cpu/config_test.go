package cpu

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func TestDeviceNamesSayThreadsAndPrecision(t *testing.T) {
	for name, want := range map[string]config{
		"3": {threads: 3}, "3?": {threads: 3}, "3?matmul=bf16x3": {3, kernel.Triple}, "1?matmul=bf16": {1, kernel.Short}, "2?matmul=float32": {threads: 2},
	} {
		if got, err := parse(name); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"cpu:0":                   "number of threads",
		"cpu:two":                 `"two" is not a number of threads; write cpu or cpu:2`,
		"cpu?matmul=tf32":         "option matmul=tf32: wants float32, bf16x3 or bf16",
		"cpu:2?precision=bf16":    "option precision is unknown; there is matmul",
		"cpu?matmul=bf16;threads": "options",
	} {
		if _, err := backend.Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; wants %q", name, err, want)
		}
	}
}

// The option changes products by no more than it says, and nothing where it is not given.
func TestPrecisionOfProductsIsAsStated(t *testing.T) {
	const n, k = 96, 400
	r := rand.New(rand.NewPCG(1, 2))
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{graph.Apply(graph.MatMul{}, g.Input(graph.Float32, n, k), g.Input(graph.Float32, k, n))}
	})
	in := []*tensor.Tensor{randomTensor(r, g.Inputs[0].Type), randomTensor(r, g.Inputs[1].Type)}
	product := func(device string) []float64 {
		b := newBench(t, open1(t, device), g, in)
		b.run(t, 0)
		return floats(b.results(t)[0])
	}
	want := product("ref")
	size := 0.0 // of a sum
	for _, x := range want {
		size += x * x / (n * n)
	}
	for device, limit := range map[string]float64{"cpu": 3e-6, "cpu?matmul=float32": 3e-6, "cpu?matmul=bf16x3": 3e-5, "cpu?matmul=bf16": 1.2e-2} {
		for i, x := range product(device) {
			if d := (x - want[i]) * (x - want[i]); !(d <= limit*limit*size) {
				t.Errorf("%s: element %d is %v, want %v", device, i, x, want[i])
				break
			}
		}
	}
}
