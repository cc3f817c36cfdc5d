package metrics

import (
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// The highest value of one rate over the thresholds at which another rate is at least a bound,
// or 0 if there are none. NumThresholds is the number of thresholds, 200 if zero.
type (
	// SensitivityAtSpecificity is the best tp/(tp + fn) where tn/(tn + fp) ≥ Specificity.
	SensitivityAtSpecificity struct {
		NumThresholds int     `keras:"num_thresholds" default:"200" range:"[1,1000000]"`
		Specificity   float64 `keras:"specificity" range:"[0,1]"`
		ClassID       *int    `keras:"class_id" range:"[0,inf)"`
		higher
		Options `default:"name=sensitivity_at_specificity"`
	}
	// SpecificityAtSensitivity is the best tn/(tn + fp) where tp/(tp + fn) ≥ Sensitivity.
	SpecificityAtSensitivity struct {
		NumThresholds int     `keras:"num_thresholds" default:"200" range:"[1,1000000]"`
		Sensitivity   float64 `keras:"sensitivity" range:"[0,1]"`
		ClassID       *int    `keras:"class_id" range:"[0,inf)"`
		higher
		Options `default:"name=specificity_at_sensitivity"`
	}
	// PrecisionAtRecall is the best tp/(tp + fp) where tp/(tp + fn) ≥ Recall.
	PrecisionAtRecall struct {
		NumThresholds int     `keras:"num_thresholds" default:"200" range:"[1,1000000]"`
		Recall        float64 `keras:"recall" range:"[0,1]"`
		ClassID       *int    `keras:"class_id" range:"[0,inf)"`
		higher
		Options `default:"name=precision_at_recall"`
	}
	// RecallAtPrecision is the best tp/(tp + fn) where tp/(tp + fp) ≥ Precision.
	RecallAtPrecision struct {
		NumThresholds int     `keras:"num_thresholds" default:"200" range:"[1,1000000]"`
		Precision     float64 `keras:"precision" range:"[0,1]"`
		ClassID       *int    `keras:"class_id" range:"[0,inf)"`
		higher
		Options `default:"name=recall_at_precision"`
	}
)

// addTradeoff adds the counts for n thresholds evenly spaced from 0 to 1.
func addTradeoff(s *State, b Batch, who string, n int, class *int) {
	t := []float64{0.5}
	if n > 1 {
		t = make([]float64, n)
		for i := range t {
			t[i] = float64(i) / float64(n-1)
		}
	}
	confusion{who: who, thresholds: t, class: class}.addAll(s, b)
}

// The rates are computed from the sums tp, fp, tn, fn.
func sensitivity(n [][]float64) []float64 { return each(n[0], n[3], share) }
func specificity(n [][]float64) []float64 { return each(n[2], n[1], share) }
func precision(n [][]float64) []float64   { return each(n[0], n[1], share) }

// best returns the largest element of of where the other rate is at least bound. The rates are
// compared in float32, the type of the sums.
func best(of, where []float64, bound float64) *tensor.Tensor {
	top := 0.0
	for i, v := range of {
		if float32(where[i]) >= float32(bound) {
			top = max(top, v)
		}
	}
	return Scalar(top)
}

// Update adds a batch.
func (m SensitivityAtSpecificity) Update(s *State, b Batch) {
	addTradeoff(s, b, "sensitivity_at_specificity", config.Filled(m).NumThresholds, m.ClassID)
}

// Result returns the best sensitivity.
func (m SensitivityAtSpecificity) Result(sums [][]float64) *tensor.Tensor {
	return best(sensitivity(sums), specificity(sums), m.Specificity)
}

// Update adds a batch.
func (m SpecificityAtSensitivity) Update(s *State, b Batch) {
	addTradeoff(s, b, "specificity_at_sensitivity", config.Filled(m).NumThresholds, m.ClassID)
}

// Result returns the best specificity.
func (m SpecificityAtSensitivity) Result(sums [][]float64) *tensor.Tensor {
	return best(specificity(sums), sensitivity(sums), m.Sensitivity)
}

// Update adds a batch.
func (m PrecisionAtRecall) Update(s *State, b Batch) {
	addTradeoff(s, b, "precision_at_recall", config.Filled(m).NumThresholds, m.ClassID)
}

// Result returns the best precision.
func (m PrecisionAtRecall) Result(sums [][]float64) *tensor.Tensor {
	return best(precision(sums), sensitivity(sums), m.Recall)
}

// Update adds a batch.
func (m RecallAtPrecision) Update(s *State, b Batch) {
	addTradeoff(s, b, "recall_at_precision", config.Filled(m).NumThresholds, m.ClassID)
}

// Result returns the best recall.
func (m RecallAtPrecision) Result(sums [][]float64) *tensor.Tensor {
	return best(sensitivity(sums), precision(sums), m.Precision)
}

func init() {
	family.Register("SensitivityAtSpecificity", func() Metric { return SensitivityAtSpecificity{} })
	family.Register("SpecificityAtSensitivity", func() Metric { return SpecificityAtSensitivity{} })
	family.Register("PrecisionAtRecall", func() Metric { return PrecisionAtRecall{} })
	family.Register("RecallAtPrecision", func() Metric { return RecallAtPrecision{} })
}
