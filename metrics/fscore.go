package metrics

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// An Average determines how the scores of the classes are averaged; "" returns one per class.
type Average string

// The averages.
const (
	Micro    Average = "micro"    // all classes are counted together
	Macro    Average = "macro"    // the mean over the classes
	Weighted Average = "weighted" // the mean weighted by the number of targets of each class
)

type (
	// FBetaScore is (1 + Beta²)·precision·recall/(Beta²·precision + recall) for each class, from
	// one-hot targets and outputs (batch, classes). The result is a vector, or a scalar if Average
	// is set. Outputs above Threshold are predicted, or without one the largest of each row. Beta
	// is 1 if zero.
	FBetaScore struct {
		Average   Average `keras:"average" default:"null" enum:"micro macro weighted"`
		Beta      float64 `keras:"beta" default:"1.0" range:"(0,inf)"`
		Threshold float64 `keras:"threshold" default:"null" range:"(0,1]"`
		higher
		Options `default:"name=fbeta_score"`
	}
	// F1Score is FBetaScore with Beta 1: the harmonic mean of precision and recall.
	F1Score struct {
		Average   Average `keras:"average" default:"null" enum:"micro macro weighted"`
		Threshold float64 `keras:"threshold" default:"null" range:"(0,1]"`
		higher
		Options `default:"name=f1_score"`
	}
)

// Update adds a batch.
func (m FBetaScore) Update(s *State, b Batch) {
	if b.Pred.Rank() != 2 {
		graph.Errorf("metric %s: output %v; want (batch, classes)", NameOf(m), b.Pred.Shape)
	}
	if classes := b.Pred.Shape[1]; classes > 1 && b.Y.Shape.Size() == b.Pred.Shape[0] {
		graph.Errorf("metric %s: targets %v are class numbers; it wants one-hot rows (batch, %d): take datasets.ToCategorical, and the loss CategoricalCrossentropy",
			NameOf(m), b.Y.Shape, classes)
	}
	y, pred := matched(NameOf(m), b.Y, b.Pred)
	p := ops.Cast(m.predicted(pred), pred.DType)
	sum := func(x *graph.Node) *graph.Node {
		if b.Weight != nil {
			x = ops.Multiply(x, ops.Reshape(ops.Cast(b.Weight, x.DType), -1, 1))
		}
		if m.Average == Micro {
			return ops.Sum(x)
		}
		return ops.Sum(x, 0)
	}
	one := ops.OnesLike(p)
	s.Add("true_positives", sum(ops.Multiply(p, y)))
	s.Add("false_positives", sum(ops.Multiply(p, ops.Subtract(one, y))))
	s.Add("false_negatives", sum(ops.Multiply(ops.Subtract(one, p), y)))
	s.Add("intermediate_weights", sum(y))
}

func (m FBetaScore) predicted(pred *graph.Node) *graph.Node {
	if m.Threshold != 0 {
		return ops.Greater(pred, ops.Scalar(pred, m.Threshold))
	}
	largest := ops.GreaterEqual(pred, ops.KeepDims{-1}.Max(pred))
	return ops.LogicalAnd(largest, ops.Greater(ops.Abs(pred), ops.Scalar(pred, 1e-9))) // a row of zeros predicts no class
}

// Result returns the score.
func (m FBetaScore) Result(sums [][]float64) *tensor.Tensor {
	const epsilon = 1e-7
	square := config.Filled(m).Beta
	square *= square
	scores := make([]float64, len(sums[0]))
	mean, weighted, all := 0.0, 0.0, 0.0
	for i := range scores {
		tp, fp, fn, weight := sums[0][i], sums[1][i], sums[2][i], sums[3][i]
		p, r := tp/(tp+fp+epsilon), tp/(tp+fn+epsilon)
		scores[i] = p * r / (square*p + r + epsilon) * (1 + square)
		mean += scores[i] / float64(len(scores))
		weighted += scores[i] * weight
		all += weight
	}
	switch m.Average {
	case "":
		return Vector(scores)
	case Weighted:
		return Scalar(weighted / (all + epsilon))
	}
	return Scalar(mean)
}

// Update adds a batch.
func (m F1Score) Update(s *State, b Batch) { m.beta().Update(s, b) }

// Result returns the score.
func (m F1Score) Result(sums [][]float64) *tensor.Tensor { return m.beta().Result(sums) }

func (m F1Score) beta() FBetaScore {
	o := m.Options
	o.Name = NameOf(m)
	return FBetaScore{Average: m.Average, Threshold: m.Threshold, Options: o}
}

func init() {
	family.Register("FBetaScore", func() Metric { return FBetaScore{} }, "fbeta_score")
	family.Register("F1Score", func() Metric { return F1Score{} })
}
