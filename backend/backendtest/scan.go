package backendtest

import "github.com/rhyton/rhyton/graph"

func apply(op graph.Op, in ...*graph.Node) *graph.Node { return graph.Apply(op, in...) }
func add(a, b *graph.Node) *graph.Node                 { return apply(graph.Binary{Fn: graph.Add}, a, b) }
func mul(a, b *graph.Node) *graph.Node                 { return apply(graph.Binary{Fn: graph.Mul}, a, b) }
func tanh(x *graph.Node) *graph.Node                   { return apply(graph.Unary{Fn: graph.Tanh}, x) }
func sum(x *graph.Node) *graph.Node {
	return apply(graph.Reshape{}, apply(graph.Reduce{Fn: graph.Add, Axes: 1<<x.Rank() - 1}, x))
}

func scanRows() (rows []row) {
	rows = append(rows, rowsFor("scan", floatTypes, func(d graph.DType) []testCase {
		return append(rnnCases(d, false), nestedCase(d), countCase(d))
	})...)
	return append(rows, rowsFor("scan gradient", wideTypes, func(d graph.DType) []testCase { return rnnCases(d, true) })...)
}

// rnnCases: x (time, batch, in), h (batch, units), w (in, units), u (units, units).
func rnnCases(d graph.DType, gradient bool) (cases []testCase) {
	for _, s := range []struct{ time, batch, in, units int }{{1, 1, 1, 1}, {7, 3, 5, 4}, {12, 2, 3, 9}} {
		for _, reverse := range []bool{false, true} {
			cases = append(cases, testCase{
				in: []operand{of(d, s.time, s.batch, s.in), of(d, s.batch, s.units), of(d, s.in, s.units).between(-.5, .5), of(d, s.units, s.units).between(-.5, .5)},
				build: func(g *graph.Graph, in []*graph.Node) []*graph.Node {
					out := rnn(in, reverse)
					if gradient {
						return graph.Grad(add(sum(mul(out[0], out[0])), sum(out[1])), in...)
					}
					return out
				},
				terms: 4 * s.time * s.batch,
			})
		}
	}
	return cases
}

func rnn(in []*graph.Node, reverse bool) []*graph.Node {
	final, stack := graph.Loop{Init: in[1:2], Seqs: in[:1], Reverse: reverse}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
		h := tanh(add(apply(graph.MatMul{}, s[0], in[2]), apply(graph.MatMul{}, c[0], in[3])))
		return []*graph.Node{h}, []*graph.Node{mul(h, c[0])}
	})
	return append(final, stack...)
}

func nestedCase(d graph.DType) testCase {
	return testCase{in: []operand{of(d, 3), of(d, 4, 2, 3), of(d, 3)}, build: func(g *graph.Graph, in []*graph.Node) []*graph.Node {
		final, stack := graph.Loop{Init: in[:1], Seqs: in[1:2]}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
			return graph.Loop{Init: c, Seqs: s, Reverse: true}.Run(func(c, s []*graph.Node) (next, results []*graph.Node) {
				h := tanh(add(mul(c[0], in[2]), s[0]))
				return []*graph.Node{h}, []*graph.Node{mul(h, in[2])}
			})
		})
		return append(final, stack...)
	}}
}

// countCase returns a scan that carries an integer, swaps carries, and has results that are a
// carry or constant.
func countCase(d graph.DType) testCase {
	return testCase{in: []operand{of(d, 3), of(d, 3)}, build: func(g *graph.Graph, in []*graph.Node) []*graph.Node {
		init := []*graph.Node{in[0], in[1], g.Const(graph.Int32, 0)}
		final, stack := graph.Loop{Init: init, Length: 5}.Run(func(c, _ []*graph.Node) (next, results []*graph.Node) {
			n := add(c[2], c[2].Graph().Const(graph.Int32, 2))
			return []*graph.Node{c[1], c[0], n}, []*graph.Node{c[2], c[0], in[0]}
		})
		return append(final, stack...)
	}}
}
