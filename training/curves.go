package training

import (
	"math"
	"slices"
)

// Curves are the losses of the epochs that have both, and their statistics. Those are of
// logarithms, in which a geometric fall is a straight line and noise has the same size at every
// level: a difference of .05 is 5 % of the loss.
type curves struct {
	h                  *History // what else is known of the run
	trainName, valName string
	epochs             []int
	train, val         []float64 // as logged
	t, v               []float64 // their logarithms, see scale

	reference float64 // the loss of a model that knows nothing, or the best guess of it
	window    int     // epochs in a level: a fifth of the run
	noise     float64 // standard deviation of v about its trend
	best      int     // index of the end of the window in which the level of v is least
	rise      float64 // level of v at the end over that of best
	since     float64 // fall of the level of t from best to the end
	late      float64 // fall of the level of t over the second half
	learnt    float64 // fall of t from the first epoch to the end; from the reference if the first exploded
	gap       float64 // level of v over that of t at the end
	fall      float64 // fall of v over the last fifth of the run
	trainFall float64 // fall of t over the last fifth

	verdict Verdict
}

const (
	trifle  = .01 // share of the reference below which differences of losses don't matter
	widest  = 10  // epochs in a window at most
	blownUp = 3   // a first loss of more medians than that may be an explosion, and no reference
	scaled  = 1   // of the order of the loss of guessing for few classes or scaled targets
)

// measure computes the statistics.
func (c *curves) measure() {
	n := len(c.val)
	c.scale()
	c.window = min(max(n/5, 1), widest)
	v, t := levels(c.v, c.window), levels(c.t, c.window)
	c.best = c.window - 1 + argmin(v[c.window-1:])
	c.noise = noise(c.v)
	c.rise = v[n-1] - v[c.best]
	c.since = t[c.best] - t[n-1]
	c.late = t[max(n/2, c.window-1)] - t[n-1]
	c.learnt = c.t[0] - t[n-1]
	if c.exploded() {
		c.learnt = math.Min(c.t[0], math.Log(c.reference*(1+trifle))) - t[n-1]
	}
	c.gap = v[n-1] - t[n-1]
	c.fall, c.trainFall = -drift(c.v), -drift(c.t)

	best := argmin(c.val)
	floor := trifle * trifle * math.Abs(c.reference) // a division by nearly nothing must not look like much
	c.verdict = Verdict{Epoch: c.epochs[best], Best: c.val[best],
		Train: change(c.train[best], c.train[n-1], floor), Val: change(c.val[best], c.val[n-1], floor),
		Gap: math.Expm1(c.gap), Noise: c.noise}
}

// scale takes the logarithms. A trifle is added first, so that nearly nothing and half of
// nearly nothing are the same; losses that can be negative are moved above zero before.
func (c *curves) scale() {
	all := slices.Concat(c.train, c.val)
	shift := math.Min(slices.Min(all), 0)
	c.reference = c.h.Chance
	if c.reference <= 0 {
		most := math.Max(slices.Max(c.train)-shift, untrained(c.train[0]-shift, c.val[0]-shift))
		c.reference = math.Min(most, math.Max(blownUp*(median(c.train)-shift), scaled))
	}
	floor := trifle * c.reference
	if floor <= 0 {
		floor = math.Max(trifle*(slices.Max(all)-shift), math.SmallestNonzeroFloat64)
	}
	c.t, c.v = make([]float64, len(c.train)), make([]float64, len(c.val))
	for i := range c.val {
		c.t[i], c.v[i] = math.Log(c.train[i]-shift+floor), math.Log(c.val[i]-shift+floor)
	}
}

// exploded reports a loss in the first epoch that tells nothing about the later ones.
func (c *curves) exploded() bool {
	return c.train[0] > 10*median(c.train) && c.train[0] > 2*scaled
}

// untrained estimates the loss before the first epoch from the training loss in it, which is a
// mean, and the validation loss after it: of a loss that decays geometrically from a to b the
// mean is (a-b)/ln(a/b).
func untrained(mean, after float64) float64 {
	before := mean
	if after <= 0 || after >= mean {
		return before
	}
	for range 50 {
		before = after + mean*math.Log(before/after)
	}
	return math.Max(before, mean)
}

// jumps is a difference of levels that the jumps of the validation loss from epoch to epoch
// explain: three standard errors of the difference between two medians of window values, as the
// least of many is compared.
func (c *curves) jumps() float64 {
	const ofMedian = 1.25 // standard error of a median over that of a mean
	return 3 * ofMedian * c.noise * math.Sqrt(2/float64(c.window))
}

// blur is the relative standard error of a mean loss over the validation samples: losses of
// single samples vary about as much as their mean. 0 if their number isn't known.
func (c *curves) blur() float64 {
	if c.h.ValidationSamples <= 0 {
		return 0
	}
	return 1 / math.Sqrt(float64(c.h.ValidationSamples))
}

// level returns the median of the last window of s.
func (c *curves) level(s []float64) float64 { return median(s[len(s)-c.window:]) }

// lasting reports that both of the last two epochs, after the best, are over its level by more
// than d: a single one decides nothing.
func (c *curves) lasting(d float64) bool {
	n := len(c.v)
	best := median(c.v[c.best-c.window+1 : c.best+1])
	return n-1-c.best >= 2 && math.Min(c.v[n-1], c.v[n-2])-best > d
}

// change is (to-from)/|from|, where less than floor counts as floor.
func change(from, to, floor float64) float64 {
	return (to - from) / math.Max(math.Max(math.Abs(from), floor), math.SmallestNonzeroFloat64)
}
