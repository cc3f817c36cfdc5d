package training

import (
	"fmt"
	"math"
	"strings"
)

// A Finding is the kind of a [Verdict].
type Finding int

// What learning curves can show.
const (
	Undecided        Finding = iota // too few epochs to tell
	GoodFit                         // what is learnt of the training data holds for the validation data
	Overfitting                     // the training loss falls on while the validation loss doesn't
	Underfitting                    // the model has not learnt what it could
	Diverged                        // the loss is not a number, or has grown
	Noisy                           // the validation loss jumps too much to tell
	NoValidationData                // nothing to compare the training loss with
)

// String returns the finding in capitals, as in a verdict's text.
func (f Finding) String() string {
	names := [...]string{"UNDECIDED", "GOOD FIT", "OVERFITTING", "UNDERFITTING", "DIVERGED", "NOISY", "NO VALIDATION DATA"}
	if f < 0 || int(f) >= len(names) {
		return "unknown finding"
	}
	return names[f]
}

// A Verdict is what the learning curves of a run say about it. It judges the loss of the data
// alone where the logs have it: a penalty on the weights says nothing about fit.
type Verdict struct {
	Finding Finding
	Epoch   int     // number (from 0) of the epoch with the least validation loss; the last one without validation data
	Train   float64 // change of the training loss since Epoch, as a fraction
	Val     float64 // change of the validation loss since Epoch, as a fraction
	Gap     float64 // validation loss less training loss at the end, as a fraction of what the training loss fell
	Noise   float64 // standard deviation of the validation loss about its trend, as a fraction
	Reason  string  // what was seen, in words
	Try     string  // what to do about it; empty if nothing
}

// String returns the verdict in one line: the finding, why, and what to try.
func (v Verdict) String() string {
	var b strings.Builder
	b.WriteString(v.Finding.String())
	if v.Finding == Overfitting && v.Val >= falling { // else the least loss is anywhere
		fmt.Fprintf(&b, " from epoch %d", v.Epoch+1)
	}
	if v.Reason != "" {
		b.WriteString(": " + v.Reason)
	}
	if v.Try != "" {
		b.WriteString(". Try: " + v.Try)
	}
	return b.String()
}

// Limits of the verdict, as fractions.
const (
	rise     = .05  // validation loss over its best that counts as a rise, if noise does not explain it
	stuck    = .90  // training loss at the end over that at the beginning: nothing learnt
	falling  = .01  // fall an epoch at the end: not done yet
	gapLimit = .10  // share of the training loss' fall that does not hold for validation data
	loud     = .15  // noise that hides the trend
	wide     = .30  // such a share that makes a standing gap overfitting
	grown    = 2.0  // loss over its beginning: diverged
	relapse  = .50  // share of its fall that the training loss has lost again: diverged
	trifle   = 1e-4 // of the loss at the beginning: too small to matter
	few      = 3    // epochs with validation from which on a verdict is given
	short    = 7    // epochs with validation from which on a curve is smoothed
)

// Verdict judges the run by its learning curves.
func (h *History) Verdict() Verdict {
	trainName, valName := h.lossNames()
	train, val := h.Series(trainName), h.Series(valName)
	if v, ok := h.diverged(trainName, valName); ok {
		return v
	}
	c := curves{trainName: trainName, valName: valName}
	for i := range train {
		if math.IsNaN(train[i]) || math.IsNaN(val[i]) {
			continue // an epoch without validation
		}
		c.train, c.val, c.epochs = append(c.train, train[i]), append(c.val, val[i]), append(c.epochs, h.Epochs[i])
	}
	switch {
	case len(train) == 0:
		return Verdict{Reason: "no epoch has ended"}
	case len(c.val) == 0:
		return h.withoutValidation(trainName, train)
	case len(c.val) < few:
		return Verdict{Epoch: c.epochs[argmin(c.val)], Reason: fmt.Sprintf("%s with validation; %d are needed to tell", count(len(c.val), "epoch"), few)}
	}
	v := c.judge()
	if v.Finding == GoodFit {
		h.checkMetrics(&v)
	}
	return v
}

// checkMetrics turns a good fit of the losses into underfitting where a metric to be
// maximised shows that nothing was learnt: losses also come together when the weights are dead.
func (h *History) checkMetrics(v *Verdict) {
	for _, name := range h.Names() {
		if !strings.HasPrefix(name, "val_") || h.Mode(name) != Max {
			continue
		}
		first, last := h.Logs[0][name], h.Last()[name]
		if first > 0 && first < .5 && last < first+loud*(1-first) {
			v.Finding, v.Try = Underfitting, "another learning rate, scaled features, a larger model"
			v.Reason = fmt.Sprintf("%s %.4g is no better than the %.4g of the first epoch", name, last, first)
			return
		}
	}
}

// lossNames returns the logs to judge by: without the penalty where they are apart.
func (h *History) lossNames() (train, val string) {
	if l := h.Last(); l != nil {
		if _, ok := l[DataLoss]; ok {
			return DataLoss, "val_" + DataLoss
		}
	}
	return Loss, "val_" + Loss
}

const calmer = "a lower learning rate, gradient clipping, scaled features"

// diverged reports a loss that is no number or has grown.
func (h *History) diverged(names ...string) (Verdict, bool) {
	for _, name := range names {
		first := math.NaN()
		for i, l := range h.Logs {
			v, ok := l[name]
			if !ok {
				continue
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return Verdict{Finding: Diverged, Epoch: h.Epochs[i], Try: calmer,
					Reason: fmt.Sprintf("%s is %v in epoch %d", name, v, h.Epochs[i]+1)}, true
			}
			if math.IsNaN(first) {
				first = v
			}
		}
		if last, ok := h.Last()[name]; ok && name == names[0] && first > 0 && last > grown*first {
			return Verdict{Finding: Diverged, Epoch: h.Epochs[h.Len()-1], Train: last/first - 1, Try: calmer,
				Reason: fmt.Sprintf("%s grew from %.4g to %.4g", name, first, last)}, true
		}
	}
	return Verdict{}, false
}

func (h *History) withoutValidation(name string, train []float64) Verdict {
	first, last := train[0], train[len(train)-1]
	v := Verdict{Finding: NoValidationData, Epoch: h.Epochs[len(train)-1], Train: change(first, last, first),
		Try: "Validation or ValidationSplit, without which overfitting can't be seen"}
	if len(train) > 1 {
		v.Reason = fmt.Sprintf("%s went from %.4g to %.4g", name, first, last)
	}
	return v
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
