package training

import (
	"math"
	"strings"
	"testing"
)

// curve returns n values of f(epoch).
func curve(n int, f func(e float64) float64) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = f(float64(i))
	}
	return s
}

func decay(from, to, rate float64) func(float64) float64 {
	return func(e float64) float64 { return to + (from-to)*math.Exp(-rate*e) }
}

// jitter moves values up and down by about share, deterministically.
func jitter(s []float64, share float64) []float64 {
	state := uint32(1)
	for i := range s {
		state = state*1664525 + 1013904223
		s[i] *= 1 + share*(float64(state>>8)/(1<<24)*2-1)*math.Sqrt(3)
	}
	return s
}

func historyOf(train, val []float64) *History {
	h := &History{}
	for i := range train {
		l := Logs{"loss": train[i]}
		if i < len(val) {
			l["val_loss"] = val[i]
		}
		h.Epochs, h.Logs = append(h.Epochs, i), append(h.Logs, l)
	}
	return h
}

func TestVerdictOnSyntheticCurves(t *testing.T) {
	u := func(e float64) float64 { return .3 + .0006*(e-12)*(e-12) } // minimum at epoch 12
	rows := []struct {
		name       string
		train, val []float64
		want       Finding
		says       []string
	}{
		{"val rises", curve(30, decay(2, .01, .2)), curve(30, u), Overfitting, []string{"OVERFITTING from epoch 13: val_loss +58% while loss -92%. Try: early stopping (epoch 13 was best: 0.3), dropout"}},
		{"val rises through noise", curve(40, decay(2, .01, .2)), jitter(curve(40, u), .05), Overfitting, nil},
		{"val stands while loss falls", curve(40, decay(2, .01, .1)), curve(40, decay(1, .5, 1)), Overfitting, []string{"OVERFITTING: val_loss 0.5 stays above loss 0.05028, which went down by 96%. Try: dropout"}},
		{"both settle together", curve(40, decay(2, .2, .3)), curve(40, decay(2, .25, .3)), GoodFit, []string{"GOOD FIT: val_loss 0.25 beside loss 0.2"}},
		{"val below train, as with dropout", curve(40, decay(2, .4, .3)), curve(40, decay(2, .3, .3)), GoodFit, nil},
		{"a rise of 3 % is none", curve(40, decay(2, .2, .3)), curve(40, func(e float64) float64 { return decay(2, .25, .3)(e) + .0002*e }), GoodFit, nil},
		{"both near nothing", curve(40, decay(1, 0, 1)), curve(40, func(e float64) float64 { return decay(1, 0, 1)(e) + 1e-8*e }), GoodFit, []string{"is nearly nothing"}},
		{"perfect convergence jitters", jitter(curve(40, decay(1, 1e-4, .5)), .5), jitter(curve(40, decay(1, 1e-4, .5)), .9), GoodFit, nil},
		{"a geometric fall to the end", curve(30, decay(1, 0, .2)), curve(30, decay(1.1, 0, .2)), GoodFit, nil},
		{"small noise on a plateau", jitter(curve(100, decay(2, .2, .3)), .03), jitter(curve(100, decay(2, .21, .3)), .06), GoodFit, nil},
		{"one odd last epoch", curve(30, decay(2, .2, .3)), append(curve(29, decay(2, .21, .3)), .5), GoodFit, nil},
		{"nothing learnt", curve(20, decay(2.3, 2.2, .1)), curve(20, decay(2.3, 2.28, .1)), NothingLearnt, []string{"guessing among 10 classes gives ln 10 = 2.303", "another learning rate"}},
		{"nothing learnt or all at once", curve(20, decay(5, 4.9, .1)), curve(20, decay(5, 4.92, .1)), Underfitting, []string{"loss went from 5 to 4.915 in 20 epochs"}},
		{"still falling", curve(10, decay(2, .1, .1)), curve(10, decay(2.1, .2, .1)), StillLearning, []string{"val_loss still falls, by 15% over the last 2 epochs (loss by 16%). Try: more epochs"}},
		{"grows", curve(10, func(e float64) float64 { return 1 + e }), curve(10, func(e float64) float64 { return 1 + e }), Diverged, []string{"loss grew from 1 to 10", "lower learning rate"}},
		{"not a number", []float64{1, .9, math.NaN()}, []float64{1, .9, .8}, Diverged, []string{"loss is NaN in epoch 3"}},
		{"infinite validation", []float64{1, .9, .8}, []float64{1, math.Inf(1), .8}, Diverged, []string{"val_loss is +Inf in epoch 2"}},
		{"jumps", curve(30, decay(2, .2, .3)), jitter(curve(30, decay(2, .3, .3)), .4), Noisy, []string{"val_loss jumps by", "Try: more validation samples"}},
		{"both jump", jitter(curve(30, decay(2, .2, .3)), .4), jitter(curve(30, decay(2, .3, .3)), .4), Noisy, []string{"Try: a lower learning rate"}},
		{"no validation", curve(10, decay(2, .2, .3)), nil, NoValidationData, []string{"NO VALIDATION DATA: loss went from 2 to", "Validation"}},
		{"four epochs", []float64{1, .5, .33, .25}, []float64{.9, .5, .6, .7}, Overfitting, []string{"from epoch 2: val_loss +40% while loss -50%"}},
		{"one up-tick at the last of four", []float64{1, .5, .33, .25}, []float64{.9, .5, .45, .5}, Undecided, []string{"too few to tell", "more epochs"}},
		{"two epochs", []float64{1, .5}, []float64{1, .6}, Undecided, []string{"2 epochs with validation; 3 are needed", "more epochs"}},
		{"one epoch", []float64{1}, []float64{1}, Undecided, []string{"1 epoch with validation"}},
		{"no epoch", nil, nil, Undecided, []string{"no epoch has ended"}},
		{"nothing left to fall", curve(20, func(float64) float64 { return 0 }), curve(20, func(e float64) float64 { return .1 + .01*e }), Overfitting, []string{"from epoch 1: val_loss +190% while loss +0%"}},
		{"a standing gap", curve(40, decay(2, .1, 1)), curve(40, decay(2, 1, 1)), Overfitting, []string{"OVERFITTING: val_loss 1 stays above loss 0.1, which went down by 95%"}},
		{"a gap that closes slowly", curve(40, decay(2, .001, 1)), curve(40, decay(1, .3, .03)), StillLearning, []string{"more epochs, early stopping"}},
		{"harder validation data", curve(40, decay(2.75, 2.2, .5)), curve(40, decay(4.2, 4, .5)), GoodFit, []string{"val_loss 4 beside loss 2.2"}},
		{"validation data of another scale", curve(40, decay(2, .1, .3)), curve(40, decay(40, 20, .3)), Overfitting, []string{"Try: a check that the validation data is of the same kind, dropout"}},
		{"all 0", curve(20, func(float64) float64 { return 0 }), curve(20, func(float64) float64 { return 0 }), GoodFit, nil},
		{"flat", curve(20, func(float64) float64 { return .8 }), curve(20, func(float64) float64 { return .8 }), Underfitting, []string{"loss went from 0.8 to 0.8 in 20 epochs"}},
		{"three flat epochs", []float64{1, 1, 1}, []float64{1, 1, 1}, Underfitting, nil},
		{"loses what it gained", append(curve(10, decay(2, .1, .5)), curve(20, func(e float64) float64 { return .1 + .09*e })...), curve(30, decay(2, 1, .5)), Diverged, []string{"loss fell to 0.1 by epoch 11 and has risen to 1.81 since"}},
		{"noise about a plateau", jitter(curve(40, func(float64) float64 { return 1 }), .3), jitter(curve(40, func(float64) float64 { return 1 }), .3), Noisy, nil},
		{"a spike that heals", append(curve(20, decay(2, .2, .3)), append([]float64{9, 5, 3}, curve(30, decay(1, .2, .3))...)...), append(curve(20, decay(2, .25, .3)), append([]float64{9, 5, 3}, curve(30, decay(1, .25, .3))...)...), GoodFit, nil},
		{"training loss rises", curve(20, func(e float64) float64 { return .5 + .02*e }), curve(20, decay(1, .3, .3)), Diverged, []string{"loss rose from 0.5 to 0.88"}},
		{"no validation, one epoch", []float64{1}, nil, NoValidationData, []string{"NO VALIDATION DATA. Try"}},
		{"negative losses rise", curve(30, decay(-1, -9, .2)), curve(30, func(e float64) float64 { return -5 + .01*(e-12)*(e-12) }), Overfitting, []string{"from epoch 13"}},
		{"the MNIST lab: .014 beside .165", curve(10, decay(.35, .012, .5)), curve(10, decay(.26, .165, .8)), Overfitting, []string{"stays above loss", "Try: dropout"}},
	}
	for _, r := range rows {
		v := historyOf(r.train, r.val).Verdict()
		if v.Finding != r.want {
			t.Errorf("%s: %v, want %v", r.name, v, r.want)
		}
		for _, x := range []float64{v.Train, v.Val, v.Gap, v.Noise} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("%s: %+v has a number that is none", r.name, v)
			}
		}
		for _, s := range r.says {
			if !strings.Contains(v.String(), s) {
				t.Errorf("%s: %q does not say %q", r.name, v, s)
			}
		}
	}
}

