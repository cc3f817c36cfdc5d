package training

import (
	"fmt"
	"math"
)

// Thresholds of the verdict, as differences of logarithms, which are fractions if small. They are
// sizes that matter to a user; docs/overfitting.md has the hit rates. None is critical: half or
// twice the value changes the hit rates by about a percentage point.
const (
	rise     = .06  // significant rise of the validation loss
	bigRise  = .30  // significant rise while the validation loss is still below the training loss
	falling  = .015 // significant decrease of the validation loss over the last fifth of the run
	lagging  = .40  // the validation loss lags if its decrease is below this fraction of the training loss's decrease
	apart    = .35  // significant gap between the losses
	wide     = .65  // gap that means overfitting regardless of the earlier epochs
	share    = .43  // minimum ratio of a wide gap to the decrease of the training loss
	loud     = .10  // noise that hides everything else
	flat     = .10  // decrease of the training loss below which it counts as flat
	solved   = .02  // fraction of the reference that counts as zero
	grown    = 2.0  // diverged: ratio of the training loss to its initial value
	relapse  = .50  // diverged: fraction of its decrease that the training loss has lost again
	short    = 5    // minimum number of validated epochs in which noise can be measured
	matching = .02  // relative difference within which a loss equals that of guessing
)

// judge tries the rules in order; the first that applies decides.
func (c *curves) judge() Verdict {
	c.measure()
	for _, rule := range []func() bool{c.relapsed, c.explained, c.overshoots, c.guesses, c.converged, c.rises, c.tooShort,
		c.blurred, c.gapes, c.isNoisy, c.wanders, c.falls, c.lags, c.isFlat, c.fitsWell} {
		if rule() {
			break
		}
	}
	return c.verdict
}

// find records a finding and returns true, so that a rule can return its result.
func (c *curves) find(f Finding, try []string, reason string, args ...any) bool {
	c.verdict.Finding, c.verdict.Try, c.verdict.Reason = f, try, fmt.Sprintf(reason, args...)
	return true
}

// relapsed reports whether the training loss fell and then lost most of its gain.
func (c *curves) relapsed() bool {
	t := levels(c.t, c.window)[c.window-1:]
	low, end := t[argmin(t)], t[len(t)-1]
	if end-low <= math.Max(math.Ln2/2, 4*noise(c.t)) || end-low <= relapse*(c.t[0]-low) {
		return false
	}
	best := argmin(c.train)
	if best == 0 {
		return c.find(Diverged, calmer, "%s rose from %.4g to %.4g", c.trainName, c.train[0], c.train[len(c.train)-1])
	}
	return c.find(Diverged, calmer, "%s fell to %.4g by epoch %d and has risen to %.4g since",
		c.trainName, c.train[best], c.epochs[best]+1, c.train[len(c.train)-1])
}

// overshoots reports whether both losses are far above that of guessing.
func (c *curves) overshoots() bool {
	chance, train, val := c.h.Chance, c.level(c.train), c.level(c.val)
	return chance > 0 && train > 1.5*chance && val > 2*chance &&
		c.find(Diverged, calmer, "%s %.4g and %s %.4g are far above the %.4g of guessing", c.trainName, train, c.valName, val, chance)
}

// converged reports whether the loss is practically zero, whatever its trend. With few samples it
// must be so by two standard errors; the training loss, which dropout may raise, must be low too.
func (c *curves) converged() bool {
	train, val := c.level(c.train), c.level(c.val)
	full := math.Min(c.reference, math.Max(scaled, c.h.Chance))
	return c.val[argmin(c.val)] >= 0 && val*(1+2*c.blur()) <= solved*full && train <= 10*solved*full &&
		c.find(GoodFit, nil, "%s %.4g is nearly nothing", c.valName, val)
}

// tooShort reports whether there are so few epochs that their fluctuations may be noise or a
// trend.
func (c *curves) tooShort() bool {
	return len(c.val) < short && !monotone(c.v) && (c.rise > rise || c.noise > .8*loud) &&
		c.find(Undecided, []string{"more epochs"}, "%s goes up and down in %s, too few to tell a trend from noise",
			c.valName, count(len(c.val), "epoch"))
}

// rises reports whether the validation loss rises while the training loss falls or cannot fall
// further.
func (c *curves) rises() bool {
	bar := math.Max(rise, math.Hypot(c.jumps(), c.blur()))
	risen := c.rise > bar && c.lasting(bar/2)
	above := c.gap > .1 || c.rise > bigRise || c.since > .1 && kendall(c.v[c.best:]) > 3
	if !risen || !above || c.since <= .02 && c.gap <= apart {
		return false
	}
	return c.overfits("%s %s while %s %s", c.valName, percent(c.verdict.Val), c.trainName, percent(c.verdict.Train))
}

