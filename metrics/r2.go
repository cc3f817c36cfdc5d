package metrics

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// A ClassAggregation determines how the scores of several outputs are aggregated; "" is
// UniformAverage.
type ClassAggregation string

// The class aggregations.
const (
	UniformAverage          ClassAggregation = "uniform_average"           // the mean over the outputs
	VarianceWeightedAverage ClassAggregation = "variance_weighted_average" // the mean weighted by the outputs' variance
	NoAggregation           ClassAggregation = "none"                      // one score per output
)

// R2Score is 1 - (residual sum of squares)/(total sum of squares) for each output of
// (batch, outputs): 1 for perfect predictions, 0 for the constant mean. The scores are aggregated
// by ClassAggregation, UniformAverage if empty; with NoAggregation the result is a vector. If
// NumRegressors is not 0, the result is the adjusted score for a model with that many inputs.
type R2Score struct {
	ClassAggregation ClassAggregation `keras:"class_aggregation" default:"uniform_average" null:"none" enum:"uniform_average variance_weighted_average"`
	NumRegressors    int              `keras:"num_regressors" range:"[0,inf)"`
	higher
	Options `default:"name=r2_score"`
}

// Update adds a batch.
func (m R2Score) Update(s *State, b Batch) {
	y, pred := matched("r2_score", b.Y, b.Pred)
	if pred.Rank() != 2 {
		graph.Errorf("metric r2_score: output %v; want (batch, outputs)", pred.Shape)
	}
	weight := ops.OnesLike(y)
	if b.Weight != nil {
		_, w := targets.Aligned(y, ops.Cast(b.Weight, y.DType))
		weight = ops.BroadcastTo(w, y.Shape...)
	}
	s.Add("num_samples", ops.Scalar(y, float64(y.Shape.Size())))
	s.Add("squared_sum", ops.Sum(ops.Multiply(ops.Square(y), weight), 0))
	s.Add("sum", ops.Sum(ops.Multiply(y, weight), 0))
	s.Add("residual", ops.Sum(ops.Multiply(ops.Square(ops.Subtract(y, pred)), weight), 0))
	s.Add("count", ops.Sum(weight, 0))
}

// Result returns the score.
func (m R2Score) Result(sums [][]float64) *tensor.Tensor {
	scores := make([]float64, len(sums[1]))
	mean, weighted, all := 0.0, 0.0, 0.0
	for i := range scores {
		total := sums[1][i] - sums[2][i]*sums[2][i]/sums[4][i]
		scores[i] = 1 - sums[3][i]/total
		if math.IsInf(scores[i], 0) {
			scores[i] = 0
		}
		mean += scores[i] / float64(len(scores))
		weighted += scores[i] * total
		all += total
	}
	switch m.ClassAggregation {
	case NoAggregation:
		for i := range scores {
			scores[i] = m.adjusted(scores[i], sums[0][0])
		}
		return Vector(scores)
	case VarianceWeightedAverage:
		return Scalar(m.adjusted(weighted/all, sums[0][0]))
	}
	return Scalar(m.adjusted(mean, sums[0][0]))
}

// adjusted corrects the score for the number of regressors if there are enough samples.
func (m R2Score) adjusted(score, samples float64) float64 {
	p := float64(m.NumRegressors)
	if p == 0 || p >= samples-1 {
		return score
	}
	return 1 - (1-score)*(samples-1)/(samples-p-1)
}

func init() { family.Register("R2Score", func() Metric { return R2Score{} }) }
