package graph_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// on applies op to operands of the given types.
func on(op graph.Op, types ...graph.Type) func(g *graph.Graph) *graph.Node {
	return func(g *graph.Graph) *graph.Node {
		var in []*graph.Node
		for _, t := range types {
			in = append(in, g.Input(t.DType, t.Shape...))
		}
		return g.Apply(op, in...)
	}
}

func f32(shape ...int) graph.Type { return graph.Type{DType: graph.Float32, Shape: shape} }
func i32(shape ...int) graph.Type { return graph.Type{DType: graph.Int32, Shape: shape} }
func b1(shape ...int) graph.Type  { return graph.Type{DType: graph.Bool, Shape: shape} }

func TestMisuseReportsGotAndWant(t *testing.T) {
	conv := graph.Conv{Window: window(1, 1, 0, 0, 1), Groups: 1}
	pool := graph.Pool{Window: window(1, 1, 0, 0, 1), Fn: graph.Max, Size: dims(2)}
	for _, row := range []struct {
		build func(g *graph.Graph) *graph.Node
		want  string
	}{
		{on(graph.Unary{Fn: graph.Exp}, i32(2)), "exp: got int32; want a float, cast it first"},
		{on(graph.Unary{Fn: graph.Neg}, b1(2)), "neg: got bool; cast it first"},
		{on(graph.Unary{Fn: graph.Not}, f32(2)), "not: got float32; want bool or an integer"},
		{on(graph.Unary{Fn: graph.Add}, f32(2)), "unary: function 64 is not unary"},
		{on(graph.Binary{Fn: graph.Exp}, f32(2), f32(2)), "binary: function 5 (exp) is not binary"},
		{on(graph.Binary{Fn: graph.Add}, f32(2), f32(3)), "add: operands float32(2,) and float32(3,) differ"},
		{on(graph.Binary{Fn: graph.Add}, f32(2), i32(2)), "add: operands float32(2,) and int32(2,) differ"},
		{on(graph.Binary{Fn: graph.And}, f32(2), f32(2)), "and: got float32; want bools or integers, cast it first"},
		{on(graph.Binary{Fn: graph.Add}, b1(2), b1(2)), "add: got bool; want numbers, cast it first"},
		{on(graph.Binary{Fn: graph.Add}, f32(2)), "add: 1 operands; want 2"},
		{on(graph.Compare{Fn: graph.Add}, f32(2), f32(2)), "compare: function 64 (add) is not a comparison"},
		{on(graph.Compare{Fn: graph.Less}, f32(2), f32()), "less: operands float32(2,) and float32() differ"},
		{on(graph.Select{}, f32(2), f32(2), f32(2)), "select: condition float32(2,) for values float32(2,); want bool(2,)"},
		{on(graph.Select{}, b1(2), f32(2), i32(2)), "select: operands float32(2,) and int32(2,) differ"},
		{on(graph.Cast{To: tensor.String}, f32(2)), "cast string: graphs don't support string"},
		{on(graph.Broadcast{To: dims(2, 4)}, f32(2, 3)), "broadcast: (2, 3) does not expand to (2, 4)"},
		{on(graph.Reshape{To: dims(5)}, f32(2, 3)), "reshape: (2, 3) has 6 elements, (5,) has 5"},
		{on(graph.Reshape{To: dims(-2, -3)}, f32(2, 3)), "reshape: shape (-2, -3): extent -2 is negative"},
		{on(graph.Transpose{Perm: dims(0, 0)}, f32(2, 3)), "transpose: (0, 0) is not a permutation of the 2 axes"},
		{on(graph.Slice{Start: dims(1), Stop: dims(4), Step: dims(1)}, f32(3)), "slice: [1:4:1] of axis 0, whose extent is 3"},
		{on(graph.Slice{Start: dims(1), Stop: dims(3), Step: dims(0)}, f32(3)), "slice: [1:3:0] of axis 0, whose extent is 3"},
		{on(graph.Slice{}, f32(3)), "slice: bounds for 0 axes, the value (3,) has 1"},
		{on(graph.Pad{Low: dims(-1), High: dims(0), Interior: dims(0)}, f32(3)), "pad: negative amount at axis 0"},
		{on(graph.Pad{}, f32(3)), "pad: amounts for 0 axes, the value (3,) has 1"},
		{on(graph.Concat{}), "concat: of nothing"},
		{on(graph.Concat{Axis: 1}, f32(2), f32(2)), "concat: axis 1 of values of rank 1"},
		{on(graph.Concat{Axis: 0}, f32(2, 3), f32(2, 4)), "concat: float32(2, 3) and float32(2, 4) differ outside axis 0"},
		{on(graph.Reverse{Axes: 2}, f32(3)), "reverse: an axis beyond rank 1"},
		{on(graph.Reduce{Fn: graph.Add, Axes: 2}, f32(3)), "reduce: an axis beyond rank 1 of float32(3,)"},
		{on(graph.Reduce{Fn: graph.Sub, Axes: 1}, f32(3)), "reduce: by sub"},
		{on(graph.Reduce{Fn: graph.Add, Axes: 1}, b1(3)), "reduce: add of bool; cast it first"},
		{on(graph.Reduce{Fn: graph.Max, Axes: 1}, f32(0)), "reduce: max of no elements: axis 0 of float32(0,) is empty"},
		{on(graph.ArgReduce{Fn: graph.Add}, f32(3)), "argreduce: by add; want max or min"},
		{on(graph.ArgReduce{Fn: graph.Max}, f32(0)), "argmax: axis 0 of float32(0,) is empty"},
		{on(graph.Cumulate{Fn: graph.Add, Axis: 1}, f32(3)), "cumulate: axis 1 of float32(3,)"},
		{on(graph.Cumulate{Fn: graph.Sub}, f32(3)), "cumulate: by sub"},
		{on(graph.ArgSort{Axis: -1}, f32(3)), "argsort: axis -1 of float32(3,)"},
		{on(graph.Gather{}, f32(3), f32(2)), "gather: rows float32(2,) of float32(3,); want integer indices into a value of rank 1 or more"},
		{on(graph.Gather{}, f32(0, 2), i32(2)), "gather: from float32(0, 2), which has no rows"},
		{on(graph.Scatter{Fn: graph.Add}, f32(3, 2), i32(4), f32(4)), "scatter: updates float32(4,); want float32(4, 2)"},
		{on(graph.Scatter{Fn: graph.Sub}, f32(3), i32(4), f32(4)), "scatter: by sub"},
		{on(graph.MatMul{}, f32(2, 3), f32(4, 5)), "matmul: cannot multiply float32(2, 3) by float32(4, 5): inner extents 3 and 4"},
		{on(graph.MatMul{}, f32(3), f32(3)), "matmul: cannot multiply float32(3,) by float32(3,)"},
		{on(graph.MatMul{}, b1(2, 2), b1(2, 2)), "matmul: got bool; cast it first"},
		{on(conv, f32(1, 4, 2), f32(2, 3, 1)), "conv: input float32(1, 4, 2) has 2 channels, filters float32(2, 3, 1) in 1 groups need 3"},
		{on(conv, f32(1, 4, 2), f32(5, 2, 1)), "conv: kernel (5,) spans 5, larger than the input's extent 4 (with padding 4) at spatial axis 0: use a smaller kernel or more padding"},
		{on(conv, f32(4, 2), f32(2, 1)), "conv: input float32(4, 2) with filters float32(2, 1)"},
		{on(graph.ConvGradInput{Conv: conv, In: dims(1, 4, 2)}, f32(1, 4, 1), f32(2, 2, 1)), "conv gradient: output gradient float32(1, 4, 1); want float32(1, 3, 1)"},
		{on(graph.ConvGradFilter{Conv: conv, Filter: dims(2, 2, 1)}, f32(1, 4, 2), f32(1, 4, 1)), "conv gradient: output gradient float32(1, 4, 1); want float32(1, 3, 1)"},
		{on(pool, f32(4, 2)), "pool: float32(4, 2) by max windows of (2,)"},
		{on(graph.PoolGrad{Pool: pool}, f32(1, 4, 2), f32(1, 4, 2)), "pool gradient: output gradient float32(1, 4, 2); want float32(1, 3, 2)"},
		{on(graph.MaxPoolGather{Pool: pool}, f32(1, 4, 2), f32(1, 3, 2)), "pool pick: operands float32(1, 4, 2) and float32(1, 3, 2) differ"},
		{on(graph.Iota{DType: graph.Float32, Axis: 1, Dims: dims(3)}), "iota: axis 1 of a value of rank 1"},
		{on(graph.Random{DType: graph.Int32, Dims: dims(3)}), "random: cannot draw int32; draw float32 and cast"},
		{on(graph.Const{DType: graph.Float32, Dims: dims(math.MaxInt, 2)}), fmt.Sprintf("const 0: shape (%d, 2): too many elements to count", math.MaxInt)},
		{on(graph.Result{Index: 1}, f32(2)), "result 1 of a tuple of 1"},
		{func(g *graph.Graph) *graph.Node { return nil }, "output 0 is nil"},
		{func(g *graph.Graph) *graph.Node { return graph.Apply(graph.StopGradient{}, nil) }, "stop: an operand is nil or missing"},
		{func(g *graph.Graph) *graph.Node { return g.Input(graph.Float32, 1, 1, 1, 1, 1, 1, 1, 1, 1) }, "[1 1 1 1 1 1 1 1 1]: more than 8 axes"},
		{func(g *graph.Graph) *graph.Node { return g.Literal(tensor.Of([]float32{1}, 2)) }, tensor.Of([]float32{1}, 2).Err().Error()},
		{func(g *graph.Graph) *graph.Node { return graph.Grad(g.Input(graph.Float32, 2))[0] },
			"gradient of a value of shape (2,); want a scalar, such as a sum or a mean"},
		{func(g *graph.Graph) *graph.Node { return graph.Grad(g.Input(graph.Float32), g.Input(graph.Int32))[0] },
			"gradient with respect to a value of type int32(); only floats have gradients"},
		{func(g *graph.Graph) *graph.Node {
			x := g.Input(graph.Float64)
			return graph.Grad(unary(graph.Digamma, x), x)[0]
		}, "digamma has no gradient"},
		{func(g *graph.Graph) *graph.Node {
			other := new(graph.Graph)
			graph.Trace(func(h *graph.Graph) []*graph.Node { other = h; return nil })
			return add(g.Input(graph.Float32), other.Input(graph.Float32))
		}, "the value belongs to another trace; a graph can only use its own nodes"},
		{func(g *graph.Graph) *graph.Node {
			g.Assign(&graph.Variable{Path: "dense/kernel", Type: f32(2)}, g.Const(graph.Float32, 0, 3))
			return nil
		}, "assign dense/kernel: it is float32(2,), the value is float32(3,)"},
	} {
		if got := misuse(row.build); got != row.want {
			t.Errorf("got  %q\nwant %q", got, row.want)
		}
	}
}

