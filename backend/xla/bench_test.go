package xla

import (
	"context"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// BenchmarkStep trains the classic digits network; testdata/step_jax.py is the same step in JAX.
func BenchmarkStep(b *testing.B) {
	r := newTrainer(b, testDevice(b), perceptron(b, 128, 784, 512, 256, 10))
	x, y := normal(5, 128, 784), labels(128, 10)
	r.step(b, x, y)
	b.Run("loss read each step", func(b *testing.B) {
		for b.Loop() {
			r.step(b, x, y)
			r.loss(b)
		}
	})
	b.Run("loss left", func(b *testing.B) {
		for b.Loop() {
			r.step(b, x, y)
		}
	})
}

// BenchmarkTiny measures the overhead of a run.
func BenchmarkTiny(b *testing.B) {
	dev := testDevice(b)
	g := trace(b, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 4)
		return []*graph.Node{graph.Apply(graph.Binary{Fn: graph.Add}, x, x)}
	})
	r := newTrainer(b, dev, g)
	x, y := normal(1, 4), tensor.New(graph.Float32, 4)
	if err := r.in[0].Write(x); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.Run("run", func(b *testing.B) {
		for b.Loop() {
			if err := r.exe.Run(ctx, backend.Call{In: r.in, Out: r.out}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write run read", func(b *testing.B) {
		for b.Loop() {
			if err := r.in[0].Write(x); err != nil {
				b.Fatal(err)
			}
			if err := r.exe.Run(ctx, backend.Call{In: r.in, Out: r.out}); err != nil {
				b.Fatal(err)
			}
			if err := r.out[0].Read(y); err != nil {
				b.Fatal(err)
			}
		}
	})
}

var _ backend.Device = (*device)(nil)
