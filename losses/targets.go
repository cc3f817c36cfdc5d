package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// CheckTargets reports the first of the targets that l cannot take for an output of shape
// pred: a class index outside the classes, a binary target outside [0, 1]. It looks at the
// values; shapes are checked as the loss is traced.
func CheckTargets(l Loss, y *tensor.Tensor, pred graph.Shape) error {
	if c, ok := l.(interface {
		checkTargets(y *tensor.Tensor, pred graph.Shape) error
	}); ok {
		return c.checkTargets(y, pred)
	}
	return nil
}

// TargetType returns the type of the targets that l takes for an output of type pred: float32
// of the same shape, unless l has a method TargetType(pred graph.Type) (t graph.Type, ok bool)
// that says otherwise. ok is false if pred does not determine it.
func TargetType(l Loss, pred graph.Type) (t graph.Type, ok bool) {
	if l, own := l.(interface {
		TargetType(pred graph.Type) (graph.Type, bool)
	}); own {
		return l.TargetType(pred)
	}
	return graph.Type{DType: graph.Float32, Shape: pred.Shape}, true
}

// TargetType returns the type of one class index for each row of the output.
func (SparseCategoricalCrossentropy) TargetType(pred graph.Type) (graph.Type, bool) {
	return classNumbers(pred), true
}

// TargetType returns the type of one class index for each row of the output.
func (CategoricalGeneralizedCrossEntropy) TargetType(pred graph.Type) (graph.Type, bool) {
	return classNumbers(pred), true
}

// TargetType returns the type of one class index for each row of the output.
func (Circle) TargetType(pred graph.Type) (graph.Type, bool) { return classNumbers(pred), true }

// TargetType returns false: the labels may have any length.
func (CTC) TargetType(graph.Type) (graph.Type, bool) { return graph.Type{}, false }

// TargetType returns false: only the function knows.
func (Func) TargetType(graph.Type) (graph.Type, bool) { return graph.Type{}, false }

func classNumbers(pred graph.Type) graph.Type {
	return graph.Type{DType: graph.Int32, Shape: pred.Shape[:max(len(pred.Shape)-1, 0)]}
}
