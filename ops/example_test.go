package ops_test

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// Operations are written inside a function that jit compiles. They broadcast as NumPy's do.
func Example() {
	standardize := jit.Func(func(x *graph.Node) *graph.Node {
		mean := ops.Mean(x, 0)
		deviation := ops.Sqrt(ops.Mean(ops.Square(ops.Subtract(x, mean)), 0))
		return ops.Divide(ops.Subtract(x, mean), deviation)
	})
	y, err := standardize.Call(tensor.FromRows([][]float32{{1, 10}, {3, 30}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(y)
	// Output:
	// [[-1. -1.]
	//  [ 1.  1.]]
}

func ExampleMatMul() {
	product := jit.Func(func(a, b *graph.Node) *graph.Node { return ops.MatMul(a, b) })
	c, err := product.Call(tensor.FromRows([][]float32{{1, 2}, {3, 4}}), tensor.FromRows([][]float32{{0, 1}, {1, 0}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c)
	// Output:
	// [[2. 1.]
	//  [4. 3.]]
}

// Axes are counted from 0, or from the last by negative numbers. Without one, the sum is over
// all elements.
func ExampleSum() {
	x := tensor.FromRows([][]float32{{1, 2, 3}, {4, 5, 6}})
	rows := jit.Func(func(x *graph.Node) *graph.Node { return ops.Sum(x, -1) })
	all := jit.Func(func(x *graph.Node) *graph.Node { return ops.Sum(x) })
	r, err1 := rows.Call(x)
	a, err2 := all.Call(x)
	fmt.Println(r, a, err1, err2)
	// Output: [ 6. 15.] 21.0 <nil> <nil>
}
