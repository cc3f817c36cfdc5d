package training

import (
	"fmt"
	"math"
	"slices"
)

// curves are the losses of the epochs that have both.
type curves struct {
	trainName, valName string
	epochs             []int
	train, val         []float64
}

// judge applies the rules; the first that holds decides.
func (c curves) judge() Verdict {
	j := &judge{curves: c, train: smooth(c.train), val: smooth(c.val), last: len(c.val) - 1}
	j.floor = trifle * math.Abs(j.val[0])
	j.measure()
	for _, rule := range []func() bool{j.relapsed, j.rises, j.jumps, j.stuck, j.unfinished, j.lags, j.gapes} {
		if rule() {
			return j.v
		}
	}
	j.find(GoodFit, "", "%s %.4g beside %s %.4g", c.valName, c.val[j.last], c.trainName, c.train[j.last])
	return j.v
}

// A judge looks at smoothed curves.
type judge struct {
	curves
	train, val []float64
	last       int     // index of the last epoch
	floor      float64 // a division by nearly nothing must not look like much
	v          Verdict
}

// measure sets the verdict's numbers.
func (j *judge) measure() {
	train, val := j.curves.train, j.curves.val
	best := argmin(val)
	j.v = Verdict{
		Epoch: j.epochs[best],
		Train: change(train[best], train[j.last], j.floor),
		Val:   change(val[best], val[j.last], j.floor),
		Gap:   (j.val[j.last] - j.train[j.last]) / positive(math.Max(j.train[0]-j.train[j.last], j.floor)),
		Noise: noise(val, j.floor),
	}
}

// find sets what was found; it is true, for a rule to return.
func (j *judge) find(f Finding, try, reason string, args ...any) bool {
	j.v.Finding, j.v.Try, j.v.Reason = f, try, fmt.Sprintf(reason, args...)
	return true
}

// relapsed: the training loss fell, and has lost most of what it had gained.
func (j *judge) relapsed() bool {
	best := argmin(j.train)
	low, last := j.train[best], j.train[j.last]
	jitter := 4 * noise(j.curves.train, j.floor) * math.Abs(last)
	if len(j.train) < short || low > stuck*j.train[0] || last-low <= math.Max(relapse*(j.train[0]-low), jitter) {
		return false
	}
	return j.find(Diverged, calmer, "%s fell to %.4g by epoch %d and has risen to %.4g since", j.trainName, low, j.epochs[best]+1, last)
}

// rises: the validation loss rises where the training loss falls, or can't fall further.
func (j *judge) rises() bool {
	best := argmin(j.val)
	risen := change(j.val[best], j.val[j.last], j.floor) > math.Max(rise, 2*j.v.Noise) && j.v.Val > 0
	falls := change(j.train[best], j.train[j.last], j.floor) < -falling
	if !risen || !falls && !j.apart() {
		return false
	}
	return j.find(Overfitting, cures, "%s %s while %s %s", j.valName, percent(j.v.Val), j.trainName, percent(j.v.Train))
}

// jumps: noise hides what else there is.
func (j *judge) jumps() bool {
	return j.v.Noise > loud &&
		j.find(Noisy, "more validation data, a lower learning rate, a larger batch", "%s jumps by %.0f%% from epoch to epoch", j.valName, 100*j.v.Noise)
}

// stuck: nothing was learnt.
func (j *judge) stuck() bool {
	return j.train[0] > 0 && j.train[j.last] > stuck*j.train[0] &&
		j.find(Underfitting, "another learning rate, a larger model, better features",
			"%s went from %.4g to %.4g in %d epochs", j.trainName, j.curves.train[0], j.curves.train[j.last], len(j.train))
}

// unfinished: both losses still fall.
func (j *judge) unfinished() bool {
	train, val := fall(j.train, j.floor), fall(j.val, j.floor)
	return train > falling && val > falling &&
		j.find(Underfitting, "more epochs, a higher learning rate, a larger model",
			"%s and %s still fall, by %.1f%% and %.1f%% an epoch", j.trainName, j.valName, 100*train, 100*val)
}

// lags: the validation loss no longer follows a training loss that falls on.
func (j *judge) lags() bool {
	fell := change(j.train[j.last/2+j.last%2], j.train[j.last], j.floor)
	return j.v.Gap > gapLimit && fell < -gapLimit && fall(j.val, j.floor) < falling &&
		j.find(Overfitting, cures, "%s no longer falls while %s %s; %.0f%% of what it fell does not hold for validation data",
			j.valName, j.trainName, percent(fell), 100*j.v.Gap)
}

// gapes: much of what was learnt does not hold, however long ago it was learnt.
func (j *judge) gapes() bool {
	return j.apart() &&
		j.find(Overfitting, cures, "%s is at %.4g beside %s %.4g; %.0f%% of what %s fell does not hold for validation data",
			j.valName, j.curves.val[j.last], j.trainName, j.curves.train[j.last], 100*j.v.Gap, j.trainName)
}

// apart reports a wide gap. Validation data that is only harder has a loss of the same order.
func (j *judge) apart() bool {
	return j.v.Gap > wide && j.val[j.last] > grown*math.Abs(j.train[j.last])
}

const cures = "dropout, more data, smaller model (docs/overfitting.md)"

// smooth returns medians of three: one odd epoch decides nothing. The ends are the medians of
// the three points there. Of a short curve that would leave nothing; it stays as it is.
func smooth(s []float64) []float64 {
	if len(s) < short {
		return s
	}
	out := make([]float64, len(s))
	for i := range s {
		k := min(max(i, 1), len(s)-2)
		a, b, c := s[k-1], s[k], s[k+1]
		out[i] = math.Max(math.Min(a, b), math.Min(math.Max(a, b), c))
	}
	return out
}

// noise estimates the standard deviation of s about its trend relative to its level, from the
// median size of d = s[i] - (s[i-1]+s[i+1])/2, whose variance is 3/2 of the noise'; 0.6745 is
// the median of |x| for normal x.
func noise(s []float64, floor float64) float64 {
	var d []float64
	for i := 1; i+1 < len(s); i++ {
		level := (math.Abs(s[i-1]) + math.Abs(s[i]) + math.Abs(s[i+1])) / 3
		d = append(d, math.Abs(s[i]-(s[i-1]+s[i+1])/2)/positive(math.Max(level, floor)))
	}
	if len(d) < few {
		return 0 // too few to tell noise from curvature
	}
	return median(d) / 0.6745 / math.Sqrt(1.5)
}

// fall returns by which fraction s falls an epoch at its end: the last fifth, at least two steps.
func fall(s []float64, floor float64) float64 {
	n := len(s)
	k := min(max(n/5, 2), n-1)
	return -change(s[n-1-k], s[n-1], floor) / float64(k)
}

// change is (to-from)/|from|, where less than floor counts as floor.
func change(from, to, floor float64) float64 {
	return (to - from) / positive(math.Max(math.Abs(from), floor))
}

// positive keeps a divisor above 0.
func positive(v float64) float64 { return math.Max(v, math.SmallestNonzeroFloat64) }

func argmin(s []float64) int {
	k := 0
	for i, v := range s {
		if v < s[k] {
			k = i
		}
	}
	return k
}

func percent(f float64) string { return fmt.Sprintf("%+.0f%%", 100*f) }

func median(s []float64) float64 {
	s = slices.Sorted(slices.Values(s))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