func TestMisuseOfAScanReportsGotAndWant(t *testing.T) {
	type nodes = []*graph.Node
	same := func(c, _ []*graph.Node) (next, results []*graph.Node) { return c, nil }
	for _, row := range []struct {
		loop func(g *graph.Graph) graph.Loop
		body func(c, x []*graph.Node) (next, results []*graph.Node)
		want string
	}{
		{func(g *graph.Graph) graph.Loop { return graph.Loop{Length: 2} }, same, "scan: no carries and no sequences"},
		{func(g *graph.Graph) graph.Loop { return graph.Loop{Init: nodes{g.Input(graph.Float32)}} }, same, "scan: a sequence of length 0"},
		{func(g *graph.Graph) graph.Loop {
			return graph.Loop{Seqs: nodes{g.Input(graph.Float32, 2), g.Input(graph.Float32, 3)}}
		}, same, "scan: sequence float32(3,); want 2 steps along the first axis"},
		{func(g *graph.Graph) graph.Loop { return graph.Loop{Init: nodes{g.Input(graph.Float32)}, Length: 2} },
			func(c, _ []*graph.Node) (next, results []*graph.Node) { return nil, c }, "scan: 1 carries become 0"},
		{func(g *graph.Graph) graph.Loop { return graph.Loop{Init: nodes{g.Input(graph.Float32)}, Length: 2} },
			func(c, _ []*graph.Node) (next, results []*graph.Node) {
				return nodes{graph.Apply(graph.Reshape{To: dims(1)}, c[0])}, nil
			}, "scan: carry 0 starts as float32() and becomes float32(1,)"},
		{func(g *graph.Graph) graph.Loop { return graph.Loop{Init: nodes{g.Input(graph.Float32)}, Length: 2} },
			func(c, _ []*graph.Node) (next, results []*graph.Node) {
				c[0].Graph().Apply(graph.Random{DType: graph.Float32})
				return c, nil
			}, "random numbers can't be drawn inside a scan; draw them outside and pass them in"},
		{func(g *graph.Graph) graph.Loop { return graph.Loop{Init: nodes{g.Input(graph.Float32)}, Length: 2} },
			func(c, _ []*graph.Node) (next, results []*graph.Node) {
				c[0].Graph().Assign(&graph.Variable{Path: "v", Type: f32()}, c[0])
				return c, nil
			}, "assign v: not allowed inside a scan; carry the value and assign it after the scan"},
		{func(g *graph.Graph) graph.Loop {
			return graph.Loop{Init: nodes{g.Input(graph.Float32, 1, 1, 1, 1, 1, 1, 1, 1)}, Length: 2}
		}, same, "scan: a value of rank 8 in the body; at most 7"},
	} {
		got := misuse(func(g *graph.Graph) *graph.Node {
			final, _ := row.loop(g).Run(row.body)
			return final[0]
		})
		if got != row.want {
			t.Errorf("got  %q\nwant %q", got, row.want)
		}
	}
}
