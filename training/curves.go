package training

import (
	"math"
	"slices"
)

// curves holds the losses of the epochs that have both a training and a validation loss, and
// their statistics. The statistics are computed on logarithms, where a geometric decrease is a
// straight line and noise has the same size at every level: a difference of .05 is 5% of the
// loss.
type curves struct {
	h                  *History // what else is known about the run
	trainName, valName string
	epochs             []int
	train, val         []float64 // as logged
	t, v               []float64 // their logarithms; see scale

	reference float64 // loss of a model that has learned nothing, or the best estimate of it
	window    int     // epochs averaged into a level: a fifth of the run
	noise     float64 // standard deviation of v about its trend
	best      int     // index of the end of the window where the level of v is lowest
	rise      float64 // level of v at the end minus its level at best
	since     float64 // decrease of the level of t from best to the end
	late      float64 // decrease of the level of t over the second half
	learnt    float64 // decrease of t from the first epoch to the end; from the reference if the first epoch exploded
	gap       float64 // level of v minus level of t at the end
	fall      float64 // decrease of v over the last fifth of the run
	trainFall float64 // decrease of t over the last fifth

	verdict Verdict
}

const (
	trifle  = .01 // fraction of the reference below which differences of losses don't matter
	widest  = 10  // maximum number of epochs in a window
	blownUp = 3   // a first loss over this many medians may be an explosion and is not used as reference
	scaled  = 1   // order of magnitude of the loss of guessing with few classes or scaled targets
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
	floor := trifle * trifle * math.Abs(c.reference) // keeps a division by nearly zero from looking like a large change
	c.verdict = Verdict{Epoch: c.epochs[best], Best: c.val[best],
		Train: change(c.train[best], c.train[n-1], floor), Val: change(c.val[best], c.val[n-1], floor),
		Gap: math.Expm1(c.gap), Noise: c.noise}
}

// scale computes the logarithms. It first adds a small fraction of the reference, so that losses
// close to zero look alike; losses that can be negative are first shifted above zero.
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

// exploded reports whether the loss of the first epoch is so large that it says nothing about the
// later ones.
func (c *curves) exploded() bool {
	return c.train[0] > 10*median(c.train) && c.train[0] > 2*scaled
}

// untrained estimates the loss before the first epoch from the training loss of that epoch, which
// is a mean, and the validation loss after it: the mean of a loss that decays geometrically from
// a to b is (a-b)/ln(a/b).
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

// jumps returns the largest difference of levels that can be explained by the epoch-to-epoch
// noise of the validation loss: three standard errors of the difference of two medians over
// window values, since the lowest of many levels is compared.
func (c *curves) jumps() float64 {
	const ofMedian = 1.25 // standard error of a median relative to that of a mean
	return 3 * ofMedian * c.noise * math.Sqrt(2/float64(c.window))
}

// blur returns the relative standard error of a mean loss over the validation samples, assuming
// that the losses of single samples vary about as much as their mean. It is 0 if the number of
// samples is unknown.
func (c *curves) blur() float64 {
	if c.h.ValidationSamples <= 0 {
		return 0
	}
	return 1 / math.Sqrt(float64(c.h.ValidationSamples))
}

// level returns the median of the last window of s.
func (c *curves) level(s []float64) float64 { return median(s[len(s)-c.window:]) }

// lasting reports whether each of the last two epochs, both after the best, exceeds the best
// level by more than d; a single epoch is not enough.
func (c *curves) lasting(d float64) bool {
	n := len(c.v)
	best := median(c.v[c.best-c.window+1 : c.best+1])
	return n-1-c.best >= 2 && math.Min(c.v[n-1], c.v[n-2])-best > d
}

// change returns (to-from)/|from|, with |from| replaced by floor if it is smaller.
func change(from, to, floor float64) float64 {
	return (to - from) / math.Max(math.Max(math.Abs(from), floor), math.SmallestNonzeroFloat64)
}
