package xla

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

var everyType = []graph.DType{graph.Bool, graph.Uint8, graph.Int32, graph.Int64, graph.BFloat16, graph.Float16, graph.Float32, graph.Float64}

// likeWith checks, for an operation on x cast to each type, that the result is that of the reference.
func likeWith(t *testing.T, types []graph.DType, build func(x *graph.Node) []*graph.Node, shape ...int) {
	t.Helper()
	likeWithSlack(t, nil, types, build, shape...)
}

func likeWithSlack(t *testing.T, slack map[graph.DType]float64, types []graph.DType, build func(x *graph.Node) []*graph.Node, shape ...int) {
	t.Helper()
	dev := testDevice(t)
	x := normal(1, shape...)
	for i := range x.Data().([]float32) {
		x.Data().([]float32)[i] *= 3
	}
	for _, dtype := range types {
		t.Run(dtype.String(), func(t *testing.T) {
			g := trace(t, func(g *graph.Graph) []*graph.Node {
				out := build(graph.Apply(graph.Cast{To: dtype}, g.Input(graph.Float32, shape...)))
				for i, n := range out {
					out[i] = graph.Apply(graph.Cast{To: graph.Float64}, n)
				}
				return out
			})
			likeWithin(t, dev, slack[dtype], g, x)
		})
	}
}

func TestMovesAreTheReferencesForEveryType(t *testing.T) {
	dims := func(d ...int) graph.Dims { return graph.DimsOf(d) }
	likeWith(t, everyType, func(x *graph.Node) []*graph.Node {
		row := graph.Apply(graph.Slice{Start: dims(1, 0, 0), Stop: dims(2, 4, 5), Step: dims(1, 1, 1)}, x)
		idx := x.Graph().Literal(tensor.Of([]int64{2, 0, -3, 7, 1}))
		return []*graph.Node{
			row,
			graph.Apply(graph.Broadcast{To: dims(6, 4, 5)}, row),
			graph.Apply(graph.Reshape{To: dims(5, 12)}, x),
			graph.Apply(graph.Transpose{Perm: dims(2, 0, 1)}, x),
			graph.Apply(graph.Slice{Start: dims(0, 1, 0), Stop: dims(3, 4, 5), Step: dims(2, 2, 3)}, x),
			graph.Apply(graph.Pad{Low: dims(1, 0, 2), High: dims(0, 1, 0), Interior: dims(0, 2, 1), Value: 1}, x),
			graph.Apply(graph.Concat{Axis: 1}, x, x, x),
			graph.Apply(graph.Reverse{Axes: 5}, x),
			graph.Apply(graph.Gather{}, x, idx),
			graph.Apply(graph.Scatter{Fn: graph.Set}, x, idx, graph.Apply(graph.Gather{}, x, idx)),
		}
	}, 3, 4, 5)
}

func TestCastsAreTheReferencesForEveryType(t *testing.T) {
	likeWith(t, everyType, func(x *graph.Node) (out []*graph.Node) {
		for _, to := range everyType {
			out = append(out, graph.Apply(graph.Cast{To: to}, x))
		}
		return out
	}, 50)
}

func TestReductionsAreTheReferencesForEveryType(t *testing.T) {
	likeWith(t, everyType[1:], func(x *graph.Node) (out []*graph.Node) {
		for _, fn := range []graph.Fn{graph.Add, graph.Max, graph.Min, graph.Mul} {
			for _, axes := range []uint32{0, 1, 2, 5, 7} {
				if fn != graph.Mul || axes == 1 {
					out = append(out, graph.Apply(graph.Reduce{Fn: fn, Axes: axes}, x))
				}
			}
		}
		for _, fn := range []graph.Fn{graph.Add, graph.Max, graph.Min} {
			out = append(out, graph.Apply(graph.Cumulate{Fn: fn, Axis: 1}, x), graph.Apply(graph.Cumulate{Fn: fn, Axis: 2, Reverse: true}, x))
		}
		return append(out,
			graph.Apply(graph.ArgReduce{Fn: graph.Max, Axis: 1}, x), graph.Apply(graph.ArgReduce{Fn: graph.Min, Axis: 2}, x),
			graph.Apply(graph.ArgSort{Axis: 2}, x), graph.Apply(graph.ArgSort{Axis: 0, Descending: true}, x))
	}, 3, 4, 5)
}

func TestTruthsAreTheReferences(t *testing.T) {
	likeWith(t, everyType[:1], func(x *graph.Node) []*graph.Node {
		rev := graph.Apply(graph.Reverse{Axes: 1}, x)
		return []*graph.Node{
			graph.Apply(graph.Reduce{Fn: graph.And, Axes: 2}, x), graph.Apply(graph.Reduce{Fn: graph.Or, Axes: 1}, x),
			graph.Apply(graph.Binary{Fn: graph.Xor}, x, rev), graph.Apply(graph.Unary{Fn: graph.Not}, x),
			graph.Apply(graph.Compare{Fn: graph.Less}, x, rev), graph.Apply(graph.ArgSort{Axis: 0}, x),
			graph.Apply(graph.Select{}, x, rev, x),
		}
	}, 7, 3)
}

