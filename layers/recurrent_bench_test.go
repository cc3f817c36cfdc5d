package layers_test

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// sequenceLayers returns recurrent layers, fused and step by step.
func sequenceLayers() map[string]func() layers.Module {
	return map[string]func() layers.Module{
		"LSTM":            func() layers.Module { return &layers.LSTM{Units: 64} },
		"GRU":             func() layers.Module { return &layers.GRU{Units: 64} },
		"SimpleRNN":       func() layers.Module { return &layers.SimpleRNN{Units: 64} },
		"LSTM of dropout": func() layers.Module { return &layers.LSTM{Units: 64, RecurrentDropout: .2} },
	}
}

// step returns the graph of the gradient of a layer's weights on a batch of 32 sequences of 32
// features.
func step(b testing.TB, l layers.Module, steps int) *graph.Graph {
	b.Helper()
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := layers.NewScope(g)
		s.Training = true
		y := s.CallAll(l, g.Input(graph.Float32, 32, steps, 32))[0]
		_, d := s.Gradient(ops.Sum(ops.Square(y)))
		return d
	})
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// Compile time of a training step does not depend on the sequence length: a thousand steps take as
// long as ten.
func BenchmarkCompileRecurrent(b *testing.B) {
	dev, err := backend.Open("cpu")
	if err != nil {
		b.Fatal(err)
	}
	for name, make := range sequenceLayers() {
		for _, steps := range []int{10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", name, steps), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					exe, err := backend.Compile(dev, step(b, make(), steps))
					if err != nil {
						b.Fatal(err)
					}
					exe.Close()
				}
			})
		}
	}
}

// BenchmarkRecurrentGradient computes one gradient on all threads.
func BenchmarkRecurrentGradient(b *testing.B) {
	dev, err := backend.Open("cpu")
	if err != nil {
		b.Fatal(err)
	}
	for name, make := range sequenceLayers() {
		b.Run(name, func(b *testing.B) {
			g := step(b, make(), 100)
			exe, err := backend.Compile(dev, g)
			if err != nil {
				b.Fatal(err)
			}
			vars, in, out := buffers(b, dev, g)
			b.ReportAllocs()
			for b.Loop() {
				if err := exe.Run(b.Context(), backend.Call{Seed: 1, Vars: vars, In: in, Out: out}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// buffers returns the buffers of g on dev: variables with their initial values, inputs, outputs.
func buffers(b testing.TB, dev backend.Device, g *graph.Graph) (vars, in, out []backend.Buffer) {
	b.Helper()
	add := func(t graph.Type, v *tensor.Tensor) backend.Buffer {
		buf, err := dev.NewBuffer(t)
		if err == nil && v != nil {
			err = buf.Write(v)
		}
		if err != nil {
			b.Fatal(err)
		}
		return buf
	}
	for _, v := range g.Variables {
		var initial *tensor.Tensor
		if v.Make != nil {
			var err error
			if initial, err = v.Make(); err != nil {
				b.Fatal(err)
			}
		}
		vars = append(vars, add(v.Type, initial))
	}
	for i, n := range g.Inputs {
		in = append(in, add(n.Type, wave(i, n.Shape...)))
	}
	for _, n := range g.Outputs {
		out = append(out, add(n.Type, nil))
	}
	return vars, in, out
}
