package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// CheckTargets returns an error for the first target that is invalid for l and an output of shape
// pred: a class index out of range, a binary target outside [0, 1]. It checks only the values;
// shapes are checked when the loss is traced.
func CheckTargets(l Loss, y *tensor.Tensor, pred graph.Shape) error {
	if c, ok := l.(interface {
		checkTargets(y *tensor.Tensor, pred graph.Shape) error
	}); ok {
		return c.checkTargets(y, pred)
	}
	return nil
}

// TargetType returns the type of the targets of l for an output of type pred: float32 of the same
// shape, unless l has a method TargetType(pred graph.Type) (t graph.Type, ok bool). ok is false
// if pred does not determine the type.
func TargetType(l Loss, pred graph.Type) (t graph.Type, ok bool) {
	if l, own := l.(interface {
		TargetType(pred graph.Type) (graph.Type, bool)
	}); own {
		return l.TargetType(pred)
	}
	return graph.Type{DType: graph.Float32, Shape: pred.Shape}, true
}

// TargetType returns the type of one class index per row of the output.
func (SparseCategoricalCrossentropy) TargetType(pred graph.Type) (graph.Type, bool) {
	return classNumbers(pred), true
}

// TargetType returns the type of one class index per row of the output.
func (CategoricalGeneralizedCrossEntropy) TargetType(pred graph.Type) (graph.Type, bool) {
	return classNumbers(pred), true
}

// TargetType returns the type of one class index per row of the output.
func (Circle) TargetType(pred graph.Type) (graph.Type, bool) { return classNumbers(pred), true }

// TargetType returns false: the labels may have any length.
func (CTC) TargetType(graph.Type) (graph.Type, bool) { return graph.Type{}, false }

// TargetType returns false: the type is unknown.
func (Func) TargetType(graph.Type) (graph.Type, bool) { return graph.Type{}, false }

func classNumbers(pred graph.Type) graph.Type {
	return graph.Type{DType: graph.Int32, Shape: pred.Shape[:max(len(pred.Shape)-1, 0)]}
}
