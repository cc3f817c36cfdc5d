package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/emit"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// updating returns a device that emits updates of variables of at least large elements early.
func updating(t testing.TB, large int) *device {
	dev := open1(t, "cpu:2").(*device)
	dev.large = large
	return dev
}

const never = math.MaxInt

// code returns the instructions of b.
func code(b *bench) []string {
	return strings.Split(b.exe.(*executable).idle.Load().String(), "\n")
}

// The weights of a layer are updated before the gradients of those below it are computed, and
// their memory serves again; the bits are those of updates at the end.
func TestLargeUpdatesComeEarly(t *testing.T) {
	sizes := []int{64, 256, 256, 256, 10}
	g, err := perceptron(40, sizes...) // too large a batch for fuse_mlp
	if err != nil {
		t.Fatal(err)
	}
	in := perceptronInputs(40, 64, 10)
	early, late := newBench(t, updating(t, emit.EarlySize), g, in), newBench(t, updating(t, never), g, in)
	lines := code(early)
	update := slices.Index(lines, "adam float32(256, 256)")
	below := slices.Index(lines, "gemm tn 1x(64, 256, 40)")
	if update < 0 || below < update {
		t.Errorf("the update is instruction %d, the gradient below it %d:\n%s", update, below, strings.Join(lines, "\n"))
	}
	a, b := early.exe.(*executable).idle.Load().Bytes, late.exe.(*executable).idle.Load().Bytes
	if want := b - 3*256*256; a > want {
		t.Errorf("%d bytes; late updates take %d; wants most of a gradient less", a, b)
	}
	for step := range uint64(3) {
		early.run(t, step)
		late.run(t, step)
		if !reflect.DeepEqual(early.results(t), late.results(t)) {
			t.Fatalf("step %d differs", step)
		}
	}
}

// So it is with any optimizer that needs no more than a weight, its gradient and its state.
func TestUpdatesOfAnyOptimizerComeEarly(t *testing.T) {
	for name, update := range map[string]func(w, g *graph.Node) *graph.Node{
		"descent": func(w, g *graph.Node) *graph.Node { return ops.Subtract(w, ops.Scale(g, 0.1)) },
		"decay":   func(w, g *graph.Node) *graph.Node { return ops.Subtract(ops.Scale(w, 0.99), ops.Scale(g, 0.1)) },
	} {
		g := trace(t, func(g *graph.Graph) []*graph.Node {
			h := g.Input(graph.Float32, 16, 80)
			r := rand.New(rand.NewPCG(7, 7))
			var ws []*graph.Node
			var vars []*graph.Variable
			for i := range 3 {
				vars = append(vars, weight(r, fmt.Sprint("w", i), 80, 80))
				ws = append(ws, g.Read(vars[i]))
				h = ops.Tanh(ops.MatMul(h, ws[i]))
			}
			loss := ops.Mean(ops.Multiply(h, h))
			for i, d := range graph.Grad(loss, ws...) {
				g.Assign(vars[i], update(ws[i], d))
			}
			return []*graph.Node{loss}
		})
		in := []*tensor.Tensor{randomTensor(rand.New(rand.NewPCG(8, 8)), f32(16, 80))}
		early, late := newBench(t, updating(t, emit.EarlySize), g, in), newBench(t, updating(t, never), g, in)
		gradient := 0 // the first layer's, which comes last
		for i, line := range code(early) {
			if line == "gemm tn 1x(80, 80, 16)" {
				gradient = i
			}
		}
		updates := 0
		for _, line := range code(early)[:gradient] {
			if strings.HasSuffix(line, ": (80, 80)") {
				updates++
			}
		}
		if updates < 2 {
			t.Errorf("%s: %d updates before the last gradient:\n%s", name, updates, strings.Join(code(early), "\n"))
		}
		if a, b := early.exe.(*executable).idle.Load().Bytes, late.exe.(*executable).idle.Load().Bytes; a >= b {
			t.Errorf("%s: %d bytes; late updates take %d", name, a, b)
		}
		for step := range uint64(3) {
			early.run(t, step)
			late.run(t, step)
			if !reflect.DeepEqual(early.results(t), late.results(t)) {
				t.Fatalf("%s: step %d differs", name, step)
			}
		}
	}
}

// The small ones are one instruction.
func TestSmallUpdatesAreOneInstruction(t *testing.T) {
	b := newPerceptron(t, "cpu", 12, 20, 33, 17, 10)
	var adams []string
	for _, line := range code(b) {
		if strings.HasPrefix(line, "adam") {
			adams = append(adams, line)
		}
	}
	total := 20*33 + 33 + 33*17 + 17 + 17*10 + 10
	if want := fmt.Sprintf("adam of 6 weights, %d elements", total); !slices.Equal(adams, []string{want}) {
		t.Errorf("%q; wants %q", adams, want)
	}
}

