package training

import (
	"fmt"
	"math"
)

var (
	calmer  = []string{"a lower learning rate", "gradient clipping", "scaled features"}
	restart = []string{"another learning rate", "scaled features", "the loss that goes with the last activation", "a larger model"}
)

// explained: there is a gap, or noise, with a reason that is known to be another than overfitting.
func (c *curves) explained() bool {
	n := len(c.val) - 1
	train, val, evaluated := c.train[n], c.val[n], c.h.TrainEvaluated
	switch {
	case c.h.Mismatch != "" && (c.gap > apart || c.noise > loud):
		return c.find(MismatchedData, matched, "%s", c.h.Mismatch)
	case evaluated > 0 && c.gap > apart && val > train && evaluated-train > (val-train)/2:
		return c.find(StaleAverages, fresher, "%s is %.4g, and the training data too has %.4g, not %.4g, when it is evaluated as the validation data is, by moving averages",
			c.valName, val, evaluated, train)
	}
	return false
}

// overfits finds overfitting, or validation data that only makes it look so.
func (c *curves) overfits(reason string, args ...any) bool {
	switch {
	case c.v[argmin(c.v)] > c.t[0]+math.Log(1.5) && c.learnt > apart:
		return c.find(MismatchedData, matched, "%s was never below %.4g, far above the %.4g that %s had in the first epoch",
			c.valName, c.val[argmin(c.val)], c.train[0], c.trainName)
	case c.h.belowChance() != "":
		name := c.h.belowChance()
		return c.find(MismatchedData, matched, "%s %.4g is below what guessing gives", name, c.h.Last()[name])
	}
	return c.find(Overfitting, c.cures(), reason, args...)
}

func (c *curves) overfitsByGap() bool {
	n := len(c.val) - 1
	return c.overfits("%s %.4g stays above %s %.4g, which went down by %s", c.valName, c.val[n], c.trainName, c.train[n], amount(c.learnt))
}

var (
	matched = []string{"datasets.Split{Stratify: true} of shuffled data", "the same scaling for both parts"}
	fresher = []string{"BatchNormalization{Momentum: 0.9}", "smaller batches", "more epochs"}
)

// cures are those of overfitting, what fits the run best first: stopping where the best epoch
// came late, data where samples are few, a smaller model where weights are many.
func (c *curves) cures() (try []string) {
	samples, params := c.h.TrainSamples, c.h.Params
	late := c.verdict.Val > 0 && argmin(c.val) >= 2
	if late {
		try = append(try, fmt.Sprintf("early stopping (epoch %d was best)", c.verdict.Epoch+1))
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

// calming is for noise: in the training loss too it is the steps, else the validation samples.
func (c *curves) calming() []string {
	steps := []string{"a lower learning rate", "a larger batch"}
	if noise(c.t) > loud/2 {
		return append(steps, "more validation samples")
	}
	return append([]string{"more validation samples"}, steps...)
}

// longer is for a run that still learns.
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

// larger is for a plateau too high.
func (c *curves) larger() []string {
	if c.gap < -.2 {
		return []string{"less dropout and L2", "a larger model", "better features"}
	}
	return []string{"a larger model", "better features", "another learning rate"}
}

func percent(f float64) string { return fmt.Sprintf("%+.0f%%", 100*f) }

// amount words a fall given as a difference of logarithms.
func amount(fall float64) string { return fmt.Sprintf("%.2g%%", -100*math.Expm1(-fall)) }

// roundUp returns n rounded up to one significant digit.
func roundUp(n float64) int {
	unit := math.Pow(10, math.Floor(math.Log10(n)))
	return int(math.Ceil(n/unit) * unit)
}
