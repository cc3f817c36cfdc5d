package cpu

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A lookup is a model of indices (batch, 3) that reads tables.
type lookup struct {
	name   string
	tables []graph.Shape
	model  func(w []node, ids node) node
	sgd    bool
	sparse int // tables that are updated by rows
}

// touches reports whether a step's cost is that of the rows it touches.
func (l lookup) touches() bool { return l.sgd || l.sparse > 0 }

func first(w []node, ids node) node { return ops.Take(w[0], ids, 0) }

var lookups = []lookup{
	{name: "one", tables: []graph.Shape{{900, 16}}, model: first, sparse: 1},
	{name: "of 5", tables: []graph.Shape{{900, 5}}, model: first, sparse: 1},
	{name: "of 1", tables: []graph.Shape{{4000, 1}}, model: first, sparse: 1},
	{name: "of numbers", tables: []graph.Shape{{4000}}, model: first, sparse: 1},
	{name: "of matrices", tables: []graph.Shape{{900, 3, 7}}, model: first, sparse: 1},
	{name: "two", tables: []graph.Shape{{900, 16}, {700, 20}}, sparse: 2, model: func(w []node, ids node) node {
		return ops.Concatenate(-1, ops.Take(w[0], ids, 0), ops.Take(w[1], ops.Shift(ids, -250), 0))
	}},
	{name: "shared", tables: []graph.Shape{{900, 16}}, sparse: 1, model: func(w []node, ids node) node {
		return ops.Multiply(ops.Take(w[0], ids, 0), ops.Take(w[0], ops.Shift(ids, 1), 0))
	}},
	{name: "read beside", tables: []graph.Shape{{900, 16}}, sparse: 1, model: func(w []node, ids node) node {
		return ops.Add(ops.Take(w[0], ids, 0), graph.Apply(graph.StopGradient{}, ops.Take(w[0], ops.Shift(ids, 7), 0)))
	}},
	{name: "tied", tables: []graph.Shape{{900, 16}}, model: func(w []node, ids node) node {
		return ops.Add(ops.Take(w[0], ids, 0), ops.Mean(w[0]))
	}},
	{name: "penalty", tables: []graph.Shape{{900, 16}}, model: func(w []node, ids node) node {
		return ops.Add(ops.Take(w[0], ids, 0), ops.Scale(ops.Sum(ops.Square(w[0])), 1e-3))
	}},
	{name: "small", tables: []graph.Shape{{60, 16}}, model: first},
	{name: "sgd", tables: []graph.Shape{{900, 16}}, model: first, sgd: true},
	{name: "sgd shared", tables: []graph.Shape{{900, 16}}, sgd: true, model: func(w []node, ids node) node {
		return ops.Multiply(ops.Take(w[0], ids, 0), ops.Take(w[0], ops.Shift(ids, 1), 0))
	}},
}

const lookupBatch = 6

// graphs are a training step, of inputs indices and rate, and a prediction.
func (l lookup) graphs(t testing.TB, batch int) (step, predict *graph.Graph) {
	r := rand.New(rand.NewPCG(5, 5))
	var vars []*graph.Variable
	for i, s := range l.tables {
		vars = append(vars, weight(r, fmt.Sprint("w", i), s...))
		for k := range vars[i].Initial.Data().([]float32) {
			vars[i].Initial.Data().([]float32)[k] = float32(r.NormFloat64())
		}
	}
	read := func(g *graph.Graph) (w []node) {
		for _, v := range vars {
			w = append(w, g.Read(v))
		}
		return w
	}
	step = trace(t, func(g *graph.Graph) []node {
		ids, rate := g.Input(graph.Int32, batch, 3), g.Input(graph.Float32)
		w := read(g)
		y := l.model(w, ids)
		loss := ops.Sum(ops.Square(ops.Subtract(ops.Scale(y, 1.5), ops.Scalar(y, .3))))
		for i, d := range graph.Grad(loss, w...) {
			v := vars[i]
			if l.sgd {
				g.Assign(v, ops.Subtract(w[i], ops.Multiply(d, rate)))
				continue
			}
			m, s := weight(nil, v.Path+"/m", v.Type.Shape...), weight(nil, v.Path+"/v", v.Type.Shape...)
			n := graph.Apply(fused.Adam{Beta1: .9, Beta2: .999, Epsilon: 1e-7}, w[i], d, g.Read(m), g.Read(s), rate)
			for j, u := range []*graph.Variable{v, m, s} {
				g.Assign(u, graph.ResultOf(n, j))
			}
		}
		return []node{loss}
	})
	predict = trace(t, func(g *graph.Graph) []node {
		return []node{l.model(read(g), g.Input(graph.Int32, batch, 3))}
	})
	return step, predict
}

