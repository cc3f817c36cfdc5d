package backendtest

import "github.com/rhyton/rhyton/graph"

func dims(d ...int) graph.Dims { return graph.DimsOf(d) }

// one returns a case of op on one operand of the given shape.
func one(op graph.Op, shape ...int) func(d graph.DType) testCase {
	return func(d graph.DType) testCase { return testCase{op: op, in: []operand{of(d, shape...)}} }
}

func each(cases ...func(d graph.DType) testCase) func(d graph.DType) []testCase {
	return func(d graph.DType) (all []testCase) {
		for _, c := range cases {
			all = append(all, c(d))
		}
		return all
	}
}

func shapeRows() (rows []row) {
	rows = append(rows, rowsFor("broadcast", allTypes, each(
		one(graph.Broadcast{}),
		one(graph.Broadcast{To: dims(7)}, 1),
		one(graph.Broadcast{To: dims(5, 3)}, 5, 1),
		one(graph.Broadcast{To: dims(5, 3)}, 1, 3),
		one(graph.Broadcast{To: dims(4, 5, 3, 2)}, 4, 1, 3, 1),
		one(graph.Broadcast{To: dims(4, 0)}, 4, 1),
		one(graph.Broadcast{To: dims(2, 3)}, 2, 3)))...)
	rows = append(rows, rowsFor("reshape", allTypes, each(
		one(graph.Reshape{To: dims(1, 1)}),
		one(graph.Reshape{}, 1, 1),
		one(graph.Reshape{To: dims(3, 10)}, 5, 6),
		one(graph.Reshape{To: dims(0, 3)}, 2, 0)))...)
	rows = append(rows, rowsFor("transpose", allTypes, each(
		one(graph.Transpose{}),
		one(graph.Transpose{Perm: dims(1, 0)}, 33, 17),
		one(graph.Transpose{Perm: dims(0, 2, 1)}, 3, 5, 7),
		one(graph.Transpose{Perm: dims(2, 0, 1)}, 3, 5, 7),
		one(graph.Transpose{Perm: dims(3, 1, 0, 2)}, 2, 3, 4, 5),
		one(graph.Transpose{Perm: dims(4, 3, 2, 1, 0)}, 2, 1, 3, 2, 4),
		one(graph.Transpose{Perm: dims(1, 0)}, 0, 3)))...)
	rows = append(rows, rowsFor("slice", allTypes, each(
		one(graph.Slice{Start: dims(2), Stop: dims(9), Step: dims(1)}, 10),
		one(graph.Slice{Start: dims(1), Stop: dims(10), Step: dims(3)}, 10),
		one(graph.Slice{Start: dims(1, 0, 2), Stop: dims(3, 5, 7), Step: dims(1, 2, 3)}, 3, 5, 7),
		one(graph.Slice{Start: dims(2, 1), Stop: dims(2, 3), Step: dims(1, 1)}, 3, 4)))...)
	rows = append(rows, rowsFor("pad", allTypes, each(
		one(graph.Pad{Low: dims(2), High: dims(0), Interior: dims(0), Value: 1}, 3),
		one(graph.Pad{Low: dims(1, 0), High: dims(0, 2), Interior: dims(2, 1)}, 3, 4),
		one(graph.Pad{Low: dims(0, 1, 0), High: dims(1, 0, 2), Interior: dims(0, 0, 3), Value: 1}, 2, 3, 2),
		one(graph.Pad{Low: dims(2), High: dims(1), Interior: dims(5)}, 0)))...)
	rows = append(rows, rowsFor("concat", allTypes, concatCases)...)
	return append(rows, rowsFor("reverse", allTypes, each(
		one(graph.Reverse{Axes: 1}, 9),
		one(graph.Reverse{Axes: 2}, 4, 5),
		one(graph.Reverse{Axes: 5}, 3, 4, 5),
		one(graph.Reverse{}, 3)))...)
}

func concatCases(d graph.DType) []testCase {
	return []testCase{
		{op: graph.Concat{}, in: []operand{of(d, 3), of(d, 1), of(d, 5)}},
		{op: graph.Concat{Axis: 1}, in: []operand{of(d, 3, 2), of(d, 3, 4)}},
		{op: graph.Concat{Axis: 1}, in: []operand{of(d, 2, 2, 3), of(d, 2, 0, 3), of(d, 2, 1, 3)}},
		{op: graph.Concat{Axis: 2}, in: []operand{of(d, 2, 2, 3)}},
	}
}
