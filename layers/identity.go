package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[Identity]()
	Register("TFDIdentity", func() Module { return &Identity{} }) // of Keras FeatureSpace
}

// Identity returns its input unchanged. Input: any shape. Output: the same shape.
type Identity struct {
	Base
	PassMask

	Name string `keras:"name"`
}

// Call returns x.
func (*Identity) Call(_ *Scope, x *graph.Node) *graph.Node { return x }

// Transform returns x.
func (i *Identity) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(i, 1, x, func() (*tensor.Tensor, error) { return x[0], nil })
}
