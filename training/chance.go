package training

import "math"

// guesses reports whether the validation loss is, and always was, at the level of guessing. If
// the chance level is unknown, the loss of guessing among a common number of classes C is
// recognized by its value, ln C.
func (c *curves) guesses() bool {
	if c.lasting(rise) && c.rise > math.Max(c.jumps(), rise) {
		return false
	}
	train, val := c.level(c.train), c.level(c.val)
	if chance := c.h.Chance; chance > 0 {
		at := val > .95*chance && val < 1.5*chance && c.val[argmin(c.val)] > .9*chance && (train > .95*chance || c.still() && c.tells())
		return at && c.find(NothingLearnt, restart, "%s stays at %.4g, where guessing is (%.4g)", c.valName, val, chance)
	}
	for _, classes := range []float64{2, 3, 4, 5, 10} {
		if chance := math.Log(classes); c.stuckAt(chance) && !c.h.competent() {
			return c.find(NothingLearnt, restart, "%s stays at %.4g, and guessing among %.0f classes gives ln %.0f = %.4g",
				c.valName, val, classes, classes, chance)
		}
	}
	return false
}

// still reports whether the training loss has not fallen either, ignoring the first epoch.
func (c *curves) still() bool {
	return median(c.t[min(1, len(c.t)-1):min(4, len(c.t))])-c.level(c.t) < 2*flat
}

// tells reports whether there are enough samples to compare the validation loss with a level
// estimated from the training data.
func (c *curves) tells() bool { return c.blur() < .2 }

// stuckAt reports whether the losses look like those of guessing from the second epoch on. In the
// first epoch they may have exploded; a slower fall to the level of guessing does not count.
func (c *curves) stuckAt(chance float64) bool {
	if c.val[min(1, len(c.val)-1)] > 1.5*chance {
		return false
	}
	train, val := c.level(c.train)/chance, c.level(c.val)/chance
	low, middle := c.val[argmin(c.val)]/chance, median(c.val)/chance
	near := func(x float64) bool { return math.Abs(x-1) < matching }
	return near(val) && near(middle) && low > .9 && (c.still() || math.Abs(train-1) < .05) ||
		near(low) && middle < 1.3 && train > .95 ||
		train > .95 && low > .95 && val > .97 && val < 1.1 && middle < 1.15
}
