package rewrite

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

var update = flag.Bool("update", false, "write the texts in testdata")

type node = *graph.Node

func input(g *graph.Graph, shape ...int) node { return g.Input(graph.Float32, shape...) }

func rectified(x node) node {
	zero := ops.ZerosLike(x)
	return ops.Where(ops.LessEqual(x, zero), zero, x)
}

func window(k, stride, low int) graph.Window {
	return graph.Window{Strides: graph.RepeatDim(2, stride), Low: graph.RepeatDim(2, low), High: graph.RepeatDim(2, low), Dilation: graph.RepeatDim(2, 1)}
}

func pooled(x node) node {
	return graph.Apply(graph.Pool{Fn: graph.Max, Window: window(2, 2, 0), Size: graph.RepeatDim(2, 2)}, x)
}

func convolve(x, f node) node {
	return graph.Apply(graph.Conv{Window: window(3, 1, 1), Groups: 1}, x, f)
}

func grads(y node, by ...node) []node { return graph.Grad(ops.Sum(ops.Multiply(y, y)), by...) }

// examples has a graph for every pass.
var examples = map[string]func(g *graph.Graph) []node{
	"remove_barriers": func(g *graph.Graph) []node {
		x := input(g, 4)
		return []node{graph.Apply(graph.Barrier{}, ops.Tanh(x), ops.Exp(x))}
	},
	"decompose": func(g *graph.Graph) []node {
		return []node{graph.Apply(fused.Softmax{}, g.Input(graph.Float64, 2, 3))}
	},
	"widen_halves": func(g *graph.Graph) []node {
		x, w := g.Input(graph.BFloat16, 2, 3), g.Input(graph.BFloat16, 3, 4)
		return []node{ops.Tanh(ops.MatMul(x, w))}
	},
	"split_depthwise": func(g *graph.Graph) []node {
		x, f := input(g, 2, 5, 5, 3), input(g, 3, 3, 1, 6)
		return []node{graph.Apply(graph.Conv{Window: window(3, 1, 1), Groups: 3}, x, f)}
	},
	"fuse_relu": func(g *graph.Graph) []node {
		x := input(g, 4)
		y := rectified(x)
		return append([]node{y}, grads(y, x)...)
	},
	"join_pads": func(g *graph.Graph) []node {
		x := input(g, 2, 7)
		part := func(lo, hi int) node {
			return graph.Apply(graph.Slice{Start: graph.DimsOf([]int{0, lo}), Stop: graph.DimsOf([]int{2, hi}), Step: graph.RepeatDim(2, 1)}, x)
		}
		return graph.Grad(ops.Add(ops.Sum(ops.Tanh(part(0, 3))), ops.Sum(ops.Exp(part(3, 7)))), x)
	},
	"fuse_bias": func(g *graph.Graph) []node {
		x, w, b := input(g, 2, 3), input(g, 3, 4), input(g, 4)
		return []node{ops.Add(ops.MatMul(x, w), b)}
	},
	"fuse_rnn_input": func(g *graph.Graph) []node {
		const steps, batch, features, units = 5, 8, 3, 4
		x, w, b := input(g, steps, batch, features), input(g, features, 4*units), input(g, 4*units)
		k, h, c := input(g, units, 4*units), input(g, batch, units), input(g, batch, units)
		z := ops.Reshape(ops.Add(ops.MatMul(ops.Reshape(x, steps*batch, features), w), b), steps, batch, 4*units)
		hs := graph.ResultOf(graph.Apply(fused.LSTM{}, z, k, h, c), 0)
		return append([]node{hs}, grads(hs, w, k)...)
	},
	"fuse_sum": func(g *graph.Graph) []node {
		x, w, c := input(g, 2, 3), input(g, 3, 4), input(g, 2, 4)
		return []node{ops.Add(ops.MatMul(x, w), c)}
	},
	"fuse_activation": func(g *graph.Graph) []node {
		x, w, b := input(g, 2, 3), input(g, 3, 4), input(g, 4)
		return []node{rectified(ops.Add(ops.MatMul(x, w), b))}
	},
	"fuse_mask": func(g *graph.Graph) []node {
		x, w, d := input(g, 2, 4), input(g, 4, 3), input(g, 2, 3)
		y := rectified(x)
		return append([]node{y}, graph.Grad(ops.Sum(ops.Multiply(ops.MatMul(y, w), d)), x)...)
	},
	"fuse_dot": func(g *graph.Graph) []node {
		x, y := input(g, 2, 3), input(g, 2, 3)
		return []node{ops.Sum(ops.Multiply(x, y))}
	},
	"mask_before_pool_grad": func(g *graph.Graph) []node {
		x := input(g, 3, 4, 4, 2)
		y := pooled(rectified(x))
		return append([]node{y}, grads(y, x)...)
	},
	"sum_before_pool_grad": func(g *graph.Graph) []node {
		x, b := input(g, 3, 4, 4, 2), input(g, 2)
		y := pooled(ops.Add(x, b))
		return append([]node{y}, grads(y, b)...)
	},
	"fuse_conv_pool": func(g *graph.Graph) []node {
		x, f, b := input(g, 64, 8, 8, 3), input(g, 3, 3, 3, 5), input(g, 5)
		return []node{pooled(rectified(ops.Add(convolve(x, f), b)))}
	},
	"clamp_indices": func(g *graph.Graph) []node {
		x := input(g, 9, 4)
		y := ops.Take(x, g.Input(graph.Int32, 5), 0)
		return append([]node{y}, grads(y, x)...)
	},
	"fuse_mlp": func(g *graph.Graph) []node {
		x, w1, b1, w2, b2 := input(g, 64, 32), input(g, 32, 128), input(g, 128), input(g, 128, 16), input(g, 16)
		y := ops.Add(ops.MatMul(rectified(ops.Add(ops.MatMul(x, w1), b1)), w2), b2)
		return append([]node{y}, grads(y, w1, b1, w2)...)
	},
	"sparsify_updates": func(g *graph.Graph) []node {
		var state []*graph.Variable
		for _, path := range []string{"embeddings", "m", "v"} {
			state = append(state, &graph.Variable{Path: path, Type: graph.Type{DType: graph.Float32, Shape: graph.Shape{900, 16}},
				Initial: tensor.New(graph.Float32, 900, 16)})
		}
		w, m, v := g.Read(state[0]), g.Read(state[1]), g.Read(state[2])
		y := ops.Take(w, g.Input(graph.Int32, 6), 0)
		step := graph.Apply(fused.Adam{Beta1: .9, Beta2: .999, Epsilon: 1e-7}, w, grads(y, w)[0], m, v, input(g))
		for i, s := range state {
			g.Assign(s, graph.ResultOf(step, i))
		}
		return []node{ops.Sum(y)}
	},
}

