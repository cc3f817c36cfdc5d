package datasets

import (
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// ToCategorical returns labels as one-hot rows: shape (…) or (…, 1) becomes (…, classes),
// Float32. If classes is 0, it is the largest label plus 1. A label that is not an integer from 0
// to classes-1 is an error. It behaves like keras.utils.to_categorical, except that Keras takes
// -1 for the last class.
func ToCategorical(labels *tensor.Tensor, classes int) *tensor.Tensor {
	v, err := tensor.As[float64](labels)
	if err != nil {
		return tensor.Broken(fmt.Errorf("datasets: to categorical: %w", err))
	}
	if classes < 0 {
		return tensor.Broken(fmt.Errorf("datasets: to categorical: %d classes", classes))
	}
	if classes == 0 {
		largest := 0.0
		for _, f := range v {
			largest = max(largest, f)
		}
		if !(largest < maxLabel) {
			return tensor.Broken(fmt.Errorf("datasets: to categorical: label %v; want integers under %d", largest, maxLabel))
		}
		classes = int(largest) + 1
	}
	shape := labels.Shape().Clone()
	if n := len(shape); n > 1 && shape[n-1] == 1 {
		shape = shape[:n-1]
	}
	out := tensor.New(tensor.Float32, append(shape, classes)...)
	hot, _ := tensor.Data[float32](out)
	if out.Err() != nil {
		return out
	}
	for i, f := range v {
		if f != float64(int(f)) || f < 0 || int(f) >= classes {
			return tensor.Broken(fmt.Errorf("datasets: to categorical: label %v at position %d; want an integer in 0..%d", f, i, classes-1))
		}
		hot[i*classes+int(f)] = 1
	}
	return out
}

// maxLabel bounds class labels: a larger one is probably a number from the wrong column.
const maxLabel = 1 << 24

// ClassWeights returns the weight samples/(classes·count) for each class, which makes all classes
// count equally, like scikit-learn's class_weight "balanced"; a class without samples gets 0.
func ClassWeights(labels *tensor.Tensor, classes int) ([]float64, error) {
	n := 0
	if labels.Rank() > 0 {
		n = labels.Shape()[0]
	}
	of, err := classesOf(n, labels)
	if err != nil {
		return nil, fmt.Errorf("datasets: class weights: %w", err)
	}
	weights := make([]float64, max(classes, 0))
	for i, c := range of {
		if c < 0 || c >= int64(classes) {
			return nil, fmt.Errorf("datasets: class weights: label %d of sample %d is outside 0..%d", c, i, classes-1)
		}
		weights[c]++
	}
	for c, count := range weights {
		if count > 0 {
			weights[c] = float64(n) / (float64(classes) * count)
		}
	}
	return weights, nil
}
