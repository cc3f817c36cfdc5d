package metrics

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

type (
	// Mean is the weighted mean of the predictions.
	Mean struct {
		mean
		Options `default:"name=mean"`
	}
	// Sum is the weighted sum of the predictions.
	Sum struct {
		Options `default:"name=sum"`
	}
	// RootMeanSquaredError is the square root of the mean of (y - pred)².
	RootMeanSquaredError struct {
		lower
		Options `default:"name=root_mean_squared_error"`
	}
)

// mean is embedded in metrics that accumulate the total and the weight of samples.
type mean struct{}

// Result returns total/count, or 0 before the first sample.
func (mean) Result(sums [][]float64) *tensor.Tensor { return Scalar(ratio(sums[0][0], sums[1][0])) }

// lower and higher are embedded, one level above Options, in metrics to minimize or maximize.
type (
	lower  struct{}
	higher struct{}
)

// Mode returns Min.
func (lower) Mode() training.Mode { return training.Min }

// Mode returns Max.
func (higher) Mode() training.Mode { return training.Max }

// Update adds a batch.
func (Mean) Update(s *State, b Batch) { addMean(s, b.Pred, targets.Masked(b.Mask, b.Weight, false)) }

// Update adds a batch.
func (Sum) Update(s *State, b Batch) {
	values, _ := samplewise(b.Pred, b.Weight, func(x *graph.Node, axes []int) *graph.Node { return ops.Sum(x, axes...) })
	s.Add("total", ops.Sum(values))
}

// Result returns the sum.
func (Sum) Result(sums [][]float64) *tensor.Tensor { return Scalar(sums[0][0]) }

// Update adds a batch.
func (RootMeanSquaredError) Update(s *State, b Batch) {
	y, pred := matched("root_mean_squared_error", b.Y, b.Pred)
	addMean(s, ops.Square(ops.Subtract(pred, y)), targets.Masked(b.Mask, b.Weight, false))
}

// Result returns the square root of the mean.
func (RootMeanSquaredError) Result(sums [][]float64) *tensor.Tensor {
	return Scalar(math.Sqrt(ratio(sums[0][0], sums[1][0])))
}

// Wrap returns a metric with the given name that is the weighted mean of f, which maps targets
// and predictions to one value per sample. mode states whether lower or higher values are
// better. It cannot be saved.
func Wrap(name string, mode training.Mode, f func(y, pred *graph.Node) *graph.Node) Metric {
	return &wrapped{Options: Options{Name: name}, mode: mode, f: f}
}

type wrapped struct {
	mean
	Options
	mode training.Mode
	f    func(y, pred *graph.Node) *graph.Node
}

func (w *wrapped) Update(s *State, b Batch) { addValues(s, b, w.f(b.Y, b.Pred)) }
func (w *wrapped) Mode() training.Mode      { return w.mode }

// addValues adds the samples' values, weighted and masked.
func addValues(s *State, b Batch, values *graph.Node) {
	addMean(s, values, targets.Masked(b.Mask, b.Weight, false))
}

// addMean adds the weighted total of the values and the sum of the weights.
func addMean(s *State, values, weight *graph.Node) {
	values, weight = samplewise(values, weight, func(x *graph.Node, axes []int) *graph.Node { return ops.Mean(x, axes...) })
	s.Add("total", ops.Sum(values))
	switch {
	case weight != nil:
		s.Add("count", ops.Sum(weight))
	case values.Rank() > 0:
		s.Add("count", ops.Scalar(values, float64(values.Shape[0])))
	default:
		s.Add("count", ops.Scalar(values, 1))
	}
}

// samplewise returns the weighted value and the weight of each sample, as in Keras: values are
// reduced over the axes that the weights lack, then over all axes but the first.
func samplewise(values, weight *graph.Node, reduce func(x *graph.Node, axes []int) *graph.Node) (*graph.Node, *graph.Node) {
	values = ops.Cast(values, graph.Float32)
	if weight != nil {
		weight = ops.Cast(weight, values.DType)
		values, weight = targets.SameRank(values, weight)
		if values.Rank() > weight.Rank() {
			values = reduce(values, axes(weight.Rank(), values.Rank()))
		}
		weight = ops.BroadcastTo(weight, values.Shape...)
		values = ops.Multiply(values, weight)
		if weight.Rank() > 1 {
			weight = reduce(weight, axes(1, weight.Rank()))
		}
	}
	if values.Rank() > 1 {
		values = reduce(values, axes(1, values.Rank()))
	}
	return values, weight
}

func axes(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

// matched returns y and pred with the same type and shape; either may lack a last axis of extent 1.
func matched(who string, y, pred *graph.Node) (*graph.Node, *graph.Node) {
	y, pred = targets.SameRank(ops.Cast(y, pred.DType), pred)
	if !y.Shape.Equal(pred.Shape) {
		graph.Errorf("metric %s: target %v does not match output %v; a metric never broadcasts", who, y.Shape, pred.Shape)
	}
	return y, pred
}

func init() {
	family.Register("Mean", func() Metric { return Mean{} })
	family.Register("Sum", func() Metric { return Sum{} })
	family.Register("RootMeanSquaredError", func() Metric { return RootMeanSquaredError{} }, "rmse", "RMSE")
}
