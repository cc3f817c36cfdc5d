package training

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// addNotes adds what the other logs and the user's target say about the verdict.
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

// up returns the names of the validation metrics for which higher is better.
func (h *History) up() (names []string) {
	for _, name := range h.Names() {
		if strings.HasPrefix(name, "val_") && h.Mode(name) == Max {
			names = append(names, name)
		}
	}
	return names
}

// at returns the logs of the given epoch, or of the last one if there are none for it.
func (h *History) at(epoch int) Logs {
	if i := slices.Index(h.Epochs, epoch); i >= 0 {
		return h.Logs[i]
	}
	return h.Last()
}

// end returns the logs of the epoch whose weights the model has at the end.
func (h *History) end() Logs {
	if h.Restored > 0 {
		return h.at(h.Restored - 1)
	}
	return h.Last()
}

// competent reports whether a metric shows that much has been learned, whatever the loss does.
func (h *History) competent() bool {
	for _, name := range h.up() {
		if first, _ := h.firstAndLast(name); h.end()[name] >= .9 || h.end()[name] > first+.15 {
			return true
		}
	}
	return false
}

// belowChance returns the name of a validation accuracy that is below that of guessing among
// exp(Chance) classes by three standard errors, or "" if there is none.
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

// checkLearning changes the finding to NothingLearnt if a metric contradicts the losses, which
// may also converge or stay apart if the weights are dead.
func (h *History) checkLearning(v *Verdict) {
	if v.Finding != GoodFit && v.Finding != Underfitting && v.Finding != Overfitting || v.Restored {
		return
	}
	for _, name := range h.up() {
		first, last := h.firstAndLast(name)
		if v.Finding == Overfitting && h.end()[strings.TrimPrefix(name, "val_")] > last+.15 {
			continue // something has been learned from the training data
		}
		if first > 0 && first < .5 && last < first+.15*(1-first) {
			v.Finding, v.Try = NothingLearnt, restart
			v.Reason = fmt.Sprintf("%s %.4g is no better than the %.4g of the first epoch", name, last, first)
			return
		}
	}
}

// checkTarget changes a good fit to underfitting if the user's target has not been reached.
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

// compareMetrics notes metrics that still improve although the loss shows overfitting: the model
// does not make worse decisions, it is only overconfident in its mistakes.
func (h *History) compareMetrics(v *Verdict) {
	if v.Finding != Overfitting || v.Restored || v.Val <= 0 {
		return
	}
	best := h.at(v.Epoch)
	for _, name := range h.up() {
		was, now := best[name], h.Last()[name]
		chance := .01 // difference between epochs that may be due to chance
		if n := h.ValidationSamples; n > 0 {
			chance = math.Sqrt(math.Max(was*(1-was), 0) / float64(n))
		}
		if now > was+chance {
			v.Notes = append(v.Notes, fmt.Sprintf("%s rises on, from %.4g to %.4g", name, was, now))
		}
	}
}

// compareOutputs notes the outputs of a multi-output model that overfit although the total loss
// does not.
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
