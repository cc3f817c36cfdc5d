package cpu

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/tensor"
)

// bench runs one graph on a device with given contents of variables and inputs.
type bench struct {
	dev       backend.Device
	exe       backend.Executable
	vars, in  []backend.Buffer
	out       []backend.Buffer
	outTypes  []graph.Type
	variables []*graph.Variable
}

func open1(t testing.TB, name string) backend.Device {
	t.Helper()
	dev, err := backend.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dev.Close() })
	return dev
}

func newBench(t testing.TB, dev backend.Device, g *graph.Graph, in []*tensor.Tensor) *bench {
	t.Helper()
	exe, err := backend.Compile(dev, g)
	if err != nil {
		t.Fatalf("%v\n%v", err, g)
	}
	b := &bench{dev: dev, exe: exe, variables: g.Variables}
	for _, v := range g.Variables {
		init := v.Initial
		if init == nil {
			init = tensor.New(v.Type.DType, v.Type.Shape...)
		}
		b.vars = append(b.vars, b.buffer(t, v.Type, init))
	}
	for i, n := range g.Inputs {
		b.in = append(b.in, b.buffer(t, n.Type, in[i]))
	}
	for _, n := range g.Outputs {
		b.out = append(b.out, b.buffer(t, n.Type, nil))
		b.outTypes = append(b.outTypes, n.Type)
	}
	return b
}

func (b *bench) buffer(t testing.TB, typ graph.Type, init *tensor.Tensor) backend.Buffer {
	t.Helper()
	buf, err := b.dev.NewBuffer(typ)
	if err != nil {
		t.Fatal(err)
	}
	if init != nil {
		if err := buf.Write(init); err != nil {
			t.Fatal(err)
		}
	}
	return buf
}

func (b *bench) run(t testing.TB, seed uint64) {
	t.Helper()
	if err := b.exe.Run(context.Background(), backend.Call{Seed: seed, Vars: b.vars, In: b.in, Out: b.out}); err != nil {
		t.Fatal(err)
	}
}

// results are the outputs and then the variables.
func (b *bench) results(t testing.TB) (all []*tensor.Tensor) {
	t.Helper()
	for i, o := range b.out {
		all = append(all, read(t, o, b.outTypes[i]))
	}
	for i, v := range b.vars {
		all = append(all, read(t, v, b.variables[i].Type))
	}
	return all
}

func read(t testing.TB, b backend.Buffer, typ graph.Type) *tensor.Tensor {
	t.Helper()
	x := tensor.New(typ.DType, typ.Shape...)
	if err := b.Read(x); err != nil {
		t.Fatal(err)
	}
	return x
}

// floats widens any array.
func floats(t *tensor.Tensor) []float64 {
	out := make([]float64, t.Len())
	for i := range out {
		switch d := t.Data().(type) {
		case []bool:
			if d[i] {
				out[i] = 1
			}
		case []uint8:
			out[i] = float64(d[i])
		case []int32:
			out[i] = float64(d[i])
		case []int64:
			out[i] = float64(d[i])
		case []uint16:
			out[i] = float64(half.FromBFloat16(d[i]))
			if t.DType() == tensor.Float16 {
				out[i] = float64(half.FromFloat16(d[i]))
			}
		case []float32:
			out[i] = float64(d[i])
		case []float64:
			out[i] = d[i]
		}
	}
	return out
}

// near compares with a tolerance that grows with the type's step and the size of things.
// A float64 may come from float32s.
func near(d graph.DType, a, b, scale float64) bool {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return true
	}
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return false
	}
	tol := map[graph.DType]float64{graph.Float32: 2e-5, graph.Float64: 2e-5, graph.BFloat16: 3e-2, graph.Float16: 4e-3}[d]
	return math.Abs(a-b) <= tol*max(scale, math.Abs(a), math.Abs(b), 0.1)
}

// randomTensor has modest numbers, some equal.
func randomTensor(r *rand.Rand, typ graph.Type) *tensor.Tensor {
	t := tensor.New(typ.DType, typ.Shape...)
	for i := range t.Len() {
		x := r.NormFloat64()
		switch d := t.Data().(type) {
		case []bool:
			d[i] = x > 0
		case []uint8:
			d[i] = uint8(r.IntN(9))
		case []int32:
			d[i] = int32(r.IntN(9) - 4)
		case []int64:
			d[i] = int64(r.IntN(9) - 4)
		case []uint16:
			d[i] = half.ToBFloat16(float32(x))
			if typ.DType == graph.Float16 {
				d[i] = half.ToFloat16(float32(x))
			}
		case []float32:
			d[i] = float32(x)
		case []float64:
			d[i] = x
		}
	}
	return t
}

