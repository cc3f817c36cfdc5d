package xla

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// perceptron returns a training step of a network of dense layers, decomposed into primitives:
// softmax cross-entropy and gradient descent with momentum.
func perceptron(t testing.TB, batch int, sizes ...int) *graph.Graph {
	t.Helper()
	bin := func(fn graph.Fn, a, b *graph.Node) *graph.Node { return graph.Apply(graph.Binary{Fn: fn}, a, b) }
	un := func(fn graph.Fn, a *graph.Node) *graph.Node { return graph.Apply(graph.Unary{Fn: fn}, a) }
	to := func(a *graph.Node, s []int) *graph.Node { return graph.Apply(graph.Broadcast{To: graph.DimsOf(s)}, a) }
	sum := func(a *graph.Node, axes uint32) *graph.Node {
		return graph.Apply(graph.Reduce{Fn: graph.Add, Axes: axes}, a)
	}
	return trace(t, func(g *graph.Graph) []*graph.Node {
		last := len(sizes) - 1
		x, y := g.Input(graph.Float32, batch, sizes[0]), g.Input(graph.Float32, batch, sizes[last])
		h := x
		var vars []*graph.Variable
		for i, n := range sizes[1:] {
			w := &graph.Variable{Path: "w" + strconv.Itoa(i), Type: graph.Type{DType: graph.Float32, Shape: []int{sizes[i], n}},
				Initial: normal(uint64(i), sizes[i], n), Trainable: true}
			for k := range w.Initial.Data().([]float32) {
				w.Initial.Data().([]float32)[k] /= float32(math.Sqrt(float64(sizes[i])))
			}
			b := &graph.Variable{Path: "b" + strconv.Itoa(i), Type: graph.Type{DType: graph.Float32, Shape: []int{1, n}}, Trainable: true}
			vars = append(vars, w, b)
			h = bin(graph.Add, graph.Apply(graph.MatMul{}, h, g.Read(w)), to(g.Read(b), []int{batch, n}))
			if i < last-1 {
				h = bin(graph.Max, h, g.Const(graph.Float32, 0, h.Shape...))
			}
		}
		top := graph.Apply(graph.StopGradient{}, graph.Apply(graph.Reduce{Fn: graph.Max, Axes: 2}, h))
		h = bin(graph.Sub, h, to(top, h.Shape))
		logp := bin(graph.Sub, h, to(un(graph.Log, sum(un(graph.Exp, h), 2)), h.Shape))
		loss := graph.Apply(graph.Reshape{}, sum(bin(graph.Mul, logp, y), 3))
		loss = bin(graph.Mul, loss, g.Const(graph.Float32, -1/float64(batch)))
		var reads []*graph.Node
		for _, v := range vars {
			reads = append(reads, g.Read(v))
		}
		for i, d := range graph.Grad(loss, reads...) {
			v := vars[i]
			m := &graph.Variable{Path: v.Path + "/m", Type: v.Type}
			next := bin(graph.Add, bin(graph.Mul, g.Read(m), g.Const(graph.Float32, .9, v.Type.Shape...)), d)
			g.Assign(m, next)
			g.Assign(v, bin(graph.Sub, g.Read(v), bin(graph.Mul, next, g.Const(graph.Float32, .05, v.Type.Shape...))))
		}
		return []*graph.Node{loss}
	})
}

// trainer holds the data needed to run a graph.
type trainer struct {
	exe           backend.Executable
	vars, in, out []backend.Buffer
}

func newTrainer(t testing.TB, dev backend.Device, g *graph.Graph) *trainer {
	t.Helper()
	r := &trainer{}
	var err error
	if r.exe, err = backend.Compile(dev, g); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.exe.Close() })
	add := func(to *[]backend.Buffer, typ graph.Type, initial *tensor.Tensor) {
		b, err := dev.NewBuffer(typ)
		if err == nil && initial != nil {
			err = b.Write(initial)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		*to = append(*to, b)
	}
	for _, v := range g.Variables {
		add(&r.vars, v.Type, v.Initial)
	}
	for _, n := range g.Inputs {
		add(&r.in, n.Type, nil)
	}
	for _, n := range g.Outputs {
		add(&r.out, n.Type, nil)
	}
	return r
}

