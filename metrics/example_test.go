package metrics_test

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// evaluate measures the predictions of a model that returns its input.
func evaluate(l losses.Loss, y, prediction *tensor.Tensor, list ...metrics.Metric) (training.Logs, error) {
	m := models.Sequential(layers.Input(prediction.Shape()[1]), &layers.Activation{Activation: activations.Linear})
	if err := m.Compile(models.Compile{Loss: l, Metrics: list}); err != nil {
		return nil, err
	}
	return m.Evaluate(context.Background(), datasets.Of(prediction, y))
}

// Pass metrics to Compile; Fit and Evaluate report them by name.
func Example() {
	y, prediction := tensor.Of([]float32{1, 2, 3}, 3, 1), tensor.Of([]float32{1, 2, 6}, 3, 1)
	logs, err := evaluate(losses.MeanSquaredError{}, y, prediction, metrics.MeanAbsoluteError{}, metrics.RootMeanSquaredError{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f %.3f\n", logs["mean_absolute_error"], logs["root_mean_squared_error"])
	// Output: 1.000 1.732
}

// Wrap makes a metric from a function that returns one value per sample.
func ExampleWrap() {
	within := metrics.Wrap("within_one", training.Max, func(y, pred *graph.Node) *graph.Node {
		near := ops.LessEqual(ops.Abs(ops.Subtract(y, pred)), ops.Scalar(y, 1))
		return ops.Mean(ops.Cast(near, pred.DType), -1)
	})
	y, prediction := tensor.Of([]float32{1, 2, 3, 4}, 4, 1), tensor.Of([]float32{1.5, 2, 6, 4.5}, 4, 1)
	logs, err := evaluate(losses.MeanSquaredError{}, y, prediction, within)
	fmt.Println(logs["within_one"], err)
	// Output: 0.75 <nil>
}
