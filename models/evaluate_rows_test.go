package models_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// farthest is a loss that depends on the whole batch: each sample's loss is the maximum of all.
type farthest struct{ losses.Options }

func (farthest) Of(y, pred *graph.Node) *graph.Node {
	d := ops.Abs(ops.Subtract(y, ops.Reshape(pred, y.Shape...)))
	return ops.Add(ops.Scale(d, 0), ops.Max(d))
}

func ringsModel(t *testing.T, l losses.Loss) *models.Model {
	t.Helper()
	m := models.Sequential(layers.Input(2), &layers.Dense{Units: 8, Activation: activations.ReLU}, &layers.Dense{Units: 1, Activation: activations.Sigmoid})
	err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: l, Seed: 3,
		Metrics: []metrics.Metric{metrics.MeanAbsoluteError{}, metrics.AUC{}}, WeightedMetrics: []metrics.Metric{metrics.MeanSquaredError{}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The results are the same whether the data is in memory, where the device receives many batches
// at once, or is read batch by batch.
func TestEvaluateInMemoryIsEvaluateByBatches(t *testing.T) {
	ctx := context.Background()
	data := rings(700)
	w := make([]float32, 700)
	for i := range w {
		w[i] = float32(1+i%5) / 4
	}
	for _, l := range []losses.Loss{losses.BinaryCrossentropy{}, farthest{}} {
		m := ringsModel(t, l)
		for _, d := range []*datasets.Arrays{data, data.WithWeights(tensor.Of(w))} {
			for _, size := range []int{0, 1, 7, 100, 699, 700, 701} {
				got, err := m.Evaluate(ctx, d, models.Evaluate{BatchSize: size})
				if err != nil {
					t.Fatal(err)
				}
				want, err := m.Evaluate(ctx, d.Batch(size))
				if err != nil {
					t.Fatal(err)
				}
				if !maps.Equal(got, want) {
					t.Errorf("%T, batches of %d: %v in memory, %v by batches", l, size, got, want)
				}
			}
		}
	}
}

func TestAFitValidatesInMemoryAsByBatches(t *testing.T) {
	ctx := context.Background()
	var logs []training.Logs
	for _, val := range []datasets.Dataset{rings(333), rings(333).Batch(10)} {
		m := ringsModel(t, farthest{})
		h, err := m.Fit(ctx, rings(100), models.Fit{Epochs: 2, Validation: val, ValidationBatchSize: 10})
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, h.Logs[1])
	}
	if !maps.Equal(logs[0], logs[1]) {
		t.Errorf("%v in memory, %v by batches", logs[0], logs[1])
	}
}

func TestEvaluateInMemoryCanBeCancelled(t *testing.T) {
	m := ringsModel(t, losses.BinaryCrossentropy{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.Evaluate(ctx, rings(700)); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
