package xla

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/philox"
	"github.com/rhyton/rhyton/tensor"
)

func window(strides, low, high, dilation []int) graph.Window {
	return graph.Window{Strides: graph.DimsOf(strides), Low: graph.DimsOf(low), High: graph.DimsOf(high), Dilation: graph.DimsOf(dilation)}
}

func TestConvolutionsAndTheirGradientsAreTheReferences(t *testing.T) {
	dev := testDevice(t)
	for _, row := range []struct {
		x, f   []int
		w      graph.Window
		groups int
	}{
		{[]int{2, 7, 6, 3}, []int{3, 2, 3, 4}, window([]int{1, 1}, []int{0, 0}, []int{0, 0}, []int{1, 1}), 1},
		{[]int{2, 7, 6, 3}, []int{3, 2, 3, 4}, window([]int{2, 3}, []int{1, 1}, []int{2, 0}, []int{1, 1}), 1},
		{[]int{2, 9, 8, 4}, []int{3, 3, 2, 6}, window([]int{1, 2}, []int{2, 1}, []int{0, 1}, []int{2, 1}), 2},
		{[]int{2, 5, 5, 3}, []int{3, 3, 1, 6}, window([]int{1, 1}, []int{1, 1}, []int{1, 1}, []int{1, 1}), 3},
		{[]int{3, 11, 2}, []int{3, 2, 5}, window([]int{3}, []int{4}, []int{1}, []int{2}), 1},
		{[]int{1, 4, 5, 6, 2}, []int{2, 2, 3, 2, 3}, window([]int{1, 2, 1}, []int{0, 1, 1}, []int{1, 0, 1}, []int{1, 1, 1}), 1},
		{[]int{2, 6, 6, 1}, []int{1, 1, 1, 2}, window([]int{3, 3}, []int{2, 2}, []int{1, 1}, []int{1, 1}), 1},
	} {
		t.Run(fmt.Sprint(row.x, row.f, row.w, row.groups), func(t *testing.T) {
			op := graph.Conv{Window: row.w, Groups: row.groups}
			var y []int
			trace(t, func(g *graph.Graph) []*graph.Node {
				n := graph.Apply(op, g.Input(graph.Float32, row.x...), g.Input(graph.Float32, row.f...))
				y = n.Shape
				return nil
			})
			g := trace(t, func(g *graph.Graph) []*graph.Node {
				x, f, dy := g.Input(graph.Float32, row.x...), g.Input(graph.Float32, row.f...), g.Input(graph.Float32, y...)
				return []*graph.Node{
					graph.Apply(op, x, f),
					graph.Apply(graph.ConvGradInput{Conv: op, In: graph.DimsOf(row.x)}, dy, f),
					graph.Apply(graph.ConvGradFilter{Conv: op, Filter: graph.DimsOf(row.f)}, x, dy),
				}
			})
			like(t, dev, g, normal(1, row.x...), normal(2, row.f...), normal(3, y...))
		})
	}
}

func TestPoolingIsTheReferences(t *testing.T) {
	dev := testDevice(t)
	for _, row := range []struct {
		x, size []int
		w       graph.Window
	}{
		{[]int{2, 6, 6, 3}, []int{2, 2}, window([]int{2, 2}, []int{0, 0}, []int{0, 0}, []int{1, 1})},
		{[]int{2, 7, 5, 3}, []int{3, 2}, window([]int{1, 2}, []int{1, 0}, []int{2, 1}, []int{1, 1})},
		{[]int{1, 12, 13, 2}, []int{9, 10}, window([]int{2, 1}, []int{3, 0}, []int{1, 9}, []int{1, 1})},
		{[]int{2, 9, 3}, []int{2}, window([]int{3}, []int{0}, []int{1}, []int{1})},
		{[]int{1, 4, 4, 4, 2}, []int{2, 3, 2}, window([]int{1, 1, 2}, []int{1, 1, 0}, []int{0, 1, 0}, []int{1, 1, 1})},
	} {
		for _, fn := range []graph.Fn{graph.Max, graph.Add} {
			t.Run(fmt.Sprint(fn, row), func(t *testing.T) {
				op := graph.Pool{Window: row.w, Fn: fn, Size: graph.DimsOf(row.size)}
				var y []int
				trace(t, func(g *graph.Graph) []*graph.Node {
					y = graph.Apply(op, g.Input(graph.Float32, row.x...)).Shape
					return nil
				})
				g := trace(t, func(g *graph.Graph) []*graph.Node {
					x, u, dy := g.Input(graph.Float32, row.x...), g.Input(graph.Float32, row.x...), g.Input(graph.Float32, y...)
					out := []*graph.Node{graph.Apply(op, x), graph.Apply(graph.PoolGrad{Pool: op}, x, dy)}
					if fn == graph.Max {
						out = append(out, graph.Apply(graph.MaxPoolGather{Pool: op}, x, u))
					}
					return out
				})
				x := normal(1, row.x...)
				for i, v := range x.Data().([]float32) { // ties
					x.Data().([]float32)[i] = float32(math.Round(float64(v)))
				}
				like(t, dev, g, x, normal(2, row.x...), normal(3, y...))
			})
		}
	}
}

