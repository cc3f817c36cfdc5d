package training

import (
	"fmt"
	"math"
)

var (
	calmer  = []string{"a lower learning rate", "gradient clipping", "scaled features"}
	restart = []string{"another learning rate", "scaled features", "the loss that goes with the last activation", "LeakyReLU in place of ReLU, whose units may be dead"}
	matched = []string{"datasets.Split{Stratify: true} of shuffled data", "the same scaling for both parts"}
	fresher = []string{"BatchNormalization{Momentum: 0.9}", "smaller batches", "more epochs"}
)

// cures returns remedies for overfitting, the best for this run first: early stopping if the best
// epoch was not among the first, more data if there are few samples, a smaller model if there are
// many weights.
func (c *curves) cures() (try []string) {
	samples, params := c.h.TrainSamples, c.h.Params
	late := c.verdict.Val > 0 && argmin(c.val) >= 2
	if late {
		try = append(try, fmt.Sprintf("early stopping (epoch %d was best: %.4g)", c.verdict.Epoch+1, c.verdict.Best))
	}
	data, size := []string{"more data", "augmentation"}, []string{"dropout", "L2", "a smaller model"}
	if samples > 0 && params > 10*samples {
		size = []string{"a smaller model", "dropout", "L2"}
	}
	if samples >= 5000 && params > samples || samples == 0 {
		return append(append(try, size...), data...)
	}
	return append(append(try, data...), size...)
}

// calming returns remedies for noise. If the training loss is noisy too, the steps are the cause;
// otherwise the validation samples are.
func (c *curves) calming() []string {
	steps := []string{"a lower learning rate", "a larger batch"}
	if noise(c.t) > loud/2 {
		return append(steps, "more validation samples")
	}
	return append([]string{"more validation samples"}, steps...)
}

// longer returns advice for a run that is still learning.
func (c *curves) longer() []string {
	try := []string{"more epochs"}
	if c.gap > wide {
		return append(try, "early stopping to end them in time")
	}
	if c.learnt < 3*flat {
		try = append(try, "a higher learning rate")
	}
	return try
}

// larger returns advice for a loss that levels off too high.
func (c *curves) larger() []string {
	if c.gap < -.2 {
		return []string{"less dropout and L2", "a larger model", "better features"}
	}
	return []string{"a larger model", "better features", "another learning rate"}
}

func percent(f float64) string { return fmt.Sprintf("%+.0f%%", 100*f) }

// amount formats a decrease, given as a difference of logarithms, as a percentage.
func amount(fall float64) string { return fmt.Sprintf("%.2g%%", -100*math.Expm1(-fall)) }

// roundUp returns n rounded up to one significant digit.
func roundUp(n float64) int {
	unit := math.Pow(10, math.Floor(math.Log10(n)))
	return int(math.Ceil(n/unit) * unit)
}
