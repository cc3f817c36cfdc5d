package backendtest

import "github.com/rhyton/rhyton/graph"

var reductions = []struct {
	shape []int
	axes  uint32
}{
	{[]int{}, 0}, {[]int{5}, 1}, {[]int{1, 1}, 3}, {[]int{3, 4, 5}, 1}, {[]int{3, 4, 5}, 2}, {[]int{3, 4, 5}, 4},
	{[]int{3, 4, 5}, 5}, {[]int{3, 4, 5}, 7}, {[]int{33, 65}, 1}, {[]int{33, 65}, 2}, {[]int{2, 3, 4, 5}, 10}, {[]int{2, 1029}, 2},
}

func reduceRows() (rows []row) {
	for _, f := range []graph.Fn{graph.Add, graph.Mul, graph.Max, graph.Min, graph.And, graph.Or} {
		types := typesOf(graph.Reduce{Fn: f}, 1)
		rows = append(rows, rowsFor("reduce "+f.String(), types, func(d graph.DType) []testCase { return reduceCases(f, d) })...)
	}
	for _, f := range []graph.Fn{graph.Max, graph.Min} {
		rows = append(rows, rowsFor("arg"+f.String(), numTypes, func(d graph.DType) (cases []testCase) {
			return alongAxes(d, func(axis int) graph.Op { return graph.ArgReduce{Fn: f, Axis: axis} })
		})...)
	}
	for _, f := range []graph.Fn{graph.Add, graph.Mul, graph.Max, graph.Min} {
		rows = append(rows, rowsFor("cumulate "+f.String(), numTypes, func(d graph.DType) []testCase { return cumulateCases(f, d) })...)
	}
	return append(rows, rowsFor("argsort", numTypes, func(d graph.DType) []testCase {
		up := alongAxes(d, func(axis int) graph.Op { return graph.ArgSort{Axis: axis} })
		return append(up, alongAxes(d, func(axis int) graph.Op { return graph.ArgSort{Axis: axis, Descending: true} })...)
	})...)
}

func reduceCases(f graph.Fn, d graph.DType) (cases []testCase) {
	for _, r := range reductions {
		x := of(d, r.shape...)
		terms := x.Shape.Size()
		if f == graph.Mul && terms > 300 && d.IsFloat() {
			continue
		}
		if f == graph.Mul && d.IsFloat() {
			x = x.between(.9, 1.1)
		}
		cases = append(cases, testCase{op: graph.Reduce{Fn: f, Axes: r.axes}, in: []operand{x}, terms: terms})
	}
	if f != graph.Max && f != graph.Min { // with no elements
		cases = append(cases, testCase{op: graph.Reduce{Fn: f, Axes: 2}, in: []operand{of(d, 2, 0, 3)}})
	} else if d.IsFloat() {
		cases = append(cases, testCase{op: graph.Reduce{Fn: f, Axes: 2}, in: []operand{of(d, 4, 5).cycling(nan, 1, inf, -inf, 2, 3, -1)}})
	}
	return append(cases, testCase{op: graph.Reduce{Fn: f, Axes: 1}, in: []operand{of(d, 2, 0, 3)}})
}

// alongAxes returns cases along each axis, with ties and, for floats, NaN.
func alongAxes(d graph.DType, op func(axis int) graph.Op) (cases []testCase) {
	for _, s := range [][]int{{1}, {9}, {4, 7}, {3, 4, 5}, {70, 3}} {
		for a := range s {
			cases = append(cases, testCase{op: op(a), in: []operand{of(d, s...)}})
			cases = append(cases, testCase{op: op(a), in: []operand{of(d, s...).cycling(2, 1, 3, 3, 1)}})
			if d.IsFloat() {
				cases = append(cases, testCase{op: op(a), in: []operand{of(d, s...).cycling(1, nan, 3, inf, 0, nan, -inf, negZero)}})
			}
		}
	}
	return cases
}

func cumulateCases(f graph.Fn, d graph.DType) (cases []testCase) {
	for _, s := range [][]int{{1}, {9}, {4, 7}, {3, 4, 5}, {40, 3}, {2, 0}} {
		for a := range s {
			for _, reverse := range []bool{false, true} {
				x := of(d, s...)
				if f == graph.Mul && d.IsFloat() {
					x = x.between(.9, 1.1)
				}
				cases = append(cases, testCase{op: graph.Cumulate{Fn: f, Axis: a, Reverse: reverse}, in: []operand{x}, terms: s[a] * s[a]})
			}
		}
	}
	return cases
}
