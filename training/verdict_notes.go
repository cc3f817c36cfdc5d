package training

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// addNotes adds what the logs beside the loss, and the user's target, say of the verdict.
func (h *History) addNotes(v *Verdict) {
	if h.Len() == 0 || v.Finding == NoValidationData || v.Finding == Diverged {
		return
	}
	h.checkLearning(v)
	h.checkTarget(v)
	h.compareMetrics(v)
	h.compareOutputs(v)
	if h.Mismatch != "" && v.Finding != MismatchedData {
		v.Notes = append(v.Notes, h.Mismatch)
	}
}

// up returns the names of validation metrics of which more is better.
func (h *History) up() (names []string) {
	for _, name := range h.Names() {
		if strings.HasPrefix(name, "val_") && h.Mode(name) == Max {
			names = append(names, name)
		}
	}
	return names
}

// at returns the logs of the epoch of that number, or the last if there is none.
func (h *History) at(epoch int) Logs {
	if i := slices.Index(h.Epochs, epoch); i >= 0 {
		return h.Logs[i]
	}
	return h.Last()
}

// end returns the logs of the weights that the model ends with.
func (h *History) end() Logs {
	if h.Restored > 0 {
		return h.at(h.Restored - 1)
	}
	return h.Last()
}

// competent reports a metric that shows that much has been learnt, whatever the loss does.
func (h *History) competent() bool {
	for _, name := range h.up() {
		if first, _ := h.firstAndLast(name); h.end()[name] >= .9 || h.end()[name] > first+.15 {
			return true
		}
	}
	return false
}

// belowChance returns an accuracy of the validation data that is below that of guessing among
// exp(Chance) classes by three standard errors, "" if there is none.
func (h *History) belowChance() string {
	if h.Chance <= 0 || h.ValidationSamples <= 0 {
		return ""
	}
	p := math.Exp(-h.Chance)
	limit := p - 3*math.Sqrt(p*(1-p)/float64(h.ValidationSamples))
	for _, name := range h.up() {
		if a, ok := h.end()[name]; ok && strings.Contains(name, "accuracy") && a < limit {
			return name
		}
	}
	return ""
}

// checkLearning turns what the losses seem to show into nothing learnt where a metric says so:
// losses also come together, or stay apart, when the weights are dead.
func (h *History) checkLearning(v *Verdict) {
	if v.Finding != GoodFit && v.Finding != Underfitting && v.Finding != Overfitting || v.Restored {
		return
	}
	for _, name := range h.up() {
		first, last := h.firstAndLast(name)
		if v.Finding == Overfitting && h.end()[strings.TrimPrefix(name, "val_")] > last+.15 {
			continue // of the training data something is learnt
		}
		if first > 0 && first < .5 && last < first+.15*(1-first) {
			v.Finding, v.Try = NothingLearnt, restart
			v.Reason = fmt.Sprintf("%s %.4g is no better than the %.4g of the first epoch", name, last, first)
			return
		}
	}
}

// checkTarget turns a good fit into underfitting where the user wants more.
func (h *History) checkTarget(v *Verdict) {
	for _, name := range h.Target.Names() {
		got, ok := h.end()[name]
		want, mode := h.Target[name], h.Mode(name)
		if !ok || got == want || mode.Improves(got, want, 0) {
			continue
		}
		text := fmt.Sprintf("%s %.4g misses the target %.4g", name, got, want)
		if v.Finding != GoodFit {
			v.Notes = append(v.Notes, text)
			continue
		}
		v.Finding, v.Reason, v.Try = Underfitting, text, []string{"a larger model", "better features", "more data"}
	}
}

// compareMetrics notes metrics that still rise although the loss shows overfitting: the model
// gets no worse at deciding, only too sure of its mistakes.
func (h *History) compareMetrics(v *Verdict) {
	if v.Finding != Overfitting || v.Restored || v.Val <= 0 {
		return
	}
	best := h.at(v.Epoch)
	for _, name := range h.up() {
		was, now := best[name], h.Last()[name]
		chance := .01 // what a difference between epochs may be by chance
		if n := h.ValidationSamples; n > 0 {
			chance = math.Sqrt(math.Max(was*(1-was), 0) / float64(n))
		}
		if now > was+chance {
			v.Notes = append(v.Notes, fmt.Sprintf("%s rises on, from %.4g to %.4g", name, was, now))
		}
	}
}

// compareOutputs notes outputs of a model of several whose loss is judged worse than the sum.
func (h *History) compareOutputs(v *Verdict) {
	for _, name := range h.Names() {
		output, ok := strings.CutSuffix(name, "_loss")
		if !ok || strings.HasPrefix(name, "val_") || name == DataLoss || output == "val" || v.Finding == Overfitting {
			continue
		}
		c := &curves{h: &History{ValidationSamples: h.ValidationSamples}, trainName: name, valName: "val_" + name, epochs: h.Epochs,
			train: h.Series(name), val: h.Series("val_" + name)}
		if len(c.val) < few || slices.ContainsFunc(slices.Concat(c.train, c.val), func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
			continue
		}
		if w := c.judge(); w.Finding == Overfitting {
			v.Notes = append(v.Notes, fmt.Sprintf("output %s alone overfits from epoch %d: %s", output, w.Epoch+1, w.Reason))
		}
	}
}
