// Tensors and gradients: array expressions, variables, and automatic differentiation.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

func run(context.Context) error {
	a := tensor.FromRows([][]float32{{1, 2}, {3, 4}, {5, 6}})
	fmt.Printf("an array from rows:\n%+v\n", a)
	if err := expressions(a); err != nil {
		return err
	}
	if err := variables(a); err != nil {
		return err
	}
	return gradients()
}

// expressions are compiled on the first call.
func expressions(a *tensor.Tensor) error {
	for _, e := range []struct {
		name string
		of   func(x *graph.Node) *graph.Node
	}{
		{"a - a[0], the first row taken off every row", func(x *graph.Node) *graph.Node { return ops.Subtract(x, ops.Index(x, 0, 0)) }},
		{"exp(a)[0]", func(x *graph.Node) *graph.Node { return ops.Index(ops.Exp(x), 0, 0) }},
		{"the sum of each column", func(x *graph.Node) *graph.Node { return ops.Sum(x, 0) }},
		{"normal numbers", func(x *graph.Node) *graph.Node { return ops.Normal(x.Graph(), 1, graph.Float32, 2, 3) }},
	} {
		y, err := jit.Func(e.of).Call(a)
		if err != nil {
			return err
		}
		fmt.Printf("%s:\n%v\n", e.name, y)
	}
	return nil
}

// variables keep their values between calls.
func variables(rows *tensor.Tensor) error {
	sum := jit.NewVariable(tensor.Of([]float32{0, 0}))
	for i := range rows.Shape()[0] {
		if err := sum.AssignAdd(rows.Row(i)); err != nil {
			return err
		}
	}
	if err := sum.AssignSub(tensor.Of([]float32{1, 1})); err != nil {
		return err
	}
	v, err := sum.Value()
	fmt.Printf("a variable, the rows added up and 1 taken off: %v\n", v)
	return err
}

func gradients() error {
	// The course's first tape: c = √(a² + b²) and its derivative with respect to a, which is a/c.
	length := jit.Func(func(a, b *graph.Node) *graph.Node {
		return ops.Sqrt(ops.Add(ops.Square(a), ops.Square(b)))
	})
	a := tensor.FromRows([][]float32{{3, 5}, {8, 7}})
	b := tensor.FromRows([][]float32{{4, 12}, {15, 24}})
	c, d, err := length.ValueAndGrad(a, b)
	if err != nil {
		return err
	}
	fmt.Printf("c = √(a²+b²):\n%v\n∂c/∂a, which is 3/5 5/13 8/17 7/25:\n%.4v\n", c, d[0])

	// The vector-Jacobian product, as c.backward(eye(2)) in PyTorch.
	vjp, err := length.VJP(tensor.FromRows([][]float32{{1, 0}, {0, 1}}), a, b)
	if err != nil {
		return err
	}
	fmt.Printf("the same through a unit matrix:\n%.4v\n", vjp[0])

	// Gradients are nodes and can be differentiated again: (x³)″ = 6x.
	second := jit.Func(func(x *graph.Node) *graph.Node {
		first := graph.Grad(ops.Sum(ops.Multiply(x, ops.Square(x))), x)[0]
		return graph.Grad(ops.Sum(first), x)[0]
	})
	y, err := second.Call(tensor.Of([]float32{-1, 0, 2}))
	fmt.Printf("(x³)″ at -1, 0, 2, which is 6x: %v\n", y)
	return err
}
