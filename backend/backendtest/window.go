package backendtest

import "github.com/rhyton/rhyton/graph"

func window(rank, stride, low, high, dilation int) graph.Window {
	return graph.Window{Strides: graph.RepeatDim(rank, stride), Low: graph.RepeatDim(rank, low), High: graph.RepeatDim(rank, high), Dilation: graph.RepeatDim(rank, dilation)}
}

var convolutions = []struct {
	x, f []int
	w    graph.Window
	g    int
}{
	{[]int{2, 9, 3}, []int{3, 3, 4}, window(1, 1, 1, 1, 1), 1},
	{[]int{1, 11, 4}, []int{3, 2, 6}, window(1, 2, 2, 0, 2), 2},
	{[]int{2, 7, 6, 3}, []int{3, 3, 3, 5}, window(2, 1, 1, 1, 1), 1},
	{[]int{1, 8, 8, 16}, []int{1, 1, 16, 17}, window(2, 1, 0, 0, 1), 1},
	{[]int{2, 9, 8, 4}, []int{3, 2, 2, 6}, window(2, 2, 0, 1, 1), 2},
	{[]int{1, 6, 7, 5}, []int{3, 3, 1, 5}, window(2, 1, 1, 1, 1), 5},
	{[]int{1, 6, 7, 3}, []int{2, 2, 1, 6}, window(2, 3, 0, 0, 2), 3},
	{[]int{1, 4, 5, 4, 2}, []int{2, 3, 2, 2, 3}, window(3, 1, 1, 0, 1), 1},
	{[]int{1, 5, 5, 5, 2}, []int{3, 3, 3, 1, 2}, window(3, 2, 1, 1, 1), 2},
	{[]int{0, 5, 2}, []int{3, 2, 2}, window(1, 1, 0, 0, 1), 1},
}

func windowRows() (rows []row) {
	rows = append(rows, rowsFor("conv", floatTypes, func(d graph.DType) []testCase { return convCases(d, 0) })...)
	rows = append(rows, rowsFor("conv grad input", floatTypes, func(d graph.DType) []testCase { return convCases(d, 1) })...)
	rows = append(rows, rowsFor("conv grad filter", floatTypes, func(d graph.DType) []testCase { return convCases(d, 2) })...)
	for _, f := range []graph.Fn{graph.Max, graph.Add} {
		rows = append(rows, rowsFor("pool "+f.String(), append([]graph.DType{graph.Int32}, floatTypes...), func(d graph.DType) []testCase { return poolCases(f, d, 0) })...)
		rows = append(rows, rowsFor("pool grad "+f.String(), floatTypes, func(d graph.DType) []testCase { return poolCases(f, d, 1) })...)
	}
	return append(rows, rowsFor("pool pick", floatTypes, func(d graph.DType) []testCase { return poolCases(graph.Max, d, 2) })...)
}

// convCases returns cases of the convolution, its input gradient or its filter gradient.
func convCases(d graph.DType, which int) (cases []testCase) {
	for _, c := range convolutions {
		op := graph.Conv{Window: c.w, Groups: c.g}
		x, f := of(d, c.x...), of(d, c.f...)
		y := of(d, op.Infer([]graph.Type{x.Type, f.Type})[0].Shape...)
		switch which {
		case 0:
			cases = append(cases, testCase{op: op, in: []operand{x, f}, terms: 2 * f.Shape.Size()})
		case 1:
			cases = append(cases, testCase{op: graph.ConvGradInput{Conv: op, In: graph.DimsOf(c.x)}, in: []operand{y, f}, terms: 2 * f.Shape.Size()})
		case 2:
			cases = append(cases, testCase{op: graph.ConvGradFilter{Conv: op, Filter: graph.DimsOf(c.f)}, in: []operand{x, y}, terms: 2 * y.Shape.Size()})
		}
	}
	return cases
}

// poolCases returns cases of pooling, its gradient or its pick, with and without ties.
func poolCases(f graph.Fn, d graph.DType, which int) (cases []testCase) {
	for _, c := range []struct {
		x, size []int
		w       graph.Window
	}{
		{[]int{2, 9, 3}, []int{3}, window(1, 2, 1, 0, 1)},
		{[]int{2, 6, 8, 3}, []int{2, 2}, window(2, 2, 0, 0, 1)},
		{[]int{1, 7, 7, 17}, []int{3, 3}, window(2, 2, 1, 1, 1)},
		{[]int{1, 5, 6, 2}, []int{3, 2}, window(2, 1, 0, 1, 1)},
		{[]int{1, 4, 5, 4, 2}, []int{2, 2, 2}, window(3, 2, 0, 0, 1)},
	} {
		p := graph.Pool{Window: c.w, Fn: f, Size: graph.DimsOf(c.size)}
		for _, x := range []operand{of(d, c.x...), of(d, c.x...).cycling(1, 0, 2, 2, 1, 2, 0)} {
			y := of(d, p.Infer([]graph.Type{x.Type})[0].Shape...)
			in, op := []operand{x}, graph.Op(p)
			switch which {
			case 1:
				in, op = append(in, y), graph.PoolGrad{Pool: p}
			case 2:
				in, op = append(in, of(d, c.x...)), graph.MaxPoolGather{Pool: p}
			}
			cases = append(cases, testCase{op: op, in: in, terms: 30})
		}
	}
	return cases
}