// gen writes random graphs down. Operations that would magnify small differences of
// devices without bound are left out.
type gen struct {
	r      *rand.Rand
	g      *graph.Graph
	nodes  []*graph.Node
	deep   int
	floats int // 4 with half floats, 2 without
}

func (x *gen) pick(ok func(n *graph.Node) bool) *graph.Node {
	for range 20 {
		if n := x.nodes[x.r.IntN(len(x.nodes))]; ok(n) {
			return n
		}
	}
	return nil
}

func (x *gen) shape() []int {
	s := make([]int, x.r.IntN(4))
	for i := range s {
		s[i] = 1 + x.r.IntN(5)
	}
	return s
}

func float(n *graph.Node) bool { return n.DType.IsFloat() }

// fit makes n of another's type.
func (x *gen) fit(n, like *graph.Node) *graph.Node {
	if n.DType.IsFloat() && !like.DType.IsFloat() { // truncation would magnify the last bit
		n = x.g.Const(graph.Int32, float64(x.r.IntN(5)), n.Shape...)
	}
	if n.DType != like.DType {
		n = graph.Apply(graph.Cast{To: like.DType}, n)
	}
	if n.Shape.Size() == like.Shape.Size() {
		return graph.Apply(graph.Reshape{To: graph.DimsOf(like.Shape)}, n)
	}
	s := make([]int, like.Rank())
	keep := x.r.IntN(1 << like.Rank())
	for i := range s {
		if s[i] = 1; keep>>i&1 == 1 {
			s[i] = like.Shape[i]
		}
	}
	size := graph.Shape(s).Size()
	flat := graph.Apply(graph.Reshape{To: graph.DimsOf([]int{n.Shape.Size()})}, n)
	idx := x.g.Apply(graph.Iota{DType: graph.Int32, Axis: 0, Dims: graph.DimsOf([]int{size})})
	row := graph.Apply(graph.Reshape{To: graph.DimsOf(s)}, graph.Apply(graph.Gather{}, flat, idx))
	return graph.Apply(graph.Broadcast{To: graph.DimsOf(like.Shape)}, row)
}

func (x *gen) step() *graph.Node {
	r := x.r
	n := x.nodes[r.IntN(len(x.nodes))]
	switch r.IntN(16) {
	case 0, 1:
		if f := x.pick(float); f != nil {
			fns := []graph.Fn{graph.Neg, graph.Abs, graph.Tanh, graph.Sigmoid, graph.Sin, graph.Erf, graph.Atan}
			return graph.Apply(graph.Unary{Fn: fns[r.IntN(len(fns))]}, f)
		}
	case 2, 3, 4:
		if n.DType != graph.Bool {
			fns := []graph.Fn{graph.Add, graph.Sub, graph.Mul, graph.Max, graph.Min}
			return graph.Apply(graph.Binary{Fn: fns[r.IntN(len(fns))]}, n, x.fit(x.nodes[r.IntN(len(x.nodes))], n))
		}
		return graph.Apply(graph.Binary{Fn: []graph.Fn{graph.And, graph.Or, graph.Xor}[r.IntN(3)]}, n, x.fit(x.nodes[r.IntN(len(x.nodes))], n))
	case 5:
		a := x.nodes[r.IntN(3)] // given, so that the last bit of a computed value decides nothing
		c := graph.Apply(graph.Compare{Fn: []graph.Fn{graph.Less, graph.GreaterEqual}[r.IntN(2)]}, a, x.fit(x.nodes[r.IntN(3)], a))
		if !c.Shape.Equal(n.Shape) {
			c = x.fit(c, graph.Apply(graph.Cast{To: graph.Bool}, n))
		}
		return graph.Apply(graph.Select{}, c, n, x.fit(x.nodes[r.IntN(len(x.nodes))], n))
	case 6:
		return x.move(n)
	case 7, 8:
		return x.index(n)
	case 9:
		if n.DType != graph.Bool && n.Rank() > 0 {
			axes := uint32(r.IntN(1 << n.Rank()))
			return graph.Apply(graph.Reduce{Fn: []graph.Fn{graph.Add, graph.Max, graph.Min}[r.IntN(3)], Axes: axes}, n)
		}
	case 10:
		if n.DType != graph.Bool && n.Rank() > 0 {
			return graph.Apply(graph.Cumulate{Fn: []graph.Fn{graph.Add, graph.Max}[r.IntN(2)], Axis: r.IntN(n.Rank()), Reverse: r.IntN(2) == 0}, n)
		}
	case 11, 12:
		if n.Rank() >= 2 && n.DType != graph.Bool {
			perm := graph.DimsOf([]int{0, 1, 2, 3, 4, 5}[:n.Rank()])
			perm.At[n.Rank()-1], perm.At[n.Rank()-2] = n.Rank()-2, n.Rank()-1
			if r.IntN(2) == 0 {
				return graph.Apply(graph.MatMul{TransB: true}, n, n)
			}
			return graph.Apply(graph.MatMul{}, graph.Apply(graph.Transpose{Perm: perm}, n), n)
		}
	case 13:
		d := []graph.DType{graph.Float32, graph.Float64, graph.BFloat16, graph.Float16}[r.IntN(x.floats)]
		return graph.Apply(graph.Cast{To: d}, n)
	case 14:
		if x.deep < 2 {
			return x.scan()
		}
	case 15:
		return x.g.Const(graph.Float32, r.NormFloat64(), x.shape()...)
	}
	return n
}

