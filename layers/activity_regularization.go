package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[ActivityRegularization]()
}

// ActivityRegularization adds a penalty on its input to the loss, (L1·Σ|x| + L2·Σx²)/batch,
// and returns the input. Input and output: any one shape.
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
