package metrics

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A Curve is the curve whose area [AUC] computes; "" is ROC.
type Curve string

// The curves.
const (
	ROC    Curve = "ROC"    // recall over false positive rate
	PR     Curve = "PR"     // precision over recall
	PRGain Curve = "PRGAIN" // precision gain over recall gain (Flach & Kull 2015)
)

// A SummationMethod determines the height that [AUC] uses for a [Curve] between two thresholds;
// "" is Interpolation.
type SummationMethod string

// The summation methods.
const (
	Interpolation SummationMethod = "interpolation" // the mean of both heights; for PR the interpolation of Davis & Goadrich 2006
	Minoring      SummationMethod = "minoring"      // the lower height
	Majoring      SummationMethod = "majoring"      // the greater height
)

// AUC is the area under Curve, ROC if empty, computed from NumThresholds thresholds, 200 if zero,
// or from the given Thresholds in (0, 1), using SummationMethod, Interpolation if empty.
//
// Targets are 0 or 1, in the shape of the output. With MultiLabel, the area is computed for each
// label separately and the result is their mean, weighted by LabelWeights. Without it,
// LabelWeights weight the predictions. With FromLogits, predictions are logits and pass through a
// sigmoid.
type AUC struct {
	NumThresholds   int             `keras:"num_thresholds" default:"200" range:"[2,1000000]"`
	Curve           Curve           `keras:"curve" default:"ROC" enum:"ROC PR PRGAIN"`
	SummationMethod SummationMethod `keras:"summation_method" default:"interpolation" enum:"interpolation minoring majoring"`
	Thresholds      []float64       `keras:"thresholds" range:"[0,1]"`
	MultiLabel      bool            `keras:"multi_label"`
	NumLabels       int             `keras:"num_labels" default:"null" range:"[1,inf)"`
	LabelWeights    []float64       `keras:"label_weights" range:"[0,inf)"`
	FromLogits      bool            `keras:"from_logits"`
	higher
	Options `default:"name=auc"`
}

// all returns the thresholds, plus one below 0 and one above 1, so that rounding does not
// exclude any prediction.
func (m AUC) all() []float64 {
	t := slices.Sorted(slices.Values(m.Thresholds))
	if m.Thresholds == nil {
		n := config.Filled(m).NumThresholds
		for i := 1; i < n-1; i++ {
			t = append(t, float64(i)/float64(n-1))
		}
	}
	return append(append([]float64{-1e-7}, t...), 1+1e-7)
}

// Saved returns the form of m that is saved, in which NumThresholds counts all thresholds.
func (m AUC) Saved() any {
	if m.Thresholds != nil {
		m.NumThresholds = len(m.Thresholds) + 2
	}
	return m
}

// Update adds a batch.
func (m AUC) Update(s *State, b Batch) {
	if m.FromLogits {
		b.Pred = ops.Sigmoid(b.Pred)
	}
	confusion{who: "auc", thresholds: m.all(), multiLabel: m.MultiLabel, labelWeights: m.LabelWeights}.addAll(s, b)
}

// Result returns the area.
func (m AUC) Result(sums [][]float64) *tensor.Tensor {
	f := config.Filled(m)
	n := len(f.all())
	labels := len(sums[0]) / n
	total, weights := 0.0, 0.0
	for l := range labels {
		w := 1.0
		if m.MultiLabel && m.LabelWeights != nil {
			w = m.LabelWeights[l]
		}
		column := make([][]float64, 4)
		for i, s := range sums {
			for t := range n {
				column[i] = append(column[i], s[t*labels+l])
			}
		}
		total += w * f.area(column[0], column[1], column[2], column[3])
		weights += w
	}
	return Scalar(ratio(total, weights))
}

func (m AUC) area(tp, fp, tn, fn []float64) float64 {
	if m.Curve == PR && m.SummationMethod == Interpolation {
		return interpolatedPR(tp, fp, fn)
	}
	recall := each(tp, fn, share)
	var x, y []float64
	switch m.Curve {
	case PR:
		x, y = recall, each(tp, fp, share)
	case PRGain:
		x, y = gains(tp, fp, tn, fn)
	default:
		x, y = each(fp, tn, share), recall
	}
	area := 0.0
	for i := range len(x) - 1 {
		area += (x[i] - x[i+1]) * m.height(y[i], y[i+1])
	}
	return area
}

func (m AUC) height(a, b float64) float64 {
	switch m.SummationMethod {
	case Minoring:
		return min(a, b)
	case Majoring:
		return max(a, b)
	}
	return (a + b) / 2
}

// interpolatedPR returns the area under the precision–recall curve, with true positives linear
// in positives between two thresholds (Davis & Goadrich 2006, as in Keras).
func interpolatedPR(tp, fp, fn []float64) (area float64) {
	for i := range len(tp) - 1 {
		p, q := tp[i]+fp[i], tp[i+1]+fp[i+1]
		slope := ratio(tp[i]-tp[i+1], max(p-q, 0))
		intercept := tp[i+1] - slope*q
		safe := 1.0
		if p > 0 && q > 0 {
			safe = p / q
		}
		area += ratio(slope*(tp[i]-tp[i+1]+intercept*math.Log(safe)), max(tp[i+1]+fn[i+1], 0))
	}
	return area
}

// gains returns recall gain and precision gain (Flach & Kull 2015), clipped as in Keras.
func gains(tp, fp, tn, fn []float64) (recall, precision []float64) {
	for i := range tp {
		r, p := 0.0, 1.0
		if tp[i] != 0 {
			scale := ratio(tp[i]+fn[i], tn[i]+fp[i])
			r = max(1-scale*fn[i]/tp[i], 0)
			p = 1 - scale*fp[i]/tp[i]
		}
		recall, precision = append(recall, r), append(precision, p)
	}
	return recall, precision
}

func init() { family.Register("AUC", func() Metric { return AUC{} }) }
