package layers

import (
	"slices"

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

// Add sums its inputs elementwise: Σ xs. Use it with [Apply].
//
// Inputs: two or more values of the same or broadcastable shapes. Output: the broadcast shape.
type Add struct {
	Base
	mergeMask

	Name string `keras:"name"`
}

// Merge returns Σ xs.
func (*Add) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return fold(xs, ops.Add)
}

// Subtract subtracts its second input from its first: x0 - x1. Use it with [Apply].
//
// Inputs: two values of the same or broadcastable shapes. Output: the broadcast shape.
type Subtract struct {
	Base
	mergeMask

	Name string `keras:"name"`
}

// Merge returns x0 - x1.
func (*Subtract) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	if len(xs) != 2 {
		graph.Errorf("want 2 inputs, %d were given", len(xs))
	}
	return fold(xs, ops.Subtract)
}

// Multiply multiplies its inputs elementwise: Π xs. Use it with [Apply].
//
// Masked steps of an input are left out of the product; a step that is masked in all inputs is
// 0, as in Keras 3.
//
// Inputs: two or more values of the same or broadcastable shapes. Output: the broadcast shape.
type Multiply struct {
	Base
	mergeMask

	Name string `keras:"name"`
}

// Merge returns Π xs.
func (*Multiply) Merge(s *Scope, xs ...*graph.Node) *graph.Node {
	factors, all := slices.Clone(xs), orMasks(s, xs)
	for i, x := range xs {
		if m := s.Mask(x); m != nil {
			factors[i] = ops.Where(over(m, x), x, ops.OnesLike(x))
		}
	}
	y := fold(factors, ops.Multiply)
	if all == nil {
		return y
	}
	return ops.Where(over(all, y), y, ops.ZerosLike(y))
}

// Average averages its inputs elementwise: Σ xs / n. Use it with [Apply].
//
// Inputs: two or more values of the same or broadcastable shapes. Output: the broadcast shape.
type Average struct {
	Base
	mergeMask

	Name string `keras:"name"`
}

// Merge returns Σ xs / n.
func (*Average) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return ops.Scale(fold(xs, ops.Add), 1/float64(len(xs)))
}

// Maximum computes the elementwise maximum of its inputs: max xs. Use it with [Apply].
//
// A masked step of an input is ignored where another input is unmasked, as in Keras 3.
//
// Inputs: two or more values of the same or broadcastable shapes. Output: the broadcast shape.
type Maximum struct {
	Base
	mergeMask

	Name string `keras:"name"`
}

// Merge returns max xs.
func (*Maximum) Merge(s *Scope, xs ...*graph.Node) *graph.Node {
	return foldMasked(s, xs, ops.Maximum)
}

// Minimum computes the elementwise minimum of its inputs: min xs. Use it with [Apply].
//
// A masked step of an input is ignored where another input is unmasked, as in Keras 3.
//
// Inputs: two or more values of the same or broadcastable shapes. Output: the broadcast shape.
type Minimum struct {
	Base
	mergeMask

	Name string `keras:"name"`
}

// Merge returns min xs.
func (*Minimum) Merge(s *Scope, xs ...*graph.Node) *graph.Node {
	return foldMasked(s, xs, ops.Minimum)
}