func TestVerdictLeavesThePenaltyOut(t *testing.T) {
	h := &History{}
	for i := range 30 {
		e := float64(i)
		// the penalty grows so that the total rises where the data loss does not
		data, val := decay(2, .2, .3)(e), decay(2, .21, .3)(e)
		h.Epochs = append(h.Epochs, i)
		h.Logs = append(h.Logs, Logs{"data_loss": data, "penalty": e, "loss": data + e, "val_data_loss": val, "val_loss": val + e})
	}
	if v := h.Verdict(); v.Finding != GoodFit {
		t.Errorf("%v, want a good fit of the data loss", v)
	}
}

func TestVerdictSkipsEpochsWithoutValidation(t *testing.T) {
	h := historyOf(curve(31, decay(2, .01, .2)), curve(31, func(e float64) float64 { return .3 + .0006*(e-12)*(e-12) }))
	for i, l := range h.Logs {
		if i%2 == 1 {
			delete(l, "val_loss")
		}
	}
	if v := h.Verdict(); v.Finding != Overfitting || v.Epoch != 12 {
		t.Errorf("%v (epoch %d), want overfitting from the epoch of index 12", v, v.Epoch)
	}
}

// The histories were recorded with Keras 3.15 on the digits data, most with a fifth of the
// training labels randomized; testdata/histories.py generates them.
func TestVerdictOnKerasHistories(t *testing.T) {
	rows := []struct {
		name string
		want string
	}{
		{"overfit_noise", "OVERFITTING from epoch 11: val_loss +36% while loss -96%"},
		{"more_data", "OVERFITTING from epoch 12: val_loss +51% while loss -97%"},
		{"smaller", "STILL LEARNING: val_loss still falls, by 3.3% over the last 12 epochs"},
		{"dropout", "OVERFITTING from epoch 26: val_loss +16% while loss -48%"},
		{"l2", "GOOD FIT: val_loss 0.9669 beside loss 0.7352"}, // Keras' losses include the penalty
		{"early_stopping", "GOOD FIT"},
		{"clean_small", "OVERFITTING from epoch 24: val_loss +10% while loss -93%"},
		{"clean_all", "GOOD FIT"},
		{"underfit_lr", "STILL LEARNING: val_loss still falls, by 2.3% over the last 2 epochs (loss by 2.2%). Try: more epochs, a higher learning rate"},
		{"diverged", "NOTHING LEARNT: val_accuracy 0.1092 is no better than the 0.1016 of the first epoch"}, // explosion in epoch 1, dead weights afterwards
		{"good_dropout", "GOOD FIT"},
	}
	for _, r := range rows {
		h, err := OpenHistory("testdata/" + r.name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		if v := h.Verdict(); !strings.HasPrefix(v.String(), r.want) {
			t.Errorf("%s: %v, want %s", r.name, v, r.want)
		}
	}
}
