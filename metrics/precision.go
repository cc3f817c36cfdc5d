package metrics

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

type (
	// Precision is the fraction of correct predictions among those above a threshold: tp/(tp +
	// fp). Thresholds is 0.5 if nil; several thresholds return a vector. With TopK, only the K
	// largest predictions of a row count as positive, whatever their score if Thresholds is nil.
	// With ClassID, only that class counts. Targets are 0 or 1, in the shape of the output.
	Precision struct {
		Thresholds []float64 `keras:"thresholds" default:"null" range:"[0,1]"`
		TopK       int       `keras:"top_k" default:"null" range:"[1,inf)"`
		ClassID    *int      `keras:"class_id" range:"[0,inf)"`
		higher
		Options `default:"name=precision"`
	}
	// Recall is the fraction of positive samples that are predicted as positive: tp/(tp + fn).
	// It has the same arguments as [Precision].
	Recall struct {
		Thresholds []float64 `keras:"thresholds" default:"null" range:"[0,1]"`
		TopK       int       `keras:"top_k" default:"null" range:"[1,inf)"`
		ClassID    *int      `keras:"class_id" range:"[0,inf)"`
		higher
		Options `default:"name=recall"`
	}
)

func precisionCounts(who string, thresholds []float64, topK int, class *int) confusion {
	if thresholds == nil {
		thresholds = []float64{0.5}
		if topK > 0 {
			thresholds = []float64{noScore}
		}
	}
	return confusion{who: who, thresholds: thresholds, topK: topK, class: class}
}

// Update adds a batch.
func (m Precision) Update(s *State, b Batch) {
	tp, fp, _, _ := precisionCounts("precision", m.Thresholds, m.TopK, m.ClassID).counts(b)
	s.Add("true_positives", tp)
	s.Add("false_positives", fp)
}

// Result returns tp/(tp + fp).
func (Precision) Result(sums [][]float64) *tensor.Tensor {
	return scalarOrVector(each(sums[0], sums[1], share))
}

// Update adds a batch.
func (m Recall) Update(s *State, b Batch) {
	tp, _, positive, _ := precisionCounts("recall", m.Thresholds, m.TopK, m.ClassID).counts(b)
	s.Add("true_positives", tp)
	s.Add("false_negatives", ops.Subtract(positive, tp))
}

// Result returns tp/(tp + fn).
func (Recall) Result(sums [][]float64) *tensor.Tensor {
	return scalarOrVector(each(sums[0], sums[1], share))
}

// Counts for one threshold (0.5 if nil) or several.
type (
	// TruePositives counts the positive samples predicted above the threshold.
	TruePositives struct {
		Thresholds []float64 `keras:"thresholds" default:"null" range:"[0,1]"`
		Options    `default:"name=true_positives"`
	}
	// FalsePositives counts the negative samples predicted above the threshold.
	FalsePositives struct {
		Thresholds []float64 `keras:"thresholds" default:"null" range:"[0,1]"`
		Options    `default:"name=false_positives"`
	}
	// TrueNegatives counts the negative samples not predicted above the threshold.
	TrueNegatives struct {
		Thresholds []float64 `keras:"thresholds" default:"null" range:"[0,1]"`
		Options    `default:"name=true_negatives"`
	}
	// FalseNegatives counts the positive samples not predicted above the threshold.
	FalseNegatives struct {
		Thresholds []float64 `keras:"thresholds" default:"null" range:"[0,1]"`
		Options    `default:"name=false_negatives"`
	}
)

func addCount(s *State, b Batch, who string, thresholds []float64, count func(tp, fp, positive, negative *graph.Node) *graph.Node) {
	s.Add("accumulator", count(precisionCounts(who, thresholds, 0, nil).counts(b)))
}

// Update adds a batch.
func (m TruePositives) Update(s *State, b Batch) {
	addCount(s, b, "true_positives", m.Thresholds, func(tp, _, _, _ *graph.Node) *graph.Node { return tp })
}

// Update adds a batch.
func (m FalsePositives) Update(s *State, b Batch) {
	addCount(s, b, "false_positives", m.Thresholds, func(_, fp, _, _ *graph.Node) *graph.Node { return fp })
}

// Update adds a batch.
func (m TrueNegatives) Update(s *State, b Batch) {
	addCount(s, b, "true_negatives", m.Thresholds, func(_, fp, _, all *graph.Node) *graph.Node { return ops.Subtract(all, fp) })
}

// Update adds a batch.
func (m FalseNegatives) Update(s *State, b Batch) {
	addCount(s, b, "false_negatives", m.Thresholds, func(tp, _, all, _ *graph.Node) *graph.Node { return ops.Subtract(all, tp) })
}

// Result returns the count.
func (TruePositives) Result(sums [][]float64) *tensor.Tensor { return scalarOrVector(sums[0]) }

// Result returns the count.
func (FalsePositives) Result(sums [][]float64) *tensor.Tensor { return scalarOrVector(sums[0]) }

// Result returns the count.
func (TrueNegatives) Result(sums [][]float64) *tensor.Tensor { return scalarOrVector(sums[0]) }

// Result returns the count.
func (FalseNegatives) Result(sums [][]float64) *tensor.Tensor { return scalarOrVector(sums[0]) }

func init() {
	family.Register("Precision", func() Metric { return Precision{} })
	family.Register("Recall", func() Metric { return Recall{} })
	family.Register("TruePositives", func() Metric { return TruePositives{} })
	family.Register("FalsePositives", func() Metric { return FalsePositives{} })
	family.Register("TrueNegatives", func() Metric { return TrueNegatives{} })
	family.Register("FalseNegatives", func() Metric { return FalseNegatives{} })
}
