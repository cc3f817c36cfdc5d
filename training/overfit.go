package training

import "math"

// explained reports whether a gap or noise has a known cause other than overfitting.
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

// overfits records overfitting, or validation data that only makes the run look overfitted.
func (c *curves) overfits(reason string, args ...any) bool {
	if name := c.h.belowChance(); name != "" {
		return c.find(MismatchedData, matched, "%s %.4g is below what guessing gives", name, c.h.Last()[name])
	}
	try := c.cures()
	if c.v[argmin(c.v)] > c.t[0]+math.Log(1.5) && c.learnt > apart { // never close to the initial training loss
		try = append([]string{"a check that the validation data is of the same kind"}, try...)
	}
	return c.find(Overfitting, try, reason, args...)
}

func (c *curves) overfitsByGap() bool {
	n := len(c.val) - 1
	return c.overfits("%s %.4g stays above %s %.4g, which went down by %s", c.valName, c.val[n], c.trainName, c.train[n], amount(c.learnt))
}
