package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// CheckTargets reports the first of the targets that l cannot take for an output of shape
// pred: a class number outside the classes, a binary target outside [0, 1]. It looks at the
// values; shapes are checked as the loss is traced.
func CheckTargets(l Loss, y *tensor.Tensor, pred graph.Shape) error {
	if c, ok := l.(interface {
		checkTargets(y *tensor.Tensor, pred graph.Shape) error
	}); ok {
		return c.checkTargets(y, pred)
	}
	return nil
}
