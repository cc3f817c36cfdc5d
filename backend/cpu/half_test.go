package cpu

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// listing is the instructions of a step of a perceptron that computes with d.
func listing(t *testing.T, d graph.DType) []string {
	t.Helper()
	b := newPerceptronOf(t, d, "cpu", 64, 100, 96, 64, 10)
	text := b.exe.(*executable).idle.Load().String()
	return strings.Split(strings.ReplaceAll(text, " bf16", ""), "\n")[1:] // without the size
}

// Mixed precision costs no pass over memory: products round what they pack.
func TestMixedPrecisionIsTheProgramOfFloat32(t *testing.T) {
	for _, d := range []graph.DType{graph.BFloat16, graph.Float16} {
		if want, got := listing(t, graph.Float32), listing(t, d); !slices.Equal(want, got) {
			t.Errorf("%v:\n%s\nwants\n%s", d, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestMixedPrecisionTrainsAlikeOnEveryLevel(t *testing.T) {
	best := kernel.Best()
	defer kernel.SetLevel(kernel.SetLevel(best))
	losses := func(device string) (all []float64) {
		b := newPerceptronOf(t, graph.BFloat16, device, 64, 100, 96, 64, 10)
		for step := range uint64(8) {
			b.run(t, step)
			all = append(all, floats(b.results(t)[0])[0])
		}
		return all
	}
	want := losses("ref")
	for level := kernel.Generic; level <= best; level++ {
		kernel.SetLevel(level)
		for i, got := range losses("cpu") {
			if !(math.Abs(got-want[i]) <= 1e-2*want[i]) {
				t.Errorf("at level %v the loss of step %d is %v, want %v", level, i, got, want[i])
			}
		}
	}
}

// A rounding that somebody asks for is done, alone and in a program of others.
func TestCastToBFloat16AndBackRounds(t *testing.T) {
	for _, d := range []graph.DType{graph.BFloat16, graph.Float16} {
		g := trace(t, func(g *graph.Graph) []*graph.Node {
			x := g.Input(graph.Float32, 1000)
			y := ops.Cast(ops.Cast(x, d), graph.Float32)
			return []*graph.Node{y, ops.Multiply(ops.Subtract(x, y), ops.Scalar(x, 512)), ops.Cast(ops.Cast(x, d), graph.Int32)}
		})
		x := tensor.New(graph.Float32, 1000)
		for i := range x.Data().([]float32) {
			x.Data().([]float32)[i] = float32(i)*1.003 - 500
		}
		want, got := newBench(t, open1(t, "ref"), g, []*tensor.Tensor{x}), newBench(t, open1(t, "cpu"), g, []*tensor.Tensor{x})
		want.run(t, 1)
		got.run(t, 1)
		if !same(t, 1, want.results(t), got.results(t)) {
			t.Errorf("%v", d)
		}
	}
}