// Every pass is shown what it looks for and leaves what its text in testdata says. To see what
// a change does to them: go test ./backend/cpu/internal/rewrite -update && git diff.
func TestPassesLeaveWhatTheySay(t *testing.T) {
	for _, p := range Passes {
		t.Run(p.Name, func(t *testing.T) {
			build, ok := examples[p.Name]
			if !ok {
				t.Fatal("there is no example; add one to the table above")
			}
			g, err := graph.Trace(build)
			if err != nil {
				t.Fatal(err)
			}
			before, after := around(p.Name, graph.Prepare(g, native.Native))
			if before == after {
				t.Fatalf("the pass changes nothing of\n%s", before)
			}
			compare(t, filepath.Join("testdata", p.Name+".txt"), fmt.Sprintf("before:\n%s\nafter:\n%s", before, after))
		})
	}
	if len(examples) != len(Passes) {
		t.Errorf("%d examples for %d passes", len(examples), len(Passes))
	}
}

// around is g before and after the named pass.
func around(name string, g *graph.Graph) (before, after string) {
	Apply(g, Options{}, func(p Pass, b, a *graph.Graph) {
		if p.Name == name {
			before, after = Text(b), Text(a)
		}
	})
	return before, after
}

func compare(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("%s has\n%s\ngot\n%s", file, want, text)
	}
}
