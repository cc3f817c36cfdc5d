package main

import (
	"math"
	"slices"
)

// A record holds the losses of a run: those that it logs, and those on the test set.
type record struct {
	start            float64 // test loss before training
	train, val, test []float64
}

// Thresholds for the truth, as fractions.
const (
	solved   = .98 // fraction of the initial test loss that was learned
	learnt   = .02
	falls    = .02 // decrease of the test loss over the last fifth
	fallsOn  = .06
	risen    = .03 // increase of the test loss above its best
	risenFar = .15
	apart    = .35 // test loss above the training loss
	shaky    = .20 // jitter of the test loss
	uneasy   = .05
	small    = 40 // too few validation samples for a verdict
)

// label derives the truth from the test set: which verdicts are right and which mislead.
func (r record) label(validation int) label {
	l := label{Facts: map[string]float64{"epochs": float64(len(r.test))}}
	last := r.test[len(r.test)-1]
	if math.IsNaN(last) || math.IsInf(last, 0) || math.IsNaN(r.train[len(r.train)-1]) || math.IsInf(r.train[len(r.train)-1], 0) {
		l.Truth, l.Accept = "diverged", []string{"diverged"}
		l.Harmful = []string{"good fit", "overfitting", "noisy", "underfitting"}
		return l
	}
	f := r.facts()
	for k, v := range f {
		if !math.IsNaN(v) && !math.IsInf(v, 0) { // JSON can't represent them
			l.Facts[k] = v
		}
	}
	l.Truth, l.Accept, l.Harmful = judge(f)
	quiet := f["jitter"] <= uneasy && validation > small
	switch {
	case l.Truth == "solved" || l.Truth == "noisy" || l.Truth == "diverged":
	case !quiet:
		l.Accept = append(l.Accept, "noisy")
	case l.Truth == "plateau" || l.Truth == "still learning":
		l.Harmful = append(l.Harmful, "noisy")
	}
	if validation <= small && (l.Truth == "plateau" || l.Truth == "still learning" || l.Truth == "still learning, slowly") {
		l.Harmful = nil // the few samples may show something else
	}
	return l
}

// facts computes statistics of the test curve.
func (r record) facts() map[string]float64 {
	s := averages(r.test, max(1, len(r.test)/8))
	n := len(s)
	end, back := s[n-1], s[max(0, n-1-max(1, n/5))]
	best := slices.Index(s, slices.Min(s))
	train := r.train[len(r.train)-1]
	growth := end/r.start - 1
	return map[string]float64{"rise": end/s[best] - 1, "fall": 1 - end/back, "learnt": -growth, "best": float64(best + 1),
		"gap": end/math.Max(train, 1e-12) - 1, "jitter": jitter(r.test), "relapse": train/slices.Min(r.train) - 1}
}

func judge(f map[string]float64) (truth string, accept, harmful []string) {
	switch {
	case f["learnt"] >= solved:
		return "solved", []string{"good fit", "underfitting", "overfitting"}, []string{"noisy", "diverged"}
	case f["learnt"] < -.5 && f["jitter"] > uneasy && f["gap"] < 10*apart, f["relapse"] > 1 && f["rise"] > .5 && f["gap"] < apart:
		return "diverged", []string{"diverged", "noisy"}, []string{"good fit"}
	case f["learnt"] < learnt && f["rise"] > learnt:
		return "nothing learnt", []string{"underfitting", "diverged", "overfitting"}, []string{"good fit"}
	case f["learnt"] < learnt:
		return "nothing learnt", []string{"underfitting", "diverged"}, []string{"good fit"}
	case f["jitter"] > shaky && f["rise"] > risenFar && f["gap"] > apart:
		return "noisy", []string{"noisy", "diverged", "overfitting"}, []string{"good fit"}
	case f["jitter"] > shaky:
		return "noisy", []string{"noisy", "diverged"}, []string{"good fit"}
	case f["gap"] > apart/1.5 && f["rise"] > risenFar:
		return "overfitting", []string{"overfitting"}, []string{"good fit", "underfitting"}
	case f["gap"] > apart/1.5 && f["rise"] > risen:
		return "overfitting, slight", []string{"overfitting", "good fit"}, []string{"underfitting"}
	case f["fall"] > fallsOn:
		return "still learning", []string{"underfitting"}, []string{"overfitting"}
	case f["fall"] > falls:
		return "still learning, slowly", []string{"underfitting", "good fit"}, []string{"overfitting"}
	case f["gap"] > apart:
		return "gap", []string{"overfitting", "good fit"}, []string{"underfitting"}
	}
	return "plateau", []string{"good fit", "underfitting"}, []string{"overfitting"}
}

// jitter returns the standard deviation of log(s) about its trend, from second differences, whose
// variance is six times that of independent noise. The median ignores a steep beginning.
func jitter(s []float64) float64 {
	var d []float64
	for i := 2; i < len(s); i++ {
		d = append(d, math.Abs(math.Log(s[i-2]*s[i]/(s[i-1]*s[i-1]))))
	}
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)/2] / math.Sqrt(6) / .6745
}

// averages returns the trailing means of s over the last k values.
func averages(s []float64, k int) []float64 {
	out := make([]float64, len(s))
	for i := range s {
		from := max(0, i-k+1)
		for _, v := range s[from : i+1] {
			out[i] += v / float64(i+1-from)
		}
	}
	return out
}
