package graph_test

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

func window(rank, stride, low, high, dilation int) graph.Window {
	return graph.Window{Strides: graph.RepeatDim(rank, stride), Low: graph.RepeatDim(rank, low), High: graph.RepeatDim(rank, high), Dilation: graph.RepeatDim(rank, dilation)}
}

func convCases() (all []gradientCase) {
	for _, row := range []struct {
		x, f []int
		op   graph.Conv
	}{
		{[]int{2, 5, 2}, []int{3, 2, 3}, graph.Conv{Window: window(1, 1, 1, 1, 1), Groups: 1}},
		{[]int{1, 4, 3, 4}, []int{2, 2, 2, 2}, graph.Conv{Window: window(2, 2, 0, 1, 1), Groups: 2}},
		{[]int{1, 7, 2}, []int{2, 1, 4}, graph.Conv{Window: window(1, 2, 1, 0, 3), Groups: 2}},
		{[]int{1, 2, 3, 2, 1}, []int{2, 2, 1, 1, 2}, graph.Conv{Window: window(3, 1, 0, 1, 1), Groups: 1}},
	} {
		all = append(all, gradientCase{Name: "conv", Shapes: [][]int{row.x, row.f}, F: squared(row.op)})
		y := row.op.Infer([]graph.Type{{DType: graph.Float64, Shape: row.x}, {DType: graph.Float64, Shape: row.f}})[0].Shape
		all = append(all,
			gradientCase{Name: "conv grad input", Shapes: [][]int{y, row.f}, F: squared(graph.ConvGradInput{Conv: row.op, In: graph.DimsOf(row.x)})},
			gradientCase{Name: "conv grad filter", Shapes: [][]int{row.x, y}, F: squared(graph.ConvGradFilter{Conv: row.op, Filter: graph.DimsOf(row.f)})})
	}
	return append(all, poolCases()...)
}

func poolCases() (all []gradientCase) {
	for _, fn := range []graph.Fn{graph.Max, graph.Add} {
		for _, row := range []struct {
			x []int
			p graph.Pool
		}{
			{[]int{1, 7, 2}, graph.Pool{Window: window(1, 2, 1, 0, 1), Fn: fn, Size: dims(3)}},
			{[]int{2, 4, 3, 1}, graph.Pool{Window: window(2, 2, 0, 1, 1), Fn: fn, Size: dims(2, 2)}},
			{[]int{1, 2, 3, 2, 2}, graph.Pool{Window: window(3, 1, 0, 0, 1), Fn: fn, Size: dims(2, 2, 1)}},
		} {
			y := row.p.Infer([]graph.Type{{DType: graph.Float64, Shape: row.x}})[0].Shape
			all = append(all, gradientCase{Name: row.p.String(), Shapes: [][]int{row.x}, F: squared(row.p)})
			all = append(all, gradientCase{Name: fmt.Sprint("grad ", row.p), Shapes: [][]int{row.x, y}, F: squared(graph.PoolGrad{Pool: row.p})})
			if fn == graph.Max {
				all = append(all, gradientCase{Name: fmt.Sprint("pick ", row.p), Shapes: [][]int{row.x, row.x}, F: squared(graph.MaxPoolGather{Pool: row.p})})
			}
		}
	}
	return all
}