// A lookupRun is a lookup that trains on a device and predicts from the same weights.
type lookupRun struct {
	*bench
	predict *bench
}

func (l lookup) on(t testing.TB, dev backend.Device, batch int) lookupRun {
	t.Helper()
	step, predict := l.graphs(t, batch)
	ids := tensor.New(graph.Int32, batch, 3)
	run := lookupRun{newBench(t, dev, step, []*tensor.Tensor{ids, tensor.Of([]float32{0}, []int{}...)}), newBench(t, dev, predict, []*tensor.Tensor{ids})}
	for i, v := range run.predict.variables {
		run.predict.vars[i] = run.vars[slices.Index(run.variables, v)]
	}
	return run
}

func (l lookupRun) set(t testing.TB, ids []int32, rate float32) {
	t.Helper()
	x := tensor.Of(ids, len(ids)/3, 3)
	for _, err := range []error{l.in[0].Write(x), l.in[1].Write(tensor.Of([]float32{rate}, []int{}...)), l.predict.in[0].Write(x)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// idsOf draws indices of which some repeat.
func idsOf(r *rand.Rand, batch, rows int) []int32 {
	ids := make([]int32, batch*3)
	for i := range ids {
		if ids[i] = int32(r.IntN(rows)); i > 0 && r.IntN(4) == 0 {
			ids[i] = ids[r.IntN(i)]
		}
	}
	return ids
}

func densely(t testing.TB) backend.Device {
	dev := open1(t, "cpu:2")
	dev.(*device).dense = true
	return dev
}

// agree fails where arrays differ by more than tol of their largest element.
func agree(t *testing.T, name string, tol float64, want, got []*tensor.Tensor) {
	t.Helper()
	for i := range want {
		a, b := floats(want[i]), floats(got[i])
		most := 0.0
		for _, x := range a {
			most = max(most, math.Abs(x))
		}
		for k := range a {
			if !(math.Abs(a[k]-b[k]) <= tol*most) {
				t.Fatalf("%s: array %d at %d is %v; wants %v", name, i, k, b[k], a[k])
			}
		}
	}
}

// A run of batches with repeated indices, rates that change, predictions and looks at the
// weights in between, and weights set from outside.
func TestTablesTrainAsDenseAdamDoes(t *testing.T) {
	for _, l := range lookups {
		runs := []lookupRun{l.on(t, open1(t, "cpu:2"), lookupBatch), l.on(t, densely(t), lookupBatch), l.on(t, open1(t, "ref"), lookupBatch)}
		if n := len(runs[0].exe.(*executable).idle.Load().Bound); n != l.sparse {
			t.Errorf("%s: %d tables are updated by rows; wants %d", l.name, n, l.sparse)
		}
		rows := l.tables[0][0]
		if used, table := runs[0].exe.(*executable).idle.Load().Bytes, 4*l.tables[0].Size(); l.touches() && used >= table {
			t.Errorf("%s: a step has %d bytes of its own, the table %d", l.name, used, table)
		}
		r := rand.New(rand.NewPCG(7, 7))
		for step := range 48 {
			ids, seen := idsOf(r, lookupBatch, rows), idsOf(r, lookupBatch, rows)
			rate := []float32{1e-3, 3e-3, 0, 2e-2}[step/7%4]
			var outs [][]*tensor.Tensor
			for _, run := range runs {
				run.set(t, ids, rate)
				run.run(t, 0)
				out := []*tensor.Tensor{read(t, run.out[0], run.outTypes[0])}
				if step%5 == 3 {
					run.set(t, seen, 0)
					run.predict.run(t, 0)
					out = append(out, read(t, run.predict.out[0], run.predict.outTypes[0]))
				}
				if step%20 == 11 {
					out = run.results(t)
				}
				if step == 33 {
					if err := run.vars[0].Write(run.variables[0].Initial); err != nil {
						t.Fatal(err)
					}
				}
				outs = append(outs, out)
			}
			agree(t, fmt.Sprintf("%s, step %d", l.name, step), 1e-6, outs[1], outs[0])
			agree(t, fmt.Sprintf("%s, step %d, definition", l.name, step), 1e-5, outs[2], outs[0])
		}
		agree(t, l.name, 1e-6, runs[1].results(t), runs[0].results(t))
	}
}

// After tableSteps steps every row is brought up to date; rows not seen for long come to a rest.
func TestTablesOfLongRuns(t *testing.T) {
	l := lookup{tables: []graph.Shape{{300, 4}}, model: first}
	a, b := l.on(t, open1(t, "cpu:1"), 1), l.on(t, densely(t), 1)
	r := rand.New(rand.NewPCG(8, 8))
	for step := range storage.TableSteps + 700 {
		ids := idsOf(r, 1, 300)
		if step > 200 && step < 5000 {
			ids = []int32{1, 2, 3}
		}
		for _, run := range []lookupRun{a, b} {
			run.set(t, ids, 1e-4)
			run.run(t, 0)
		}
	}
	agree(t, "long", 1e-5, b.results(t), a.results(t))
}

// What follows is done to the buffers of a table by programs that know nothing of tables.
func TestTablesOfManyPrograms(t *testing.T) {
	l := lookups[0]
	sparse, dense, want := l.on(t, open1(t, "cpu:2"), lookupBatch), l.on(t, densely(t), lookupBatch), l.on(t, densely(t), lookupBatch)
	moments := func(b *bench) []backend.Buffer { return []backend.Buffer{b.vars[1], b.vars[2]} }
	others := moments(dense.bench)
	dense.vars, dense.predict.vars = sparse.vars, sparse.predict.vars
	r := rand.New(rand.NewPCG(9, 9))
	for step := range 40 {
		run := sparse
		if step%7 >= 5 {
			run = dense
		}
		ids := idsOf(r, lookupBatch, 900)
		for _, x := range []lookupRun{run, want} {
			x.set(t, ids, 1e-2)
			x.run(t, 0)
			if step%6 == 0 {
				x.predict.run(t, 0)
			}
		}
		agree(t, fmt.Sprint("loss ", step), 1e-6, []*tensor.Tensor{read(t, want.out[0], want.outTypes[0])}, []*tensor.Tensor{read(t, run.out[0], run.outTypes[0])})
	}
	old := moments(sparse.bench)
	wm, wv := read(t, want.vars[1], want.variables[1].Type), read(t, want.vars[2], want.variables[2].Type)
	copy(sparse.vars[1:], others) // as another optimizer has them
	for i := range 2 {
		want.vars[1+i].Write(tensor.New(graph.Float32, 900, 16))
	}
	for _, x := range []lookupRun{sparse, want} {
		x.run(t, 0)
		x.run(t, 0)
	}
	agree(t, "other moments", 1e-6, want.results(t), sparse.results(t))
	agree(t, "old moments", 1e-6, []*tensor.Tensor{wm, wv}, []*tensor.Tensor{read(t, old[0], want.variables[1].Type), read(t, old[1], want.variables[2].Type)})
	sparse.run(t, 0)
	want.run(t, 0)
	sparse.vars[1].Close()
	agree(t, "closed moments", 1e-6, []*tensor.Tensor{read(t, want.vars[0], want.variables[0].Type)}, []*tensor.Tensor{read(t, sparse.vars[0], want.variables[0].Type)})
}

func TestTablesDoNotDependOnTheThreads(t *testing.T) {
	l := lookup{tables: []graph.Shape{{40000, 16}}, model: first}
	var want []*tensor.Tensor
	for _, threads := range []string{"cpu:1", "cpu:2", "cpu:4"} {
		run := l.on(t, open1(t, threads), 300)
		r := rand.New(rand.NewPCG(3, 3))
		for step := range 30 {
			run.set(t, idsOf(r, 300, 20000), 1e-3)
			run.run(t, 0)
			if step%9 == 0 {
				run.predict.run(t, 0)
			}
		}
		got := run.results(t)
		if want == nil {
			want = got
		}
		for i := range got {
			if !slices.Equal(bits(got[i]), bits(want[i])) {
				t.Errorf("%s: array %d differs from one thread's", threads, i)
			}
		}
	}
}

// Predictions and reads may come at the same time, and each sees Adam's weights.
func TestTablesAreReadConcurrently(t *testing.T) {
	l := lookup{tables: []graph.Shape{{3000, 16}}, model: first}
	dev := open1(t, "cpu:2")
	a, b := l.on(t, dev, 20), l.on(t, densely(t), 20)
	r := rand.New(rand.NewPCG(3, 3))
	for range 5 {
		for range 30 {
			ids := idsOf(r, 20, 1000)
			for _, run := range []lookupRun{a, b} {
				run.set(t, ids, 1e-3)
				run.run(t, 0)
			}
		}
		b.set(t, idsOf(r, 20, 1000), 0)
		b.predict.run(t, 0)
		want := read(t, b.predict.out[0], b.predict.outTypes[0])
		weights := read(t, b.vars[0], b.variables[0].Type)
		ids := read(t, b.in[0], graph.Type{DType: graph.Int32, Shape: graph.Shape{20, 3}})
		var wg sync.WaitGroup
		for i := range 6 {
			in, _ := dev.NewBuffer(graph.Type{DType: graph.Int32, Shape: graph.Shape{20, 3}})
			out, _ := dev.NewBuffer(a.predict.outTypes[0])
			in.Write(ids)
			wg.Go(func() {
				if i == 5 {
					got := tensor.New(graph.Float32, 3000, 16)
					if err := a.vars[0].Read(got); err != nil {
						t.Error(err)
					}
					agreeing(t, weights, got)
					return
				}
				if err := a.predict.exe.Run(context.Background(), backend.Call{Vars: a.predict.vars, In: []backend.Buffer{in}, Out: []backend.Buffer{out}}); err != nil {
					t.Error(err)
				}
				got := tensor.New(graph.Float32, want.Shape()...)
				out.Read(got)
				agreeing(t, want, got)
			})
		}
		wg.Wait()
	}
}

func agreeing(t *testing.T, want, got *tensor.Tensor) {
	all := floats(got)
	for i, x := range floats(want) {
		if y := all[i]; math.Abs(x-y) > 1e-6*(1+math.Abs(x)) {
			t.Errorf("element %d is %v; wants %v", i, y, x)
			return
		}
	}
}

func TestTablesAllocateNothing(t *testing.T) {
	for _, l := range lookups {
		run := l.on(t, open1(t, "cpu:2"), lookupBatch)
		r := rand.New(rand.NewPCG(7, 7))
		ids := make([][]int32, 40)
		for i := range ids {
			ids[i] = idsOf(r, lookupBatch, 900)
		}
		x := tensor.New(graph.Int32, lookupBatch, 3)
		k := 0
		step := func() {
			copy(x.Data().([]int32), ids[k%len(ids)])
			k++
			run.in[0].Lend(x)
			run.run(t, 0)
			run.predict.run(t, 0)
		}
		step()
		if n := testing.AllocsPerRun(30, step); n != 0 {
			t.Errorf("%s: %v allocations a step", l.name, n)
		}
	}
}

// BenchmarkTable is a step over a table of 10⁶ rows of 16, of which a batch of 256 looks 8
// up: rows that come again soon, rows that seldom do, and with every row updated.
func BenchmarkTable(b *testing.B) {
	for _, row := range []struct {
		name string
		rows int // that are looked up
		dev  backend.Device
	}{
		{"8192 rows", 8192, open1(b, "cpu")}, {"all rows", 1_000_000, open1(b, "cpu")}, {"dense", 8192, densely(b)},
	} {
		b.Run(row.name, func(b *testing.B) {
			const batch = 256 * 8 / 3
			l := lookup{tables: []graph.Shape{{1_000_000, 16}}, model: first}
			run := l.on(b, row.dev, batch)
			r := rand.New(rand.NewPCG(7, 7))
			x := tensor.New(graph.Int32, batch, 3)
			run.in[0].Lend(x)
			run.in[1].Write(tensor.Of([]float32{1e-3}, []int{}...))
			ids := x.Data().([]int32)
			for b.Loop() {
				for i := range ids {
					ids[i] = int32(r.IntN(row.rows))
				}
				run.run(b, 0)
			}
		})
	}
}
