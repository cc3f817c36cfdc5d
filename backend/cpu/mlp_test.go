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

// stack is layers of a perceptron whose results and gradients are the graph's outputs.
type stack struct {
	batch int
	sizes []int
	plain bool // without biases
	// more returns further outputs, of the layers' results.
	more func(hs []node) []node
	act  func(x node) node // of the hidden layers; nil: relu
}

func (s stack) graph(t *testing.T) (*graph.Graph, []*tensor.Tensor) {
	var in []*tensor.Tensor
	r := rand.New(rand.NewPCG(8, 9))
	g := trace(t, func(g *graph.Graph) []node {
		input := func(shape ...int) node {
			in = append(in, randomTensor(r, f32(shape...)))
			return g.Input(graph.Float32, shape...)
		}
		x := input(s.batch, s.sizes[0])
		by, hs := []node{x}, []node{x}
		for i, n := range s.sizes[1:] {
			w := ops.Scale(input(s.sizes[i], n), 1/math.Sqrt(float64(s.sizes[i])))
			h := ops.MatMul(hs[i], w)
			by = append(by, w)
			if !s.plain {
				b := input(n)
				h, by = ops.Add(h, b), append(by, b)
			}
			switch {
			case i == len(s.sizes)-2:
			case s.act != nil:
				h = s.act(h)
			default:
				h = rectified(h)
			}
			hs = append(hs, h)
		}
		y := hs[len(hs)-1]
		out := append([]node{y}, graph.Grad(loss(y), by...)...)
		if s.more != nil {
			out = append(out, s.more(hs)...)
		}
		return out
	})
	return g, in
}

func loss(y node) node { return ops.Mean(ops.Multiply(y, ops.Tanh(y))) }

// Fused layers give what the separate ones do, bit for bit with any number of threads.
func TestFusedLayersAreTheirLayers(t *testing.T) {
	for _, row := range []struct {
		stack
		mlps int
	}{
		{stack{batch: 64, sizes: []int{30, 128, 64, 1}}, 1},
		{stack{batch: 128, sizes: []int{31, 130, 67, 3}}, 1},
		{stack{batch: 33, sizes: []int{70, 130, 50, 190, 70, 3}}, 2},
		{stack{batch: 33, sizes: []int{70, 130, 50, 190, 70, 3}, plain: true}, 2},
		{stack{batch: 100, sizes: []int{200, 64, 16}}, 1},
		{stack{batch: 7, sizes: []int{300, 512, 40, 2}}, 1},
		{stack{batch: 3, sizes: []int{30, 128, 64, 1}}, 0},
		{stack{batch: 512, sizes: []int{300, 512, 40, 2}}, 0},
	} {
		g, in := row.graph(t)
		want := newBench(t, open1(t, "ref"), g, in)
		want.run(t, 0)
		var first []*tensor.Tensor
		for _, threads := range []string{"cpu:1", "cpu:2", "cpu:5"} {
			name := fmt.Sprint(row.batch, row.sizes, threads)
			b := newBench(t, open1(t, threads), g, in)
			b.run(t, 0)
			plan := fmt.Sprint(b.exe.(*executable).idle.Load())
			if n := strings.Count(plan, "\nmlp["); n != row.mlps || strings.Count(plan, "\nmlp_grad") != n {
				t.Errorf("%s: %d fused; wants %d:\n%s", name, n, row.mlps, plan)
			}
			if got := b.results(t); first == nil {
				if first = got; !same(t, 1, want.results(t), got) {
					t.Errorf("%s differs from ref:\n%s", name, plan)
				}
			} else {
				sameNumbers(t, name, first, got)
			}
		}
	}
}

// What reads the hidden values otherwise keeps the layers as they are.
func TestLayersThatOthersReadAreNotFused(t *testing.T) {
	s := stack{batch: 64, sizes: []int{30, 128, 64, 1}}
	for name, change := range map[string]func(s *stack){
		"output":       func(s *stack) { s.more = func(hs []node) []node { return hs[1:2] } },
		"another use":  func(s *stack) { s.more = func(hs []node) []node { return []node{ops.Sum(hs[1])} } },
		"its gradient": func(s *stack) { s.more = func(hs []node) []node { return graph.Grad(loss(hs[3]), hs[1]) } },
		"no relu":      func(s *stack) { s.act = func(x node) node { return ops.Tanh(x) } },
	} {
		s := s
		change(&s)
		g, in := s.graph(t)
		a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu"), g, in)
		a.run(t, 0)
		b.run(t, 0)
		if plan := fmt.Sprint(b.exe.(*executable).idle.Load()); strings.Contains(plan, "mlp") || !same(t, 1, a.results(t), b.results(t)) {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}