func (x *gen) move(n *graph.Node) *graph.Node {
	r, k := x.r, n.Rank()
	switch r.IntN(6) {
	case 0:
		return graph.Apply(graph.Transpose{Perm: graph.DimsOf(r.Perm(k))}, n)
	case 1:
		s := graph.Slice{Start: graph.RepeatDim(k, 0), Stop: graph.DimsOf(n.Shape), Step: graph.RepeatDim(k, 1+r.IntN(2))}
		for i := range k {
			s.Start.At[i] = r.IntN(n.Shape[i])
		}
		return graph.Apply(s, n)
	case 2:
		return graph.Apply(graph.Reverse{Axes: uint32(r.IntN(1 << k))}, n)
	case 3:
		return graph.Apply(graph.Pad{Low: graph.RepeatDim(k, r.IntN(2)), High: graph.RepeatDim(k, r.IntN(2)), Interior: graph.RepeatDim(k, r.IntN(2)), Value: 1}, n)
	case 4:
		if k > 0 {
			return graph.Apply(graph.Concat{Axis: r.IntN(k)}, n, n)
		}
	}
	return graph.Apply(graph.Reshape{To: graph.DimsOf([]int{n.Shape.Size()})}, n)
}

func (x *gen) index(n *graph.Node) *graph.Node {
	r := x.r
	if n.Rank() == 0 {
		return n
	}
	idx := x.pick(func(n *graph.Node) bool { return n.DType.IsInt() })
	if idx == nil || idx.Rank()+n.Rank() > 4 {
		idx = x.g.Const(graph.Int64, float64(r.IntN(3)), 2)
	}
	switch r.IntN(3) {
	case 0:
		return graph.Apply(graph.Gather{}, n, idx)
	case 1:
		if n.DType != graph.Bool {
			up := graph.Apply(graph.Gather{}, n, idx)
			return graph.Apply(graph.Scatter{Fn: []graph.Fn{graph.Add, graph.Max, graph.Set}[r.IntN(3)]}, n, idx, up)
		}
	}
	if n.DType.IsInt() {
		return graph.Apply(graph.ArgSort{Axis: r.IntN(n.Rank()), Descending: r.IntN(2) == 0}, n)
	}
	return n
}

// scan carries one or two values through a random body.
func (x *gen) scan() *graph.Node {
	seq := x.pick(func(n *graph.Node) bool { return n.Rank() > 0 })
	a, b := x.pick(float), x.nodes[x.r.IntN(len(x.nodes))]
	if seq == nil || a == nil {
		return x.nodes[0]
	}
	loop := graph.Loop{Init: []*graph.Node{a, b}, Seqs: []*graph.Node{seq}, Reverse: x.r.IntN(2) == 0}
	final, stack := loop.Run(func(carry, in []*graph.Node) (next, results []*graph.Node) {
		y := &gen{r: x.r, g: x.g, deep: x.deep + 1, floats: x.floats, nodes: append([]*graph.Node{carry[0], carry[1], in[0]}, x.nodes[len(x.nodes)-1])}
		for range 2 + x.r.IntN(5) {
			y.add()
		}
		bounded := graph.Apply(graph.Unary{Fn: graph.Tanh}, y.fit(y.nodes[len(y.nodes)-1], carry[0]))
		return []*graph.Node{bounded, y.fit(y.nodes[x.r.IntN(len(y.nodes))], carry[1])}, []*graph.Node{y.nodes[len(y.nodes)-2], carry[0], bounded}
	})
	x.nodes = append(x.nodes, stack[1:]...)
	x.nodes = append(x.nodes, final...)
	return stack[0]
}

