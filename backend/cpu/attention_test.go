package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// An attentionTest is a random attention.
type attentionTest struct {
	op                                                   fused.Attention
	d                                                    graph.DType
	batch, queries, keys, heads, keyHeads, dim, valueDim int
	seen, bias                                           graph.Shape
	layout                                               int     // of the operands
	nasty                                                float64 // share of operands that are no moderate numbers
	large                                                bool    // thousands among them
}

func randomAttention(r *rand.Rand) attentionTest {
	pick := func(n ...int) int { return n[r.IntN(len(n))] }
	keyHeads := pick(1, 2, 4)
	a := attentionTest{d: graph.Float32, batch: pick(1, 2, 3, 5), queries: pick(1, 4, 31, 65), keys: pick(1, 5, 32, 70), heads: keyHeads * pick(1, 2), keyHeads: keyHeads,
		dim: pick(1, 4, 17, 32), valueDim: pick(1, 8, 19), layout: pick(0, 1, 2)}
	switch r.IntN(8) {
	case 0, 1:
		a.batch, a.keyHeads, a.queries, a.keys, a.dim = 4, 1, 130, 260, 3 // blocks of less than all queries
	case 2:
		a.d = []graph.DType{graph.Float64, graph.BFloat16, graph.Float16}[r.IntN(3)]
	}
	a.op = fused.Attention{Scale: .1 + r.Float64(), Hidden: -3e4, Causal: r.IntN(3) == 0, Strict: r.IntN(3) == 0,
		Seen: r.IntN(3) == 0, Bias: r.IntN(4) == 0, Stream: r.Uint64()}
	if r.IntN(3) == 0 {
		a.op.Rate = r.Float64() * .9
	}
	or1 := func(n int) int { return pick(1, n) }
	a.seen = graph.Shape{or1(a.batch), or1(a.heads), or1(a.queries), a.keys}
	a.bias = graph.Shape{or1(a.batch), or1(a.heads), or1(a.queries), a.keys}
	if a.d == graph.Float32 && r.IntN(4) == 0 {
		a.nasty, a.large = []float64{.001, .05, 1}[r.IntN(3)], r.IntN(2) == 0
	}
	return a
}

// operand gives x, which is of that shape, as it may lie: alone, in another order, or as a part.
func (a attentionTest) operand(x *graph.Node, shape ...int) *graph.Node {
	n, t, h, d := shape[0], shape[1], shape[2], shape[3]
	switch a.layout {
	case 1:
		return ops.Transpose(ops.Reshape(x, n, h, t, d), 0, 2, 1, 3)
	case 2:
		two := ops.Concatenate(2, x, ops.Negative(x))
		return graph.Apply(graph.Slice{Start: graph.DimsOf([]int{0, 0, h, 0}), Stop: graph.DimsOf([]int{n, t, 2 * h, d}), Step: graph.RepeatDim(4, 1)}, two)
	}
	return x
}

// graph is the attention and its gradients, and the inputs.
func (a attentionTest) graph(t *testing.T, r *rand.Rand) (*graph.Graph, []*tensor.Tensor) {
	var in []*tensor.Tensor
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		input := func(d graph.DType, shape ...int) *graph.Node {
			n := g.Input(d, shape...)
			in = append(in, a.nastier(r, randomTensor(r, n.Type)))
			return n
		}
		shapes := [][]int{{a.batch, a.queries, a.heads, a.dim}, {a.batch, a.keys, a.keyHeads, a.dim}, {a.batch, a.keys, a.keyHeads, a.valueDim}}
		var given, x []*graph.Node
		for _, s := range shapes {
			given = append(given, input(a.d, s...))
			x = append(x, a.operand(given[len(given)-1], s...))
		}
		if a.op.Seen {
			x = append(x, input(graph.Bool, a.seen...))
		}
		if a.op.Bias {
			given = append(given, input(a.d, a.bias...))
			x = append(x, given[3])
		}
		y := graph.Apply(a.op, x...)
		w := input(a.d, y.Shape...)
		return append([]*graph.Node{y}, graph.Grad(ops.Sum(ops.Multiply(ops.Multiply(y, y), w)), given...)...)
	})
	return g, in
}

// nastier puts in numbers with which scores are infinite, far below what hides a key, or none.
func (a attentionTest) nastier(r *rand.Rand, x *tensor.Tensor) *tensor.Tensor {
	f, _ := tensor.Data[float32](x)
	nasty := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
	if a.large {
		nasty = append(nasty, -3e3, 3e3)
	}
	for i := range f {
		if r.Float64() < a.nasty {
			f[i] = nasty[r.IntN(len(nasty))]
		}
	}
	return x
}

// differ returns where got is not what is wanted, −1 for nowhere. What is infinite or NaN must
// be so, but not which: an infinity times a weight that is denormal, which counts as zero, is
// NaN. The tolerance goes by the largest number.
func (a attentionTest) differ(want, got []float64) int {
	scale, d := 0., a.d
	switch {
	case d.Size() == 2:
		d = graph.BFloat16 // its tolerance: the definition rounds every sum
	case a.large:
		// Logits of some thousands are rounded by some 10⁻⁴, and so are the logarithms of the
		// weights; gradients that are 0 are differences of products of the operands' 3000.
		scale, d = 3e3, graph.BFloat16
	}
	for _, x := range want {
		if x-x == 0 {
			scale = max(scale, math.Abs(x))
		}
	}
	for i, x := range want {
		if x-x != 0 && got[i]-got[i] != 0 {
			continue
		}
		if !near(d, x, got[i], scale) {
			return i
		}
	}
	return -1
}

func TestAttentionIsItsSpelling(t *testing.T) {
	n := uint64(100)
	if testing.Short() {
		n = 30
	}
	def, one, two := open1(t, "ref"), open1(t, "cpu:1"), open1(t, "cpu:2")
	for seed := range n {
		r := rand.New(rand.NewPCG(seed, 5))
		a := randomAttention(r)
		g, in := a.graph(t, r)
		var all [][]*tensor.Tensor
		for _, b := range []*bench{newBench(t, def, g, in), newBench(t, one, g, in), newBench(t, two, g, in)} {
			b.run(t, seed)
			all = append(all, b.results(t))
		}
		for i := range all[0] {
			if where := a.differ(floats(all[0][i]), floats(all[1][i])); where >= 0 {
				t.Fatalf("seed %d: result %d at %d is %v, want %v: %+v", seed, i, where, floats(all[1][i])[where], floats(all[0][i])[where], a)
			}
		}
		for i := range all[1] {
			if fmt.Sprint(all[1][i].Data()) != fmt.Sprint(all[2][i].Data()) {
				t.Fatalf("seed %d: result %d differs with two threads: %+v", seed, i, a)
			}
		}
	}
}

// The memory of a step grows with the length, not with its square.
func TestAttentionKeepsNoScores(t *testing.T) {
	bytes := func(time int) int {
		a := attentionTest{op: fused.Attention{Scale: 1, Hidden: -1e9}, d: graph.Float32, batch: 2, queries: time, keys: time, heads: 4, keyHeads: 4, dim: 4, valueDim: 4}
		g, in := a.graph(t, rand.New(rand.NewPCG(1, 1)))
		return newBench(t, open1(t, "cpu"), g, in).exe.(*executable).idle.Load().Bytes
	}
	if small, large := bytes(1024), bytes(4096); large > 5*small {
		t.Errorf("%d bytes for 1024 steps and %d for 4096", small, large)
	}
}
