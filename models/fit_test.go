package models_test

import (
	"context"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// rings returns points on two circles, whose classes are not linearly separable.
func rings(n int) *datasets.Arrays {
	return datasets.Circles{Samples: n, Factor: 0.5, Noise: 0.05, Seed: 1}.Make()
}

func TestAnMLPLearnsRings(t *testing.T) {
	m := models.Sequential(layers.Input(2),
		&layers.Dense{Units: 16, Activation: activations.Tanh},
		&layers.BatchNormalization{Momentum: new(0.5)},
		&layers.Dropout{Rate: 0.1},
		&layers.Dense{Units: 1, Activation: activations.Sigmoid},
	)
	if err := m.Compile(models.Compile{
		Optimizer: &optimizers.Adam{LearningRate: 0.01},
		Loss:      losses.BinaryCrossentropy{},
		Metrics:   []metrics.Metric{metrics.Accuracy{}},
	}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), rings(250), models.Fit{Epochs: 40, Validation: rings(100)})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(h.Logs[0], h.Last())
	if last := h.Last(); last["val_accuracy"] < 0.95 || last["loss"] > 0.3 {
		t.Errorf("it does not learn: %v", last)
	}
	out, err := m.Predict(context.Background(), tensor.Of([]float32{0, 0, 1, 0}, 2, 2))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(out[0])
}
