package ref

import (
	"math"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// floatsOf and intsOf return values to compute with.
func floatsOf(shape []int, xs ...float64) value {
	return value{Type: graph.Type{DType: graph.Float64, Shape: shape}, f: xs}
}

func intsOf(d graph.DType, shape []int, xs ...int64) value {
	return value{Type: graph.Type{DType: d, Shape: shape}, i: xs}
}

func line(xs ...float64) value { return floatsOf([]int{len(xs)}, xs...) }

func numbersOf(v value) []float64 {
	all := slices.Clone(v.f)
	for _, x := range v.i {
		all = append(all, float64(x))
	}
	return all
}

func at(xs ...int) graph.Dims { return graph.DimsOf(xs) }

func win(rank, stride, low, high, dilation int) graph.Window {
	return graph.Window{Strides: graph.RepeatDim(rank, stride), Low: graph.RepeatDim(rank, low), High: graph.RepeatDim(rank, high), Dilation: graph.RepeatDim(rank, dilation)}
}

// The expected results of each primitive are computed by hand.
func TestPrimitivesByHand(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	square := floatsOf([]int{2, 3}, 1, 2, 3, 4, 5, 6)
	conv := graph.Conv{Window: win(1, 1, 1, 0, 1), Groups: 1}
	pool := graph.Pool{Window: win(1, 2, 0, 0, 1), Fn: graph.Max, Size: at(2)}
	row := floatsOf([]int{1, 4, 1}, 1, 7, 7, 2)
	for _, c := range []struct {
		op   graph.Op
		in   []value
		want []float64
	}{
		{graph.Const{DType: graph.Uint8, Value: 300, Dims: at(1)}, nil, []float64{255}},
		{graph.Const{DType: graph.BFloat16, Value: 1.01, Dims: at(1)}, nil, []float64{1.0078125}},
		{graph.Iota{DType: graph.Int32, Axis: 1, Dims: at(2, 3)}, nil, []float64{0, 1, 2, 0, 1, 2}},
		{graph.Unary{Fn: graph.Round}, []value{line(.5, 1.5, -.5, -2.5)}, []float64{0, 2, 0, -2}},
		{graph.Unary{Fn: graph.Sign}, []value{line(-3, 0, nan, 9)}, []float64{-1, 0, nan, 1}},
		{graph.Unary{Fn: graph.Sigmoid}, []value{line(0, -inf, inf)}, []float64{.5, 0, 1}},
		{graph.Unary{Fn: graph.Digamma}, []value{line(1, .5, 0)}, []float64{-0.5772156649015329, -1.9635100260214235, nan}},
		{graph.Unary{Fn: graph.Lgamma}, []value{line(5, -inf)}, []float64{math.Log(24), inf}},
		{graph.Unary{Fn: graph.Not}, []value{intsOf(graph.Uint8, []int{2}, 0, 5)}, []float64{255, 250}},
		{graph.Unary{Fn: graph.Not}, []value{intsOf(graph.Bool, []int{2}, 0, 1)}, []float64{1, 0}},
		{graph.Binary{Fn: graph.Add}, []value{intsOf(graph.Uint8, []int{1}, 200), intsOf(graph.Uint8, []int{1}, 100)}, []float64{44}},
		{graph.Binary{Fn: graph.Mul}, []value{intsOf(graph.Int32, []int{1}, 1<<20), intsOf(graph.Int32, []int{1}, 1<<11)}, []float64{math.MinInt32}},
		{graph.Binary{Fn: graph.Div}, []value{intsOf(graph.Int32, []int{3}, -7, 7, 5), intsOf(graph.Int32, []int{3}, 2, -2, 0)}, []float64{-3, -3, -1}},
		{graph.Binary{Fn: graph.Rem}, []value{intsOf(graph.Int32, []int{3}, -7, 7, 5), intsOf(graph.Int32, []int{3}, 2, -2, 0)}, []float64{-1, 1, 5}},
		{graph.Binary{Fn: graph.Pow}, []value{intsOf(graph.Int32, []int{4}, 3, 2, -1, 1), intsOf(graph.Int32, []int{4}, 4, -1, -3, -9)}, []float64{81, 0, -1, 1}},
		{graph.Binary{Fn: graph.Max}, []value{line(1, nan, inf), line(2, 1, nan)}, []float64{2, nan, nan}},
		{graph.Binary{Fn: graph.Rem}, []value{line(-5.5, 5.5), line(2, -2)}, []float64{-1.5, 1.5}},
		{graph.Compare{Fn: graph.NotEqual}, []value{line(1, nan), line(1, nan)}, []float64{0, 1}},
		{graph.Select{}, []value{intsOf(graph.Bool, []int{2}, 1, 0), line(1, 2), line(3, 4)}, []float64{1, 4}},
		{graph.Cast{To: graph.Int32}, []value{line(2.9, -2.9, nan, inf, -inf)}, []float64{2, -2, 0, math.MaxInt32, math.MinInt32}},
		{graph.Cast{To: graph.Uint8}, []value{line(-1, 300, 7.9)}, []float64{0, 255, 7}},
		{graph.Cast{To: graph.Uint8}, []value{intsOf(graph.Int32, []int{2}, -1, 300)}, []float64{255, 44}},
		{graph.Cast{To: graph.Bool}, []value{line(0, .1, nan)}, []float64{0, 1, 1}},
		{graph.Cast{To: graph.Float16}, []value{line(1e6, 2049)}, []float64{inf, 2048}},
		{graph.Broadcast{To: at(2, 3)}, []value{floatsOf([]int{2, 1}, 1, 2)}, []float64{1, 1, 1, 2, 2, 2}},
		{graph.Transpose{Perm: at(1, 0)}, []value{square}, []float64{1, 4, 2, 5, 3, 6}},
		{graph.Slice{Start: at(0, 1), Stop: at(2, 3), Step: at(1, 1)}, []value{square}, []float64{2, 3, 5, 6}},
		{graph.Pad{Low: at(1), High: at(2), Interior: at(1), Value: 9}, []value{line(1, 2)}, []float64{9, 1, 9, 2, 9, 9}},
		{graph.Concat{Axis: 1}, []value{square, floatsOf([]int{2, 1}, 8, 9)}, []float64{1, 2, 3, 8, 4, 5, 6, 9}},
		{graph.Reverse{Axes: 2}, []value{square}, []float64{3, 2, 1, 6, 5, 4}},
		{graph.Reduce{Fn: graph.Add, Axes: 1}, []value{square}, []float64{5, 7, 9}},
		{graph.Reduce{Fn: graph.Mul, Axes: 2}, []value{square}, []float64{6, 120}},
		{graph.Reduce{Fn: graph.Max, Axes: 3}, []value{square}, []float64{6}},
		{graph.Reduce{Fn: graph.Or, Axes: 1}, []value{intsOf(graph.Bool, []int{2}, 0, 1)}, []float64{1}},
		{graph.Reduce{Fn: graph.Mul, Axes: 1}, []value{floatsOf([]int{0})}, []float64{1}},
		{graph.ArgReduce{Fn: graph.Max}, []value{line(1, 3, 3)}, []float64{1}},
		{graph.ArgReduce{Fn: graph.Min}, []value{line(1, nan, 0, nan)}, []float64{1}},
		{graph.Cumulate{Fn: graph.Add}, []value{line(1, 2, 3)}, []float64{1, 3, 6}},
		{graph.Cumulate{Fn: graph.Mul, Reverse: true}, []value{line(1, 2, 3)}, []float64{6, 6, 3}},
		{graph.ArgSort{}, []value{line(2, nan, 1, 2)}, []float64{2, 0, 3, 1}},
		{graph.ArgSort{Descending: true}, []value{line(2, nan, 1, 2)}, []float64{0, 3, 2, 1}},
		{graph.Gather{}, []value{square, intsOf(graph.Int32, []int{3}, 1, -4, 9)}, []float64{4, 5, 6, 1, 2, 3, 4, 5, 6}},
		{graph.Scatter{Fn: graph.Add}, []value{line(1, 1), intsOf(graph.Int32, []int{4}, 0, 0, 2, -1), line(1, 2, 3, 4)}, []float64{4, 1}},
		{graph.Scatter{Fn: graph.Set}, []value{line(1, 1), intsOf(graph.Int32, []int{2}, 1, 1), line(7, 8)}, []float64{1, 8}},
		{graph.MatMul{TransB: true}, []value{square, square}, []float64{14, 32, 32, 77}},
		{graph.MatMul{TransA: true}, []value{floatsOf([]int{2, 1}, 1, 2), floatsOf([]int{2, 1}, 3, 4)}, []float64{11}},
		{conv, []value{row, floatsOf([]int{2, 1, 1}, 10, 1)}, []float64{1, 17, 77, 72}},
		{graph.ConvGradInput{Conv: conv, In: at(1, 4, 1)}, []value{row, floatsOf([]int{2, 1, 1}, 10, 1)}, []float64{71, 77, 27, 2}},
		{graph.ConvGradFilter{Conv: conv, Filter: at(2, 1, 1)}, []value{row, floatsOf([]int{1, 4, 1}, 1, 0, 0, 2)}, []float64{14, 5}},
		{pool, []value{row}, []float64{7, 7}},
		{graph.PoolGrad{Pool: pool}, []value{row, floatsOf([]int{1, 2, 1}, 3, 4)}, []float64{0, 3, 4, 0}},
		{graph.MaxPoolGather{Pool: pool}, []value{row, floatsOf([]int{1, 4, 1}, 1, 2, 3, 4)}, []float64{2, 3}},
	} {
		var types []graph.Type
		for _, v := range c.in {
			types = append(types, v.Type)
		}
		got, err := apply(c.op, c.op.Infer(types)[0], c.in)
		if err != nil {
			t.Errorf("%v: %v", c.op, err)
			continue
		}
		near := func(a, b float64) bool { return a == b || a != a && b != b || math.Abs(a-b) < 1e-13 }
		if !slices.EqualFunc(numbersOf(got), c.want, near) {
			t.Errorf("%v of %v gives %v; want %v", c.op, c.in, numbersOf(got), c.want)
		}
	}
}

// The generator's known answers are tested in internal/philox; this tests the order of the words.
func TestDrawsDependOnSeedStreamAndElementAlone(t *testing.T) {
	draw := func(n int, stream, seed uint64) []float64 {
		return random(graph.Random{Stream: stream, DType: graph.Float32, Dims: at(n)}, seed).f
	}
	long := draw(11, 3, 5)
	if got := draw(6, 3, 5); !slices.Equal(got, long[:6]) {
		t.Errorf("a shorter draw is %v; want a part of %v", got, long)
	}
	if slices.Equal(draw(6, 4, 5), long[:6]) || slices.Equal(draw(6, 3, 6), long[:6]) {
		t.Error("another stream or seed draws the same")
	}
	if got := draw(2, 0, 0)[0]; got != float64(0x6627e8d5>>8)*0x1p-24 {
		t.Errorf("the first number is %v", got)
	}
}

func TestTheDeviceRefusesWhatItIsNotFor(t *testing.T) {
	if _, err := New().NewBuffer(graph.Type{DType: tensor.String}); err == nil {
		t.Error("a buffer of strings gives no error")
	}
	if _, err := New().NewBuffer(graph.Type{DType: graph.Float32, Shape: graph.Shape{-1}}); err == nil {
		t.Error("a buffer of a negative extent gives no error")
	}
}