// Steps that depend on one another, have other settings or another rate are not joined.
func TestOtherUpdatesAreNotJoined(t *testing.T) {
	build := func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 5, 7)
		rate, fast := g.Input(graph.Float32), g.Input(graph.Float32)
		step := func(i int, op fused.Adam, grad, rate *graph.Node) *graph.Node {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			var in []*graph.Node
			vars := []*graph.Variable{weight(r, fmt.Sprint("w", i), 5, 7), weight(nil, fmt.Sprint("m", i), 5, 7), weight(nil, fmt.Sprint("v", i), 5, 7)}
			for _, v := range vars {
				in = append(in, g.Read(v))
			}
			n := graph.Apply(op, in[0], grad, in[1], in[2], rate)
			for j, v := range vars {
				g.Assign(v, graph.ResultOf(n, j))
			}
			return graph.ResultOf(n, 0)
		}
		usual, other := fused.Adam{Beta1: .9, Beta2: .999, Epsilon: 1e-7}, fused.Adam{Beta1: .8, Beta2: .999, Epsilon: 1e-7}
		a := step(0, usual, x, rate)
		step(1, usual, ops.Multiply(x, x), rate)
		step(2, other, x, rate)
		step(3, usual, x, fast)
		step(4, usual, ops.MatMul(a, ops.MatMul(ops.Transpose(a), a)), rate) // of a new weight
		step(5, usual, ops.Multiply(a, x), rate)                             // likewise
		return []*graph.Node{a}
	}
	g := trace(t, build)
	in := []*tensor.Tensor{randomTensor(rand.New(rand.NewPCG(4, 4)), f32(5, 7)), tensor.Scalar[float32](1e-3), tensor.Scalar[float32](1e-2)}
	a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, open1(t, "cpu"), g, in)
	for step := range uint64(3) {
		a.run(t, step)
		b.run(t, step)
		if !same(t, 1, a.results(t), b.results(t)) {
			t.Fatalf("step %d:\n%v", step, strings.Join(code(b), "\n"))
		}
	}
	if !slices.Contains(code(b), "adam of 2 weights, 70 elements") {
		t.Errorf("the first two are not joined:\n%v", strings.Join(code(b), "\n"))
	}
}

// Values that are read at the end, by outputs, by other variables' updates or late in the
// graph, are the old ones however early the update comes.
func TestEarlyUpdatesShowOldValues(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 4, 6)
		r := rand.New(rand.NewPCG(5, 5))
		w, u, k := weight(r, "w", 6, 6), weight(r, "u", 6, 6), weight(r, "k", 6, 6)
		h := ops.MatMul(x, g.Read(w))
		d := graph.Grad(ops.Mean(ops.Multiply(h, h)), g.Read(w))[0]
		old := g.Read(w)
		later := ops.MatMul(ops.MatMul(h, g.Read(u)), old)
		g.Assign(w, ops.Subtract(old, ops.Scale(d, 0.1)))
		g.Assign(u, old)                                           // the old one
		g.Assign(k, ops.Add(ops.Scale(g.Read(k), 0.5), g.Read(w))) // the new one
		return []*graph.Node{old, later, ops.Transpose(old), g.Read(w)}
	})
	in := []*tensor.Tensor{randomTensor(rand.New(rand.NewPCG(6, 6)), f32(4, 6))}
	a, b := newBench(t, open1(t, "ref"), g, in), newBench(t, updating(t, 1), g, in)
	for step := range uint64(3) {
		a.run(t, step)
		b.run(t, step)
		if !same(t, 1, a.results(t), b.results(t)) {
			t.Fatalf("step %d:\n%v", step, strings.Join(code(b), "\n"))
		}
	}
}

func TestRandomGraphsWithEarlyUpdates(t *testing.T) {
	n := uint64(300)
	if testing.Short() {
		n = 60
	}
	early, late := updating(t, 1), updating(t, never)
	moved := 0
	for seed := range n {
		g, in, err := randomGraph(seed, 20)
		if err != nil {
			continue
		}
		a, b := newBench(t, late, g, in), newBench(t, early, g, in)
		if !slices.Equal(code(a)[1:], code(b)[1:]) {
			moved++
		}
		for step := range uint64(2) {
			a.run(t, step)
			b.run(t, step)
			if !same(t, seed, a.results(t), b.results(t)) {
				t.Fatalf("seed %d, step %d:\n%v\n%v", seed, step, b.exe.(*executable).g, b.exe.(*executable).idle.Load())
			}
		}
	}
	if moved < int(n)/10 {
		t.Errorf("early updates change %d programs of %d", moved, n)
	}
}
