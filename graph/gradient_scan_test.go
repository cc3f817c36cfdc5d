package graph_test

import "github.com/rhyton/rhyton/graph"

func tanh(x *graph.Node) *graph.Node { return unary(graph.Tanh, x) }

func matmul(a, b *graph.Node) *graph.Node { return graph.Apply(graph.MatMul{}, a, b) }

// join makes one vector of all values.
func join(xs ...*graph.Node) *graph.Node {
	var flat []*graph.Node
	for _, x := range xs {
		flat = append(flat, graph.Apply(graph.Reshape{To: dims(x.Shape.Size())}, x))
	}
	return graph.Apply(graph.Concat{}, flat...)
}

// rnn: x (time, batch, in), h (batch, units), w (in, units), u (units, units).
func rnn(reverse bool) func(x []*graph.Node) *graph.Node {
	return func(x []*graph.Node) *graph.Node {
		final, stack := graph.Loop{Init: x[1:2], Seqs: x[:1], Reverse: reverse}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
			h := tanh(add(matmul(s[0], x[2]), matmul(c[0], x[3])))
			return []*graph.Node{h}, []*graph.Node{mul(h, h)}
		})
		return join(final[0], stack[0])
	}
}

func scanCases() []gradientCase {
	rnnShapes := [][]int{{3, 1, 2}, {1, 2}, {2, 2}, {2, 2}}
	return []gradientCase{
		{Name: "rnn", Shapes: rnnShapes, F: rnn(false)},
		{Name: "rnn reversed", Shapes: rnnShapes, F: rnn(true)},
		{Name: "rnn of one step", Shapes: [][]int{{1, 2, 1}, {2, 3}, {1, 3}, {3, 3}}, F: rnn(false)},
		{Name: "scan without sequences", Shapes: [][]int{{2}, {2}}, F: func(x []*graph.Node) *graph.Node {
			final, _ := graph.Loop{Init: x[:1], Length: 3}.Run(func(c, _ []*graph.Node) (next, results []*graph.Node) {
				return []*graph.Node{mul(tanh(c[0]), x[1])}, nil
			})
			return final[0]
		}},
		{Name: "scan without carries", Shapes: [][]int{{3, 2}, {2}}, F: func(x []*graph.Node) *graph.Node {
			_, stack := graph.Loop{Seqs: x[:1]}.Run(func(_, s []*graph.Node) (next, results []*graph.Node) {
				return nil, []*graph.Node{mul(unary(graph.Exp, s[0]), x[1]), s[0], x[1]}
			})
			return square(join(stack...))
		}},
		{Name: "scan that swaps its carries", Shapes: [][]int{{2}, {2}, {4, 2}}, F: func(x []*graph.Node) *graph.Node {
			final, stack := graph.Loop{Init: x[:2], Seqs: x[2:]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
				return []*graph.Node{c[1], mul(c[0], s[0])}, []*graph.Node{c[0]}
			})
			return square(join(final[0], final[1], stack[0]))
		}},
		{Name: "scan whose final carry is unused", Shapes: [][]int{{2}, {3, 2}, {2}}, F: func(x []*graph.Node) *graph.Node {
			_, stack := graph.Loop{Init: x[:1], Seqs: x[1:2]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
				h := tanh(add(mul(c[0], x[2]), s[0]))
				return []*graph.Node{h}, []*graph.Node{h, mul(h, s[0])}
			})
			return stack[1]
		}},
		{Name: "scan that counts", Shapes: [][]int{{2}, {3, 2}}, F: countingScan},
		{Name: "nested scans", Shapes: [][]int{{2}, {2, 2, 2}, {2}}, F: nestedScan},
		{Name: "gradient inside a scan", Shapes: [][]int{{2}, {3, 2}, {2}}, F: descendingScan},
		{Name: "scan over values computed from a captured value", Shapes: [][]int{{2}, {2}}, F: func(x []*graph.Node) *graph.Node {
			a := unary(graph.Exp, x[1])
			final, _ := graph.Loop{Init: []*graph.Node{mul(x[0], a)}, Length: 2}.Run(func(c, _ []*graph.Node) (next, results []*graph.Node) {
				b := graph.Apply(graph.Broadcast{To: dims(2, 2)}, graph.Apply(graph.Reshape{To: dims(1, 2)}, mul(a, c[0])))
				s := graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1}, tanh(b))
				return []*graph.Node{graph.Apply(graph.Reshape{To: dims(2)}, s)}, nil
			})
			return mul(final[0], a)
		}},
	}
}

// countingScan carries an integer beside a float and weighs each step by it.
func countingScan(x []*graph.Node) *graph.Node {
	n := x[0].Graph().Const(graph.Int32, 0, 2)
	final, _ := graph.Loop{Init: []*graph.Node{n, x[0]}, Seqs: x[1:]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		count := add(c[0], c[0].Graph().Const(graph.Int32, 1, 2))
		weight := graph.Apply(graph.Cast{To: graph.Float64}, count)
		return []*graph.Node{count, add(c[1], mul(weight, tanh(mul(c[1], s[0]))))}, nil
	})
	return final[1]
}

// nestedScan runs a scan in each step of another; both use the same constant.
func nestedScan(x []*graph.Node) *graph.Node {
	final, stack := graph.Loop{Init: x[:1], Seqs: x[1:2]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		inner, each := graph.Loop{Init: c, Seqs: s, Reverse: true}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
			h := tanh(add(mul(c[0], x[2]), s[0]))
			return []*graph.Node{h}, []*graph.Node{mul(h, x[2])}
		})
		return []*graph.Node{mul(inner[0], x[2])}, each
	})
	return join(final[0], stack[0])
}

// descendingScan walks down a slope that it computes in each step.
func descendingScan(x []*graph.Node) *graph.Node {
	final, _ := graph.Loop{Init: x[:1], Seqs: x[1:2]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		loss := sum(square(binary(graph.Sub, tanh(mul(c[0], x[2])), s[0])))
		d := graph.Grad(loss, c[0])[0]
		return []*graph.Node{binary(graph.Sub, c[0], d)}, nil
	})
	return final[0]
}
