package ops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// epsilon keeps probabilities away from 0 and 1, as in Keras.
const epsilon = 1e-7

// SigmoidCrossEntropy returns the cross-entropy of the probability target and
// sigmoid(logits), elementwise and without overflow:
// softplus(logits) - target·logits, which is max(x, 0) - x·t + log(1 + e^-|x|).
func SigmoidCrossEntropy(target, logits N) N {
	logits = float(logits)
	target = Cast(target, logits.DType)
	// Where instead of multiplication: a logit of -∞ with a target of 0 contributes nothing.
	cost := Where(Equal(target, Scalar(target, 0)), Scalar(logits, 0), Multiply(target, logits))
	return Subtract(Softplus(logits), cost)
}

// BinaryCrossentropy returns -t·log p - (1-t)·log(1-p), elementwise, of the probability p limited
// to [1e-7, 1-1e-7]. For logits use [SigmoidCrossEntropy].
func BinaryCrossentropy(target, p N) N {
	p = float(p)
	target = Cast(target, p.DType)
	p = Clip(p, epsilon, 1-epsilon)
	yes := Multiply(target, Log(p))
	no := Multiply(Subtract(Scalar(p, 1), target), Log(Subtract(Scalar(p, 1), p)))
	return Negative(Add(yes, no))
}

// SoftmaxCrossEntropy returns the cross-entropies of the probabilities target and softmax(logits)
// along axis, which is removed: -Σ target·log softmax(logits).
func SoftmaxCrossEntropy(target, logits N, axis int) N {
	logits = float(logits)
	target = Cast(target, logits.DType)
	sameShape("softmax cross-entropy", target, logits)
	p := LogSoftmax(logits, axis)
	// Where instead of multiplication: a logit of -∞ with a target of 0 contributes nothing.
	cost := Where(Equal(target, Scalar(target, 0)), Scalar(logits, 0), Multiply(target, p))
	return Negative(Sum(cost, axis))
}

// CategoricalCrossentropy returns -Σ target·log p along axis, which is removed. The probabilities
// p are scaled to sum 1 and limited to [1e-7, 1-1e-7]. For logits use [SoftmaxCrossEntropy].
func CategoricalCrossentropy(target, p N, axis int) N {
	p = float(p)
	target = Cast(target, p.DType)
	sameShape("categorical_crossentropy", target, p)
	p = Clip(Divide(p, KeepDims{axis}.Sum(p)), epsilon, 1-epsilon)
	return Negative(Sum(Multiply(target, Log(p)), axis))
}

// SparseSoftmaxCrossEntropy is SoftmaxCrossEntropy for classes (…), integers in [0, k), and
// logits (…, k): log Σ eˣ - x[class]. For a class out of range it is 0.
func SparseSoftmaxCrossEntropy(class, logits N) N {
	return graph.Apply(fused.SoftmaxCrossEntropy{}, float(logits), class)
}

// SparseCategoricalCrossentropy returns -log p[class] for classes (…), integers, and
// probabilities (…, k), limited to [1e-7, 1-1e-7] and scaled to sum 1. For a class out of range
// it is 0.
func SparseCategoricalCrossentropy(class, p N) N {
	return SparseSoftmaxCrossEntropy(class, Log(Clip(float(p), epsilon, 1-epsilon)))
}

func sameShape(who string, a, b N) {
	if !a.Shape.Equal(b.Shape) {
		graph.Errorf("%s: target %v and output %v; want the same shape", who, a.Shape, b.Shape)
	}
}
