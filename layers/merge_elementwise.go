package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Add]()
	register[Subtract]()
	register[Multiply]()
	register[Average]()
	register[Maximum]()
	register[Minimum]()
}

// Add adds its inputs: Σ xs. It is applied by [Join].
//
// Inputs: several of one shape, or shapes that broadcast. Output: that shape.
type Add struct {
	State
	mergeMask

	Name string `keras:"name"`
}

// Merge returns Σ xs.
func (*Add) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return fold(xs, ops.Add)
}

// Subtract subtracts its second input from its first: x0 - x1. It is applied by [Join].
//
// Inputs: several of one shape, or shapes that broadcast. Output: that shape.
type Subtract struct {
	State
	mergeMask

	Name string `keras:"name"`
}

// Merge returns x0 - x1.
func (*Subtract) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	if len(xs) != 2 {
		graph.Errorf("wants 2 inputs, %d were given", len(xs))
	}
	return fold(xs, ops.Subtract)
}

// Multiply multiplies its inputs, elementwise: Π xs. It is applied by [Join].
//
// Inputs: several of one shape, or shapes that broadcast. Output: that shape.
type Multiply struct {
	State
	mergeMask

	Name string `keras:"name"`
}

// Merge returns Π xs.
func (*Multiply) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return fold(xs, ops.Multiply)
}

// Average takes the mean of its inputs, elementwise: Σ xs / n. It is applied by [Join].
//
// Inputs: several of one shape, or shapes that broadcast. Output: that shape.
type Average struct {
	State
	mergeMask

	Name string `keras:"name"`
}

// Merge returns Σ xs / n.
func (*Average) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return ops.Scale(fold(xs, ops.Add), 1/float64(len(xs)))
}

// Maximum takes the largest of its inputs, elementwise: max xs. It is applied by [Join].
//
// Inputs: several of one shape, or shapes that broadcast. Output: that shape.
type Maximum struct {
	State
	mergeMask

	Name string `keras:"name"`
}

// Merge returns max xs.
func (*Maximum) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return fold(xs, ops.Maximum)
}

// Minimum takes the smallest of its inputs, elementwise: min xs. It is applied by [Join].
//
// Inputs: several of one shape, or shapes that broadcast. Output: that shape.
type Minimum struct {
	State
	mergeMask

	Name string `keras:"name"`
}

// Merge returns min xs.
func (*Minimum) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return fold(xs, ops.Minimum)
}