func TestComparisonsAndSignsAreTheReferencesForEveryType(t *testing.T) {
	likeWith(t, everyType[1:], func(x *graph.Node) (out []*graph.Node) {
		rev := graph.Apply(graph.Reverse{Axes: 1}, x)
		for _, fn := range graph.CompareFns() {
			out = append(out, graph.Apply(graph.Compare{Fn: fn}, x, rev))
		}
		for _, fn := range []graph.Fn{graph.Neg, graph.Abs, graph.Sign} {
			out = append(out, graph.Apply(graph.Unary{Fn: fn}, x))
		}
		return out
	}, 64)
}

func TestProductsAreTheReferencesForEveryType(t *testing.T) {
	likeWith(t, everyType[1:], func(x *graph.Node) (out []*graph.Node) {
		a, b := x, graph.Apply(graph.Transpose{Perm: graph.DimsOf([]int{0, 2, 1})}, x)
		for _, op := range []graph.MatMul{{}, {TransA: true, TransB: true}} {
			l, r := a, b
			if op.TransA {
				l, r = b, a
			}
			out = append(out, graph.Apply(op, l, r))
		}
		return append(out, graph.Apply(graph.MatMul{TransA: true}, a, a), graph.Apply(graph.MatMul{TransB: true}, a, a))
	}, 3, 4, 5)
}

func TestHalfFloatsConvolveAndPool(t *testing.T) {
	// Half floats may have this error for sums of about 10, whose terms a GPU may not round one by one.
	slack := map[graph.DType]float64{graph.BFloat16: 8e-2, graph.Float16: 1e-2}
	likeWithSlack(t, slack, []graph.DType{graph.BFloat16, graph.Float16, graph.Float64}, func(x *graph.Node) []*graph.Node {
		w := window([]int{2, 1}, []int{1, 0}, []int{0, 1}, []int{1, 1})
		f := graph.Apply(graph.Reshape{To: graph.DimsOf([]int{2, 2, 2, 3})}, graph.Apply(graph.Slice{
			Start: graph.RepeatDim(1, 0), Stop: graph.RepeatDim(1, 24), Step: graph.RepeatDim(1, 1)}, graph.Apply(graph.Reshape{To: graph.RepeatDim(1, 60)}, x)))
		conv := graph.Conv{Window: w, Groups: 1}
		y := graph.Apply(conv, x, f)
		size := graph.DimsOf([]int{2, 3})
		max, sum := graph.Pool{Window: w, Fn: graph.Max, Size: size}, graph.Pool{Window: w, Fn: graph.Add, Size: size}
		m, s := graph.Apply(max, x), graph.Apply(sum, x)
		return []*graph.Node{y, graph.Apply(graph.ConvGradInput{Conv: conv, In: graph.DimsOf(x.Shape)}, y, f),
			graph.Apply(graph.ConvGradFilter{Conv: conv, Filter: graph.DimsOf(f.Shape)}, x, y),
			m, s, graph.Apply(graph.PoolGrad{Pool: max}, x, m), graph.Apply(graph.PoolGrad{Pool: sum}, x, s)}
	}, 1, 5, 6, 2)
}

func TestEmptyValuesAreTaken(t *testing.T) {
	dev := testDevice(t)
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x, y := g.Input(graph.Float32, 0, 3), g.Input(graph.Float32, 3, 2)
		none := g.Input(graph.Float32, 2, 0)
		idx := g.Literal(tensor.New(graph.Int32, 0))
		conv := graph.Conv{Window: window([]int{1}, []int{0}, []int{0}, []int{1}), Groups: 1}
		img := g.Const(graph.Float32, 1, 0, 4, 2)
		final, stack := graph.Loop{Init: []*graph.Node{x}, Length: 2}.Run(func(c, _ []*graph.Node) (next, out []*graph.Node) { return c, c })
		return append(append(final, stack...),
			graph.Apply(graph.MatMul{}, x, y), graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1}, x),
			graph.Apply(graph.MatMul{TransA: true, TransB: true}, g.Const(graph.Float32, 1, 0, 2), none),
			graph.Apply(graph.Scatter{Fn: graph.Add}, y, idx, g.Const(graph.Float32, 1, 0, 2)), graph.Apply(graph.Gather{}, y, idx),
			graph.Apply(graph.ConvGradFilter{Conv: conv, Filter: graph.DimsOf([]int{2, 2, 3})}, img, g.Const(graph.Float32, 1, 0, 3, 3)),
			graph.Apply(graph.Concat{Axis: 1}, none, none), graph.Apply(graph.ArgSort{Axis: 1}, none))
	})
	like(t, dev, g, tensor.New(graph.Float32, 0, 3), normal(1, 3, 2), tensor.New(graph.Float32, 2, 0))
}

func TestLiteralsOfEveryTypeAndSize(t *testing.T) {
	dev := testDevice(t)
	for _, n := range []int{1, 7, 5000} {
		x := tensor.New(graph.Float32, n, 1)
		for i := range n {
			x.Data().([]float32)[i] = float32(i % 7)
		}
		g := trace(t, func(g *graph.Graph) (out []*graph.Node) {
			for _, dtype := range everyType {
				out = append(out, g.Literal(x.Convert(dtype)))
			}
			return append(out, g.Const(graph.BFloat16, -1.5, n), g.Const(graph.Float16, 1e6, n), g.Const(graph.Float16, 0.1, n),
				g.Const(graph.Float32, 1e-42, n), g.Const(graph.Float64, 1e300, n), g.Const(graph.Bool, 1, n), g.Const(graph.Uint8, 200, n))
		})
		t.Run(fmt.Sprint(n), func(t *testing.T) { like(t, dev, g) })
	}
}
