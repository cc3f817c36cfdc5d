package losses

import (
	"math"

	"github.com/rhyton/rhyton/tensor"
)

// Chance returns the lowest loss on targets y of a constant prediction, which is what a model
// that has learned nothing reaches: the entropy of the classes for a cross-entropy, the variance
// for MeanSquaredError, averaged over the columns of y. It is 0 for other losses, for targets of
// rank above 2, and for the reduction [Sum].
func Chance(l Loss, y *tensor.Tensor) float64 {
	if l.Settings().Reduction == Sum || y.Rank() > 2 {
		return 0
	}
	if l, ok := l.(interface {
		chance(y *tensor.Tensor) float64
	}); ok {
		return l.chance(y)
	}
	return 0
}

func (SparseCategoricalCrossentropy) chance(y *tensor.Tensor) float64 { return entropy(classCounts(y)) }

func (CategoricalCrossentropy) chance(y *tensor.Tensor) float64 { return entropy(classCounts(y)) }

func (BinaryCrossentropy) chance(y *tensor.Tensor) float64 {
	return ofColumns(y, func(mean, _ float64) float64 { return entropy(map[int]float64{0: 1 - mean, 1: mean}) })
}

func (MeanSquaredError) chance(y *tensor.Tensor) float64 {
	return ofColumns(y, func(_, variance float64) float64 { return variance })
}

// ClassCounts returns the number of samples of each class. It returns nil if l is not a loss of
// mutually exclusive classes, or if y does not have one class index or one-hot row per sample.
func ClassCounts(l Loss, y *tensor.Tensor) map[int]float64 {
	if l, ok := l.(interface {
		classCounts(y *tensor.Tensor) map[int]float64
	}); ok {
		return l.classCounts(y)
	}
	return nil
}

func (SparseCategoricalCrossentropy) classCounts(y *tensor.Tensor) map[int]float64 {
	return classCounts(y)
}

func (CategoricalCrossentropy) classCounts(y *tensor.Tensor) map[int]float64 { return classCounts(y) }

// classCounts counts the samples of each class; nil without one class per sample.
func classCounts(y *tensor.Tensor) map[int]float64 {
	labels, err := Labels(y)
	if err != nil || len(labels) != y.Shape()[0] {
		return nil
	}
	counts := map[int]float64{}
	for _, k := range labels {
		counts[k]++
	}
	return counts
}

// entropy returns -Σ p ln p, where p are the relative frequencies of the counts.
func entropy(counts map[int]float64) (h float64) {
	total := 0.
	for _, n := range counts {
		total += n
	}
	for _, n := range counts {
		if n > 0 {
			h -= n / total * math.Log(n/total)
		}
	}
	return h
}

// ofColumns returns the mean of f over the columns of y; f receives a column's mean and variance.
func ofColumns(y *tensor.Tensor, f func(mean, variance float64) float64) float64 {
	values, err := tensor.As[float64](y)
	if err != nil || len(values) == 0 {
		return 0
	}
	rows := y.Shape()[0]
	width := len(values) / rows
	total := 0.
	for j := range width {
		var mean, variance float64
		for i := range rows {
			mean += values[i*width+j] / float64(rows)
		}
		for i := range rows {
			d := values[i*width+j] - mean
			variance += d * d / float64(rows)
		}
		total += f(mean, variance)
	}
	return total / float64(width)
}
