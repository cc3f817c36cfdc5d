package training

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// says fails the test unless v has the given finding and its text contains all parts.
func says(t *testing.T, v Verdict, want Finding, parts ...string) {
	t.Helper()
	if v.Finding != want {
		t.Errorf("%v; want %v", v, want)
	}
	for _, p := range parts {
		if !strings.Contains(v.String(), p) {
			t.Errorf("%q does not say %q", v, p)
		}
	}
}

// with adds a log to each epoch.
func with(h *History, name string, values []float64) *History {
	for i := range h.Logs {
		h.Logs[i][name] = values[i]
	}
	return h
}

func overfitted() *History {
	return historyOf(curve(30, decay(2, .01, .2)), curve(30, func(e float64) float64 { return .3 + .0006*(e-12)*(e-12) }))
}

func TestVerdictNeverAsksForMoreCapacityOfAnAccurateModel(t *testing.T) {
	accuracy := curve(22, decay(.75, .96, .4))
	h := historyOf(curve(22, decay(.9, .2, .09)), curve(22, decay(.8, .22, .09)))
	v := with(h, "val_accuracy", accuracy).Verdict()
	says(t, v, StillLearning, "more epochs")
	h = historyOf(curve(22, decay(.11, .105, .09)), curve(22, decay(.12, .11, .09))) // everything was learned in the first epoch
	w := with(h, "val_accuracy", curve(22, func(float64) float64 { return .96 })).Verdict()
	says(t, w, GoodFit)
	if slices.Contains(append(v.Try, w.Try...), "a larger model") {
		t.Errorf("%v; %v: 96 %% accuracy need no larger model", v, w)
	}
}

func TestVerdictJudgesWhatWasRestored(t *testing.T) {
	h := overfitted()
	h.Restored = 13
	v := h.Verdict()
	says(t, v, GoodFit, "restored epoch 13: val_loss 0.3 beside loss 0.1905; the epochs after it had val_loss +58%, loss -92%")
	if !v.Restored || v.Epoch != 12 || v.Best != .3 {
		t.Errorf("%+v; want epoch 12 restored", v)
	}
	h.Logs[29]["loss"] = math.NaN() // after the restored epoch
	says(t, h.Verdict(), GoodFit, "restored epoch 13")

	gap := historyOf(curve(10, decay(2, .01, 1)), curve(10, decay(2, 1, 1)))
	gap.Restored = 8
	says(t, gap.Verdict(), Overfitting, "OVERFITTING: restored epoch 8")
}

func TestVerdictTellsWhatFewSamplesCannotDecide(t *testing.T) {
	h := historyOf(curve(30, decay(2, .2, .2)), curve(30, func(e float64) float64 { return .3 + .0002*(e-12)*(e-12) }))
	says(t, h.Verdict(), Overfitting)
	h.ValidationSamples = 20
	says(t, h.Verdict(), Undecided, "which 20 validation samples may show by chance. Try: 70 validation samples or more")
	h.ValidationSamples = 2000
	says(t, h.Verdict(), Overfitting)
}

func TestVerdictAdviceFitsTheRun(t *testing.T) {
	h := overfitted()
	h.TrainSamples, h.Params = 200, 85_000
	says(t, h.Verdict(), Overfitting, "Try: early stopping (epoch 13 was best: 0.3), more data, augmentation, a smaller model, dropout, L2")
	h.TrainSamples = 60_000
	says(t, h.Verdict(), Overfitting, "Try: early stopping (epoch 13 was best: 0.3), dropout, L2, a smaller model, more data, augmentation")
}

func TestVerdictKnowsTheLevelOfGuessing(t *testing.T) {
	h := historyOf(curve(20, decay(1.2, 1, .5)), curve(20, decay(1.2, 1.02, .5)))
	says(t, h.Verdict(), GoodFit)
	h.Chance = 1 // the variance of the target
	says(t, h.Verdict(), NothingLearnt, "val_loss stays at 1.02, where guessing is (1)")
	h.Chance = 1.13
	says(t, h.Verdict(), Underfitting, "near the 1.13 of guessing")
	h.Chance = 10
	says(t, h.Verdict(), GoodFit)
	h.Chance = .3
	says(t, h.Verdict(), Diverged, "far above the 0.3 of guessing")
}

func TestVerdictKnowsTheTarget(t *testing.T) {
	h := with(historyOf(curve(40, decay(2, .5, .3)), curve(40, decay(2, .52, .3))), "val_accuracy", curve(40, decay(.5, .8, .3)))
	h.Target = Logs{"val_accuracy": .9}
	says(t, h.Verdict(), Underfitting, "val_accuracy 0.8 misses the target 0.9. Try: a larger model")
	h.Target = Logs{"val_accuracy": .79, "val_loss": .6, "val_f1": .5}
	says(t, h.Verdict(), GoodFit)
}

func TestVerdictTellsUnlikeDataFromOverfitting(t *testing.T) {
	h := overfitted()
	h.Mismatch = "class 3 of the validation data is not in the training data"
	says(t, h.Verdict(), MismatchedData, "class 3", "Stratify")

	h = with(overfitted(), "val_accuracy", curve(30, func(float64) float64 { return .01 }))
	h.Chance, h.ValidationSamples = math.Log(3), 300
	says(t, h.Verdict(), MismatchedData, "val_accuracy 0.01 is below what guessing gives")

	good := historyOf(curve(40, decay(2, .2, .3)), curve(40, decay(2, .25, .3)))
	good.Mismatch = h.Mismatch
	says(t, good.Verdict(), GoodFit)
}

func TestVerdictTellsStaleAveragesFromOverfitting(t *testing.T) {
	h := historyOf(curve(20, decay(1, .004, .5)), curve(20, func(e float64) float64 { return 1 + .02*e }))
	says(t, h.Verdict(), Overfitting)
	h.TrainEvaluated = 1.05
	says(t, h.Verdict(), StaleAverages, "BatchNormalization{Momentum: 0.9}", "has 1.05, not 0.004")
	h.TrainEvaluated = .01
	says(t, h.Verdict(), Overfitting)
}

func TestVerdictNotesMetricsAndOutputsThatDisagree(t *testing.T) {
	h := with(overfitted(), "val_accuracy", curve(30, decay(.5, .9, .1)))
	says(t, h.Verdict(), Overfitting, "while loss -92%; val_accuracy rises on, from 0.7795 to 0.878. Try")
	h.ValidationSamples = 12 // each counts .08
	if v := h.Verdict(); len(v.Notes) > 0 {
		t.Errorf("%q: 12 samples show no such rise", v)
	}

	two := historyOf(curve(30, decay(4, 1, .5)), curve(30, decay(4, 1.1, .5)))
	with(two, "a_loss", curve(30, decay(2, .01, .2)))
	with(two, "val_a_loss", curve(30, func(e float64) float64 { return .3 + .0006*(e-12)*(e-12) }))
	says(t, two.Verdict(), GoodFit, "output a alone overfits from epoch 13: val_a_loss +58%")
}

func TestVerdictIsTheSameForScaledLosses(t *testing.T) {
	for _, factor := range []float64{1e-3, 1e3} {
		h := overfitted()
		for _, l := range h.Logs {
			l["loss"] *= factor
			l["val_loss"] *= factor
		}
		says(t, h.Verdict(), Overfitting, "from epoch 13: val_loss +58% while loss -92%")
	}
}