// blurred reports whether a rise may be due to chance because there are few validation samples.
func (c *curves) blurred() bool {
	if c.rise <= math.Max(c.jumps(), rise) || c.rise >= c.blur() || c.since <= .02 {
		return false
	}
	enough := roundUp(1 / (c.rise * c.rise))
	return c.find(Undecided, []string{fmt.Sprintf("%d validation samples or more", enough)},
		"%s %s, which %d validation samples may show by chance", c.valName, percent(math.Expm1(c.rise)), c.h.ValidationSamples)
}

// gapes reports whether the validation loss has stalled far above the training loss.
func (c *curves) gapes() bool {
	return c.gap > math.Max(wide, c.jumps()) && c.gap > share*c.learnt && c.fall < falling && c.overfitsByGap()
}

// isNoisy reports whether noise hides everything else.
func (c *curves) isNoisy() bool {
	return len(c.val) >= short && c.noise > loud &&
		c.find(Noisy, c.calming(), "%s jumps by %.0f%% from epoch to epoch", c.valName, 100*c.noise)
}

// wanders reports whether the validation loss has risen, but only in slow fluctuations.
func (c *curves) wanders() bool {
	bar := math.Max(loud, math.Hypot(c.jumps(), c.blur()))
	return c.rise > bar && !c.lasting(bar/2) &&
		c.find(Noisy, c.calming(), "%s wanders, and is %.0f%% over its best level", c.valName, 100*math.Expm1(c.rise))
}

// falls reports whether the validation loss is still falling and at its best. If it lags behind
// the training loss, the decrease must exceed the uncertainty due to the choice of samples.
func (c *curves) falls() bool {
	n := len(c.val)
	fifth, bar := float64(max(n/5, 1)), falling
	if kendall(c.v[n/2:]) > -1.645 { // the second half shows no decrease, at the 5% level
		bar = math.Max(bar, 2.5*c.noise/math.Sqrt(fifth))
	}
	lags := c.fall < lagging*c.trainFall
	if c.gap > wide && lags {
		least := 2 * falling
		if blur := c.blur(); blur > 0 {
			least = .1 * blur
		}
		bar = math.Max(bar, least)
	}
	steady := !lags && c.gap <= apart && c.trainFall > falling/3 && c.fall > math.Max(bar/2, .01) &&
		2*c.fall*float64(n)/fifth > c.v[0]-c.v[n-1] // over half of the mean rate
	if c.rise >= .02 || c.fall <= bar && !steady {
		return false
	}
	return c.find(StillLearning, c.longer(), "%s still falls, by %s over the last %s (%s by %s)", c.valName,
		amount(c.fall), count(int(fifth), "epoch"), c.trainName, amount(c.trainFall))
}

// lags reports whether the validation loss no longer follows the training loss, or never fell at
// all, or a wide gap remains. The training loss of the first epoch, a mean over that epoch, is
// ignored.
func (c *curves) lags() bool {
	behind := c.gap > apart && c.late > flat && c.trainFall > .05 && c.fall < .01
	never := c.gap > apart/2 && c.v[0]-c.v[argmin(c.v)] < flat/5 && c.t[min(1, len(c.t)-1)]-c.level(c.t) > flat
	return ((behind || never) && c.gap > c.jumps() || c.gap > wide && c.gap > share*c.learnt) && c.overfitsByGap()
}

// isFlat reports whether the training loss has not fallen since the first epoch, ignoring an
// explosion there.
func (c *curves) isFlat() bool {
	still := c.exploded() && median(c.t)-c.level(c.t) < flat/2
	if c.learnt >= flat && !still || c.h.competent() {
		return false
	}
	return c.find(Underfitting, restart, "%s went from %.4g to %.4g in %s: nothing is learnt, or all was in the first epoch",
		c.trainName, c.train[0], c.train[len(c.train)-1], count(len(c.train), "epoch"))
}

// fitsWell applies if no other rule does.
func (c *curves) fitsWell() bool {
	n := len(c.val) - 1
	if chance := c.h.Chance; chance > 0 && c.level(c.val) > .9*chance && c.tells() && !c.h.competent() {
		return c.find(Underfitting, c.larger(), "%s settles at %.4g, near the %.4g of guessing", c.valName, c.val[n], chance)
	}
	c.find(GoodFit, nil, "%s %.4g beside %s %.4g", c.valName, c.val[n], c.trainName, c.train[n])
	if c.verdict.Val > rise && c.rise > rise/2 {
		c.verdict.Reason += fmt.Sprintf(", %s since epoch %d", percent(c.verdict.Val), c.verdict.Epoch+1)
	}
	return true
}
