package backendtest

import "github.com/rhyton/rhyton/graph"

func indexRows() (rows []row) {
	rows = append(rows, rowsFor("gather", allTypes, gatherCases)...)
	for _, f := range []graph.Fn{graph.Add, graph.Mul, graph.Max, graph.Min, graph.Set} {
		types := numTypes
		if f == graph.Set {
			types = allTypes
		}
		rows = append(rows, rowsFor("scatter "+f.String(), types, func(d graph.DType) []testCase { return scatterCases(f, d) })...)
	}
	return append(rows, rowsFor("matmul", numTypes, matmulCases)...)
}

// indices returns indices inside and outside [0, n).
func indices(d graph.DType, n int, shape ...int) operand {
	return of(d, shape...).between(-1, float64(n+1))
}

func gatherCases(d graph.DType) (cases []testCase) {
	for _, i := range intTypes {
		cases = append(cases,
			testCase{op: graph.Gather{}, in: []operand{of(d, 5), indices(i, 5, 7)}},
			testCase{op: graph.Gather{}, in: []operand{of(d, 5, 3), indices(i, 5, 2, 4)}},
			testCase{op: graph.Gather{}, in: []operand{of(d, 5, 3, 2), indices(i, 5)}},
			testCase{op: graph.Gather{}, in: []operand{of(d, 5, 3), indices(i, 5, 0)}})
	}
	return cases
}

func scatterCases(f graph.Fn, d graph.DType) (cases []testCase) {
	op := graph.Scatter{Fn: f}
	for _, i := range intTypes {
		cases = append(cases,
			testCase{op: op, in: []operand{of(d, 5), indices(i, 5, 9), of(d, 9)}, terms: 9},
			testCase{op: op, in: []operand{of(d, 5, 3), indices(i, 5, 2, 4), of(d, 2, 4, 3)}, terms: 8},
			testCase{op: op, in: []operand{of(d, 5, 3, 2), indices(i, 5), of(d, 3, 2)}},
			testCase{op: op, in: []operand{of(d, 5, 3), indices(i, 5, 0), of(d, 0, 3)}})
	}
	if f == graph.Mul && d.IsFloat() {
		for _, c := range cases {
			c.in[2] = c.in[2].between(.5, 1.5)
		}
	}
	return cases
}

func matmulCases(d graph.DType) (cases []testCase) {
	for _, s := range []struct {
		batch   []int
		m, k, n int
	}{
		{nil, 1, 1, 1}, {nil, 3, 4, 5}, {nil, 17, 33, 9}, {nil, 64, 130, 70}, {nil, 1, 300, 40}, {nil, 40, 300, 1},
		{nil, 0, 3, 2}, {nil, 2, 0, 3}, {[]int{3}, 5, 6, 7}, {[]int{2, 3}, 1, 8, 2},
	} {
		for _, op := range []graph.MatMul{{}, {TransA: true}, {TransB: true}, {TransA: true, TransB: true}} {
			a, b := of(d, swapped(op.TransA, s.batch, s.m, s.k)...), of(d, swapped(op.TransB, s.batch, s.k, s.n)...)
			cases = append(cases, testCase{op: op, in: []operand{a, b}, terms: 2 * s.k})
		}
	}
	return cases
}

func swapped(swap bool, batch []int, a, b int) []int {
	if swap {
		a, b = b, a
	}
	return append(append([]int{}, batch...), a, b)
}