func TestElementwiseFunctionsAreTheReferences(t *testing.T) {
	dev := testDevice(t)
	for _, dtype := range []graph.DType{graph.Float32, graph.Float64} {
		for _, fn := range graph.UnaryFns() {
			if fn == graph.Not {
				continue
			}
			g := trace(t, func(g *graph.Graph) []*graph.Node {
				x := graph.Apply(graph.Cast{To: dtype}, g.Input(graph.Float32, 4, 8))
				return []*graph.Node{graph.Apply(graph.Unary{Fn: fn}, x)}
			})
			t.Run(fmt.Sprint(fn, dtype), func(t *testing.T) { like(t, dev, g, normal(1, 4, 8)) })
		}
		for _, fn := range []graph.Fn{graph.Add, graph.Sub, graph.Mul, graph.Div, graph.Pow, graph.Max, graph.Min, graph.Atan2, graph.Rem} {
			g := trace(t, func(g *graph.Graph) []*graph.Node {
				x, y := graph.Apply(graph.Cast{To: dtype}, g.Input(graph.Float32, 4, 8)), graph.Apply(graph.Cast{To: dtype}, g.Input(graph.Float32, 4, 8))
				return []*graph.Node{graph.Apply(graph.Binary{Fn: fn}, x, y)}
			})
			t.Run(fmt.Sprint(fn, dtype), func(t *testing.T) { like(t, dev, g, normal(1, 4, 8), normal(2, 4, 8)) })
		}
	}
}

func TestIntegerFunctionsAreTheReferences(t *testing.T) {
	dev := testDevice(t)
	for _, dtype := range []graph.DType{graph.Uint8, graph.Int32, graph.Int64} {
		for _, fn := range graph.BinaryFns() {
			g := trace(t, func(g *graph.Graph) []*graph.Node {
				x, y := graph.Apply(graph.Cast{To: dtype}, g.Input(graph.Int32, 64)), graph.Apply(graph.Cast{To: dtype}, g.Input(graph.Int32, 64))
				return []*graph.Node{graph.Apply(graph.Binary{Fn: fn}, x, y)}
			})
			a, b := make([]int32, 64), make([]int32, 64)
			for i := range a {
				a[i], b[i] = int32(i%8-3), int32(i/8-3)
			}
			t.Run(fmt.Sprint(fn, dtype), func(t *testing.T) { like(t, dev, g, tensor.Of(a), tensor.Of(b)) })
		}
	}
}

func TestDrawsAreThePhiloxBits(t *testing.T) {
	dev := testDevice(t)
	const n, seed, stream = 1003, 0x0123456789ABCDEF, 0xFEDCBA9876543210
	g := trace(t, func(g *graph.Graph) (out []*graph.Node) {
		for _, dtype := range []graph.DType{graph.Float32, graph.Float64} {
			for _, dist := range []graph.Distribution{graph.Uniform, graph.Normal} {
				out = append(out, g.Apply(graph.Random{Dist: dist, Stream: stream, DType: dtype, Dims: graph.DimsOf([]int{17, 59})}))
			}
		}
		return out
	})
	got := run(t, dev, g, seed)
	for i := range uint64(n) {
		w4, w2 := philox.Block(seed, stream, i/4), philox.Block(seed, stream, i/2)
		if a, b := got[0].Data().([]float32)[i], philox.Uniform(w4[i%4]); a != b {
			t.Fatalf("uniform %d: got %v; want %v", i, a, b)
		}
		if a, b := got[1].Data().([]float32)[i], philox.Normals(w4)[i%4]; a != b {
			t.Fatalf("normal %d: got %v; want %v", i, a, b)
		}
		if a, b := got[2].Data().([]float64)[i], philox.Uniforms64(w2)[i%2]; a != b {
			t.Fatalf("uniform64 %d: got %v; want %v", i, a, b)
		}
		if a, b := got[3].Data().([]float64)[i], philox.Normals64(w2)[i%2]; math.Abs(a-b) > 1e-14 {
			t.Fatalf("normal64 %d: got %v; want %v", i, a, b)
		}
	}
}