func (x *gen) add() {
	n := x.step()
	if n.Shape.Size() > 3000 || n.Rank() > 4 || n.Shape.Size() == 0 {
		return
	}
	if n.DType.IsFloat() && x.r.IntN(3) == 0 { // keep numbers small
		n = graph.Apply(graph.Unary{Fn: graph.Tanh}, n)
	}
	x.nodes = append(x.nodes, n)
}

// randomGraph has inputs, variables that are updated, and several outputs.
func randomGraph(seed uint64, steps int) (*graph.Graph, []*tensor.Tensor, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	var in []*tensor.Tensor
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x := &gen{r: r, g: g, floats: 2}
		if seed%4 == 0 {
			x.floats = 4
		}
		for _, d := range []graph.DType{graph.Float32, graph.Float32, graph.Int32, graph.Bool, graph.Float64} {
			n := g.Input(d, x.shape()...)
			in = append(in, randomTensor(r, n.Type))
			x.nodes = append(x.nodes, n)
		}
		var vars []*graph.Variable
		for i := range 3 {
			t := graph.Type{DType: graph.Float32, Shape: append(graph.Shape{2}, x.shape()...)}
			vars = append(vars, &graph.Variable{Path: fmt.Sprint("v", i), Type: t, Initial: randomTensor(r, t)})
			x.nodes = append(x.nodes, g.Read(vars[i]))
		}
		x.nodes = append(x.nodes, g.Apply(graph.Random{Dist: graph.Distribution(r.IntN(2)), Stream: seed, DType: graph.Float32, Dims: graph.DimsOf(x.shape())}))
		for range steps {
			x.add()
		}
		for _, v := range vars {
			n := x.fit(x.nodes[r.IntN(len(x.nodes))], g.Read(v))
			if r.IntN(2) == 0 {
				n = graph.Apply(graph.Binary{Fn: graph.Add}, g.Read(v), graph.Apply(graph.Unary{Fn: graph.Tanh}, n))
			}
			g.Assign(v, n)
		}
		var out []*graph.Node
		for range 4 {
			out = append(out, x.nodes[r.IntN(len(x.nodes))])
		}
		return append(out, x.nodes[len(x.nodes)-1])
	})
	return g, in, err
}

func TestRandomGraphsGiveWhatTheDefinitionGives(t *testing.T) {
	n := uint64(400)
	if testing.Short() {
		n = 60
	}
	dev, def := open1(t, "cpu"), open1(t, "ref")
	for seed := range n {
		g, in, err := randomGraph(seed, 12)
		if err != nil { // a scan that begins with values from further outside than its body reads
			continue
		}
		a, b := newBench(t, def, g, in), newBench(t, dev, g, in)
		for step := range uint64(2) {
			a.run(t, step)
			b.run(t, step)
			if !same(t, seed, a.results(t), b.results(t)) {
				t.Fatalf("seed %d, step %d:\n%v\n%v", seed, step, b.exe.(*executable).g, b.exe.(*executable).idle.Load())
			}
		}
	}
}

func same(t *testing.T, seed uint64, want, got []*tensor.Tensor) bool {
	t.Helper()
	for i := range want {
		w, g := floats(want[i]), floats(got[i])
		scale := 0.
		for _, x := range w {
			if x = math.Abs(x); x <= math.MaxFloat64 {
				scale = max(scale, x)
			}
		}
		bad := 0
		for k := range w {
			d := want[i].DType()
			if seed%4 == 0 && d.IsFloat() { // may come from a half float
				d = graph.BFloat16
			}
			if !near(d, w[k], g[k], scale) {
				bad++
			}
		}
		if bad > 0 {
			t.Errorf("seed %d: result %d %v %v: %d of %d differ\n%v\n%v", seed, i, want[i].DType(), want[i].Shape(), bad, len(w), head(w), head(g))
			return false
		}
	}
	return true
}

func head(x []float64) []float64 { return x[:min(len(x), 12)] }