func (r *trainer) step(t testing.TB, in ...*tensor.Tensor) {
	t.Helper()
	for i, x := range in {
		if err := r.in[i].Lend(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.exe.Run(context.Background(), backend.Call{Seed: 1, Vars: r.vars, In: r.in, Out: r.out}); err != nil {
		t.Fatal(err)
	}
}

func (r *trainer) loss(t testing.TB) float32 {
	t.Helper()
	x := tensor.New(graph.Float32, []int{}...)
	if err := r.out[0].Read(x); err != nil {
		t.Fatal(err)
	}
	return x.Data().([]float32)[0]
}

func labels(batch, classes int) *tensor.Tensor {
	y := tensor.New(graph.Float32, batch, classes)
	for i := range batch {
		y.Data().([]float32)[i*classes+i*7%classes] = 1
	}
	return y
}

func TestTrainingIsTheReferences(t *testing.T) {
	g := perceptron(t, 8, 12, 16, 5)
	dev := testDevice(t)
	a, b := newTrainer(t, dev, g), newTrainer(t, ref.New(), g)
	x, y := normal(5, 8, 12), labels(8, 5)
	var first, got float32
	for i := range 30 {
		a.step(t, x, y)
		b.step(t, x, y)
		got = a.loss(t)
		if want := b.loss(t); math.Abs(float64(got-want)) > 1e-4*math.Max(1, float64(want)) {
			t.Fatalf("step %d: loss %v; want %v", i, got, want)
		}
		if i == 0 {
			first = got
		}
	}
	if got > first/2 {
		t.Errorf("the loss went from %v to %v", first, got)
	}
	w := tensor.New(graph.Float32, 12, 16)
	want := tensor.New(graph.Float32, 12, 16)
	if err := errors.Join(a.vars[0].Read(w), b.vars[0].Read(want)); err != nil {
		t.Fatal(err)
	}
	for i, v := range w.Data().([]float32) {
		if d := v - want.Data().([]float32)[i]; d > 1e-3 || d < -1e-3 {
			t.Fatalf("weight %d: got %v; want %v", i, v, want.Data().([]float32)[i])
		}
	}
}

func TestAVariableBeginsAsZerosAndIsReadBack(t *testing.T) {
	dev := testDevice(t)
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Int64, Shape: []int{3}}}
	u := &graph.Variable{Path: "u", Type: v.Type}
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		old := g.Read(v)
		g.Assign(v, graph.Apply(graph.Binary{Fn: graph.Add}, old, g.Const(graph.Int64, 2, 3)))
		g.Assign(u, old) // swapped with the old value of v
		return []*graph.Node{old, g.Read(v)}
	})
	r := newTrainer(t, dev, g)
	for range 3 {
		r.step(t)
	}
	for i, b := range []backend.Buffer{r.vars[0], r.vars[1], r.out[0], r.out[1]} {
		x := tensor.New(graph.Int64, 3)
		if err := b.Read(x); err != nil {
			t.Fatal(err)
		}
		if want := []int64{6, 4, 4, 6}[i]; !slices.Equal(x.Data().([]int64), []int64{want, want, want}) {
			t.Errorf("buffer %d: got %v; want %d", i, x.Data(), want)
		}
	}
}

func TestTheSeedIsGivenAtRunTime(t *testing.T) {
	dev := testDevice(t)
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{g.Apply(graph.Random{DType: graph.Float32, Dims: graph.DimsOf([]int{100})})}
	})
	r := newTrainer(t, dev, g)
	draw := func(seed uint64) []float32 {
		x := tensor.New(graph.Float32, 100)
		if err := errors.Join(r.exe.Run(context.Background(), backend.Call{Seed: seed, Out: r.out}), r.out[0].Read(x)); err != nil {
			t.Fatal(err)
		}
		return x.Data().([]float32)
	}
	if a, b, again := draw(1), draw(1<<40), draw(1); slices.Equal(a, b) || !slices.Equal(a, again) {
		t.Error("a seed does not decide the draw")
	}
}