func TestTheLastUpdateOfARowWins(t *testing.T) {
	dev := testDevice(t)
	for _, fn := range []graph.Fn{graph.Set, graph.Add, graph.Mul, graph.Max, graph.Min} {
		g := trace(t, func(g *graph.Graph) []*graph.Node {
			x, idx, u := g.Input(graph.Float32, 5, 2), g.Input(graph.Int32, 3, 4), g.Input(graph.Float32, 3, 4, 2)
			return []*graph.Node{graph.Apply(graph.Scatter{Fn: fn}, x, idx, u), graph.Apply(graph.Gather{}, x, idx)}
		})
		idx := tensor.Of([]int32{0, 3, 3, -1, 5, 0, 2, 3, 0, -7, 100, 2}, 3, 4)
		t.Run(fn.String(), func(t *testing.T) { like(t, dev, g, normal(1, 5, 2), idx, normal(2, 3, 4, 2)) })
	}
}

func TestOrderingIsTheReferences(t *testing.T) {
	dev := testDevice(t)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	x := tensor.Of([]float32{3, 1, nan, 1, -inf, 3, 0, 2, 2, -1, inf, 2, nan, nan, 1, 5, -inf, -inf, -inf, -inf}, 5, 4)
	g := trace(t, func(g *graph.Graph) (out []*graph.Node) {
		x := g.Input(graph.Float32, 5, 4)
		for axis := range 2 {
			out = append(out, graph.Apply(graph.ArgSort{Axis: axis}, x), graph.Apply(graph.ArgSort{Axis: axis, Descending: true}, x),
				graph.Apply(graph.ArgReduce{Fn: graph.Max, Axis: axis}, x), graph.Apply(graph.ArgReduce{Fn: graph.Min, Axis: axis}, x))
			for _, fn := range []graph.Fn{graph.Max, graph.Min, graph.Add, graph.Mul} {
				out = append(out, graph.Apply(graph.Cumulate{Fn: fn, Axis: axis}, x), graph.Apply(graph.Cumulate{Fn: fn, Axis: axis, Reverse: true}, x),
					graph.Apply(graph.Reduce{Fn: fn, Axes: 1 << axis}, x))
			}
		}
		return out
	})
	like(t, dev, g, x)
}

func TestScansNestAndCapture(t *testing.T) {
	dev := testDevice(t)
	big := normal(9, 40, 40)
	for i := range big.Data().([]float32) {
		big.Data().([]float32)[i] /= 16 // far from the flat part of tanh
	}
	for _, reverse := range []bool{false, true} {
		g := trace(t, func(g *graph.Graph) []*graph.Node {
			h, xs, w := g.Input(graph.Float32, 3, 40), g.Input(graph.Float32, 5, 3, 40), g.Literal(big)
			final, stack := graph.Loop{Init: []*graph.Node{h}, Seqs: []*graph.Node{xs}, Reverse: reverse}.Run(func(c, x []*graph.Node) (next, out []*graph.Node) {
				y := graph.Apply(graph.Unary{Fn: graph.Tanh}, graph.Apply(graph.Binary{Fn: graph.Add}, graph.Apply(graph.MatMul{}, c[0], w), x[0]))
				inner, _ := graph.Loop{Init: []*graph.Node{y}, Length: 3}.Run(func(c, _ []*graph.Node) (next, out []*graph.Node) {
					own := c[0].Graph().Literal(normal(10, 3, 40))
					return []*graph.Node{graph.Apply(graph.Binary{Fn: graph.Mul}, graph.Apply(graph.Binary{Fn: graph.Sub}, c[0], x[0]), own)}, nil
				})
				return []*graph.Node{y}, inner
			})
			loss := graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 7}, graph.Apply(graph.Binary{Fn: graph.Mul}, stack[0], stack[0]))
			grads := graph.Grad(graph.Apply(graph.Reshape{}, loss), h, xs)
			return slices.Concat(final, stack, grads)
		})
		t.Run(fmt.Sprint(reverse), func(t *testing.T) { like(t, dev, g, normal(1, 3, 40), normal(2, 5, 3, 40)) })
	}
}
