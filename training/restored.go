package training

import (
	"fmt"
	"math"
	"slices"
)

// judgeRestored judges the epoch whose weights were restored at the end.
func (c *curves) judgeRestored() Verdict {
	at := slices.Index(c.epochs, c.h.Restored-1)
	if at < 0 { // not validated: use the last validated epoch before it
		for at = len(c.epochs) - 1; at > 0 && c.epochs[at] >= c.h.Restored; at-- {
		}
	}
	c.measure()
	n := len(c.val) - 1
	c.verdict.Epoch, c.verdict.Best, c.verdict.Restored = c.epochs[at], c.val[at], true
	c.verdict.Train, c.verdict.Val = change(c.train[at], c.train[n], 0), change(c.val[at], c.val[n], 0)
	c.gap = c.v[at] - c.t[at]
	c.verdict.Gap = math.Expm1(c.gap)
	learnt := c.t[0] - c.t[at]
	where := fmt.Sprintf("restored epoch %d: %s %.4g beside %s %.4g", c.epochs[at]+1, c.valName, c.val[at], c.trainName, c.train[at])
	switch {
	case c.explained():
	case c.gap > wide && c.gap > share*learnt && c.val[at] > solved*c.reference:
		c.overfits("%s", where)
	case c.h.Chance > 0 && c.val[at] > .95*c.h.Chance && !c.h.competent():
		c.find(NothingLearnt, restart, "%s, where guessing gives %.4g", where, c.h.Chance)
	case n > at && c.verdict.Val > 0:
		c.find(GoodFit, nil, "%s; the epochs after it had %s %s, %s %s", where, c.valName, percent(c.verdict.Val), c.trainName, percent(c.verdict.Train))
	default:
		c.find(GoodFit, nil, "%s", where)
	}
	return c.verdict
}