func TestTenThousandStepsLeakNothing(t *testing.T) {
	dev := testDevice(t)
	r := newTrainer(t, dev, perceptron(t, 64, 32, 32, 10))
	xs, y := []*tensor.Tensor{normal(5, 64, 32), normal(6, 64, 32)}, labels(64, 10)
	step := func(i int) {
		r.step(t, xs[i%2], y)
		if i%10 == 0 {
			r.loss(t)
		}
	}
	for i := range 1000 {
		step(i)
	}
	runtime.GC()
	client := dev.(*device).client
	before, live, device := resident(), client.Live(), inUse(dev)
	for i := range 10000 {
		step(i)
	}
	r.loss(t)
	runtime.GC()
	if grown := resident() - before; grown > 16 { // leaked inputs alone would take 78 MiB
		t.Errorf("the process grew by %d MiB", grown)
	}
	// There may be fewer: the collector may have freed what earlier tests dropped.
	if now := client.Live(); now > live {
		t.Errorf("got %d arrays and programs on the device; want at most %d", now, live)
	}
	if now := inUse(dev); now > device {
		t.Errorf("the device has %d bytes in use; had %d", now, device)
	}
}

// inUse returns the device memory in use in bytes, or 0 if the plugin does not count it.
func inUse(dev backend.Device) int64 {
	stats, _ := dev.(*device).device.MemoryStats()
	return stats.InUse
}

// resident returns the process's memory in MiB, or 0 if the system does not report it.
func resident() int {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	field, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kb, _ := strconv.Atoi(field)
	return kb >> 10
}

func TestRunAllocatesNothing(t *testing.T) {
	r := newTrainer(t, testDevice(t), perceptron(t, 8, 12, 16, 5))
	x, y := normal(5, 8, 12), labels(8, 5)
	r.step(t, x, y)
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() {
		if err := r.exe.Run(ctx, backend.Call{Seed: 1, Vars: r.vars, In: r.in, Out: r.out}); err != nil {
			t.Fatal(err)
		}
	}); n >= 1 && !raceEnabled {
		t.Errorf("got %v allocations; want 0", n)
	}
}

func TestRunsShareVariablesThatNoneUpdates(t *testing.T) {
	dev := testDevice(t)
	v := &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float32, Shape: []int{64, 64}}}
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, 64, 64)
		return []*graph.Node{graph.Apply(graph.Binary{Fn: graph.Add}, graph.Apply(graph.MatMul{}, x, g.Read(v)), x)}
	})
	shared := newTrainer(t, dev, g)
	var all sync.WaitGroup
	for k := range 8 {
		in, _ := dev.NewBuffer(g.Inputs[0].Type)
		out, _ := dev.NewBuffer(g.Outputs[0].Type)
		x, y := normal(uint64(k), 64, 64), tensor.New(graph.Float32, 64, 64)
		all.Go(func() {
			defer in.Close()
			defer out.Close()
			for range 100 {
				err := errors.Join(in.Write(x), shared.exe.Run(context.Background(), backend.Call{Vars: shared.vars, In: []backend.Buffer{in}, Out: []backend.Buffer{out}}), out.Read(y))
				if err != nil || !slices.Equal(x.Data().([]float32), y.Data().([]float32)) {
					t.Errorf("goroutine %d: wrong result, %v", k, err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestWhatWasLentMayChangeAfterRun(t *testing.T) {
	dev := testDevice(t)
	const n = 512
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x := g.Input(graph.Float32, n, n)
		return []*graph.Node{graph.Apply(graph.MatMul{}, graph.Apply(graph.MatMul{}, x, x), x)}
	})
	r := newTrainer(t, dev, g)
	x, y := tensor.New(graph.Float32, n, n), tensor.New(graph.Float32, n, n)
	for range 10 {
		for i := range n * n {
			x.Data().([]float32)[i] = 1
		}
		r.step(t, x)
		clear(x.Data().([]float32))
		if err := r.out[0].Read(y); err != nil {
			t.Fatal(err)
		}
		if d := y.Data().([]float32); slices.Min(d) != n*n || slices.Max(d) != n*n {
			t.Fatalf("got values in [%v, %v]; want %v", slices.Min(d), slices.Max(d), n*n)
		}
	}
}
