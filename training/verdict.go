package training

import (
	"fmt"
	"math"
	"strings"
)

// A Verdict is the interpretation of a run's learning curves: a finding, the evidence, and what
// to try. It judges the loss without penalties if the logs have it, because a penalty on the
// weights says nothing about fit.
type Verdict struct {
	Finding  Finding
	Epoch    int      // epoch (from 0) with the lowest validation loss, or the restored one; the last one without validation
	Restored bool     // the weights of Epoch were restored at the end and are what is judged
	Best     float64  // validation loss of Epoch
	Train    float64  // relative change of the training loss from Epoch to the end
	Val      float64  // relative change of the validation loss from Epoch to the end
	Gap      float64  // ratio of validation loss to training loss at the end, minus 1
	Noise    float64  // relative standard deviation of the validation loss about its trend
	Reason   string   // the evidence in numbers
	Notes    []string // other observations, such as a metric that disagrees with the loss
	Try      []string // suggestions, the best for this run first; empty if there are none
}

// String returns the verdict in one line: the finding, why, and what to try.
func (v Verdict) String() string {
	var b strings.Builder
	b.WriteString(v.Finding.String())
	if v.Finding == Overfitting && v.Val > 0 && !v.Restored { // otherwise the lowest loss may be anywhere
		fmt.Fprintf(&b, " from epoch %d", v.Epoch+1)
	}
	if v.Reason != "" {
		b.WriteString(": " + v.Reason)
	}
	for _, n := range v.Notes {
		b.WriteString("; " + n)
	}
	if len(v.Try) > 0 {
		b.WriteString(". Try: " + strings.Join(v.Try, ", "))
	}
	return b.String()
}

// few is the minimum number of validated epochs for a verdict.
const few = 3

// Verdict judges the run by its learning curves and by the other facts in the history.
func (h *History) Verdict() Verdict {
	c := h.curves()
	v, done := h.diverged(c)
	switch {
	case done:
	case h.Len() == 0:
		return Verdict{Reason: "no epoch has ended"}
	case len(c.val) == 0:
		v = h.withoutValidation(c.trainName)
	case h.Restored > 0:
		v = c.judgeRestored()
	case len(c.val) < few:
		v = Verdict{Epoch: c.epochs[argmin(c.val)], Try: []string{"more epochs"},
			Reason: fmt.Sprintf("%s with validation; %d are needed to tell", count(len(c.val), "epoch"), few)}
	default:
		v = c.judge()
	}
	h.addNotes(&v)
	return v
}

// curves returns the losses of the epochs that have both a training and a validation loss.
func (h *History) curves() *curves {
	c := &curves{h: h, trainName: Loss, valName: "val_" + Loss}
	if _, apart := h.Last()[DataLoss]; apart { // without penalties
		c.trainName, c.valName = DataLoss, "val_"+DataLoss
	}
	train, val := h.Series(c.trainName), h.Series(c.valName)
	for i := range train {
		if !math.IsNaN(train[i]) && !math.IsNaN(val[i]) {
			c.train, c.val, c.epochs = append(c.train, train[i]), append(c.val, val[i]), append(c.epochs, h.Epochs[i])
		}
	}
	return c
}

// diverged reports whether a loss is NaN or infinite or, without validation, has grown.
func (h *History) diverged(c *curves) (Verdict, bool) {
	for i, l := range h.Logs {
		for _, name := range []string{c.trainName, c.valName} {
			if v, ok := l[name]; ok && (math.IsNaN(v) || math.IsInf(v, 0)) && (h.Restored == 0 || i < h.Restored) {
				return Verdict{Finding: Diverged, Epoch: h.Epochs[i], Try: calmer,
					Reason: fmt.Sprintf("%s is %v in epoch %d", name, v, h.Epochs[i]+1)}, true
			}
		}
	}
	first, last := h.firstAndLast(c.trainName)
	if h.Restored == 0 && first > 0 && last > grown*first {
		return Verdict{Finding: Diverged, Epoch: h.Epochs[h.Len()-1], Train: last/first - 1, Try: calmer,
			Reason: fmt.Sprintf("%s grew from %.4g to %.4g", c.trainName, first, last)}, true
	}
	return Verdict{}, false
}

func (h *History) firstAndLast(name string) (first, last float64) {
	first, last = math.NaN(), math.NaN()
	for _, x := range h.Series(name) {
		if !math.IsNaN(x) {
			last = x
			if math.IsNaN(first) {
				first = x
			}
		}
	}
	return first, last
}

func (h *History) withoutValidation(name string) Verdict {
	first, last := h.firstAndLast(name)
	v := Verdict{Finding: NoValidationData, Epoch: h.Epochs[h.Len()-1], Try: []string{"Validation or ValidationSplit, without which overfitting can't be seen"}}
	if h.Len() > 1 {
		v.Reason = fmt.Sprintf("%s went from %.4g to %.4g", name, first, last)
	}
	if first > 0 && last >= 0 {
		v.Train = last/first - 1
	}
	return v
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
