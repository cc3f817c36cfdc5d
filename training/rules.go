package training

import (
	"fmt"
	"math"
)

// Limits of the verdict, as differences of logarithms, which for small ones are fractions. They
// are sizes that matter to a user; docs/overfitting.md has the hit rates. None is critical: half
// or twice as much moves them by about a point.
const (
	rise     = .06  // rise of the validation loss that counts
	bigRise  = .30  // rise that counts although the validation loss is still below the training loss
	falling  = .015 // fall of the validation loss over the last fifth of the run that counts
	lagging  = .40  // share of the fall of the training loss below which the validation loss lags behind
	apart    = .35  // gap between the losses that counts
	wide     = .65  // gap that is overfitting whatever was before
	share    = .43  // of the fall of the training loss that a wide gap must have
	loud     = .10  // noise that hides what there is
	flat     = .10  // fall of the training loss that is none
	solved   = .02  // share of the reference that is as good as nothing
	grown    = 2.0  // training loss over its beginning: diverged
	relapse  = .50  // share of its fall that the training loss has lost again: diverged
	short    = 5    // epochs with validation from which on noise shows
	matching = .02  // relative difference between a loss and that of guessing that is none
)

// judge asks the rules in order; the first that holds decides.
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

// find sets what was found; it is true, for a rule to return.
func (c *curves) find(f Finding, try []string, reason string, args ...any) bool {
	c.verdict.Finding, c.verdict.Try, c.verdict.Reason = f, try, fmt.Sprintf(reason, args...)
	return true
}

// relapsed: the training loss fell, and has lost most of what it had gained.
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

// overshoots: both losses are far above that of guessing.
func (c *curves) overshoots() bool {
	chance, train, val := c.h.Chance, c.level(c.train), c.level(c.val)
	return chance > 0 && train > 1.5*chance && val > 2*chance &&
		c.find(Diverged, calmer, "%s %.4g and %s %.4g are far above the %.4g of guessing", c.trainName, train, c.valName, val, chance)
}

// converged: the loss is as good as nothing, whatever it does there. Of few samples it must be
// so by two standard errors, and the training loss, which dropout may raise, must be low too.
func (c *curves) converged() bool {
	train, val := c.level(c.train), c.level(c.val)
	full := math.Min(c.reference, math.Max(scaled, c.h.Chance))
	return c.val[argmin(c.val)] >= 0 && val*(1+2*c.blur()) <= solved*full && train <= 10*solved*full &&
		c.find(GoodFit, nil, "%s %.4g is nearly nothing", c.valName, val)
}

// tooShort: few epochs go up and down, which may be noise or not.
func (c *curves) tooShort() bool {
	return len(c.val) < short && !monotone(c.v) && (c.rise > rise || c.noise > .8*loud) &&
		c.find(Undecided, []string{"more epochs"}, "%s goes up and down in %s, too few to tell a trend from noise",
			c.valName, count(len(c.val), "epoch"))
}

// rises: the validation loss rises where the training loss falls, or can't fall further.
func (c *curves) rises() bool {
	bar := math.Max(rise, math.Hypot(c.jumps(), c.blur()))
	risen := c.rise > bar && c.lasting(bar/2)
	above := c.gap > .1 || c.rise > bigRise || c.since > .1 && kendall(c.v[c.best:]) > 3
	if !risen || !above || c.since <= .02 && c.gap <= apart {
		return false
	}
	return c.overfits("%s %s while %s %s", c.valName, percent(c.verdict.Val), c.trainName, percent(c.verdict.Train))
}

// blurred: so few validation samples may show such a rise by chance.
func (c *curves) blurred() bool {
	if c.rise <= math.Max(c.jumps(), rise) || c.rise >= c.blur() || c.since <= .02 {
		return false
	}
	enough := roundUp(1 / (c.rise * c.rise))
	return c.find(Undecided, []string{fmt.Sprintf("%d validation samples or more", enough)},
		"%s %s, which %d validation samples may show by chance", c.valName, percent(math.Expm1(c.rise)), c.h.ValidationSamples)
}

// gapes: the validation loss stands still far above the training loss.
func (c *curves) gapes() bool {
	return c.gap > math.Max(wide, c.jumps()) && c.gap > share*c.learnt && c.fall < falling && c.overfitsByGap()
}

// isNoisy: noise hides what else there is.
func (c *curves) isNoisy() bool {
	return len(c.val) >= short && c.noise > loud &&
		c.find(Noisy, c.calming(), "%s jumps by %.0f%% from epoch to epoch", c.valName, 100*c.noise)
}

// wanders: the validation loss has risen, but goes up and down slowly.
func (c *curves) wanders() bool {
	bar := math.Max(loud, math.Hypot(c.jumps(), c.blur()))
	return c.rise > bar && !c.lasting(bar/2) &&
		c.find(Noisy, c.calming(), "%s wanders, and is %.0f%% over its best level", c.valName, 100*math.Expm1(c.rise))
}

// falls: the validation loss still falls, and is at its best. Where it lags behind the training
// loss, the fall must be beyond what the choice of the samples blurs.
func (c *curves) falls() bool {
	n := len(c.val)
	fifth, bar := float64(max(n/5, 1)), falling
	if kendall(c.v[n/2:]) > -1.645 { // at 5 %, the second half shows no fall
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
		2*c.fall*float64(n)/fifth > c.v[0]-c.v[n-1] // at more than half of the mean pace
	if c.rise >= .02 || c.fall <= bar && !steady {
		return false
	}
	return c.find(StillLearning, c.longer(), "%s still falls, by %s over the last %s (%s by %s)", c.valName,
		amount(c.fall), count(int(fifth), "epoch"), c.trainName, amount(c.trainFall))
}

// lags: the validation loss no longer follows, or never fell at all, or a wide gap remains. The
// training loss of the first epoch, a mean over it, does not count.
func (c *curves) lags() bool {
	behind := c.gap > apart && c.late > flat && c.trainFall > .05 && c.fall < .01
	never := c.gap > apart/2 && c.v[0]-c.v[argmin(c.v)] < flat/5 && c.t[min(1, len(c.t)-1)]-c.level(c.t) > flat
	return ((behind || never) && c.gap > c.jumps() || c.gap > wide && c.gap > share*c.learnt) && c.overfitsByGap()
}

// isFlat: the training loss has not fallen since the first epoch, an explosion there apart.
func (c *curves) isFlat() bool {
	still := c.exploded() && median(c.t)-c.level(c.t) < flat/2
	if c.learnt >= flat && !still || c.h.competent() {
		return false
	}
	return c.find(Underfitting, restart, "%s went from %.4g to %.4g in %s: nothing is learnt, or all was in the first epoch",
		c.trainName, c.train[0], c.train[len(c.train)-1], count(len(c.train), "epoch"))
}

// fitsWell: none of the above.
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
