package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[ActivityRegularization]()
}

// ActivityRegularization adds the penalty (L1·Σ|x| + L2·Σx²)/batch on its input to the loss and
// returns the input unchanged. Input: any shape. Output: the same shape.
type ActivityRegularization struct {
	Base
	PassMask

	Name string  `keras:"name"`
	L1   float64 `keras:"l1" range:"[0,inf)"` // 0: none
	L2   float64 `keras:"l2" range:"[0,inf)"` // 0: none
}

// Call returns x.
func (a *ActivityRegularization) Call(_ *Scope, x *graph.Node) *graph.Node {
	atLeast0("L1", a.L1)
	atLeast0("L2", a.L2)
	return x
}

func (a *ActivityRegularization) activity() Regularizer {
	return regularizers.L1L2{L1: a.L1, L2: a.L2}
}
