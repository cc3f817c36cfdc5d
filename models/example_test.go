package models_test

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
)

// Build a model from layers, compile it with an optimizer and a loss, train and evaluate it.
func Example() {
	rings := datasets.Circles{Samples: 300, Factor: 0.4, Noise: 0.05, Seed: 1}.Make()
	train, test, err := datasets.Split{Fraction: 0.3, Seed: 1}.Of(rings)
	if err != nil {
		fmt.Println(err)
		return
	}
	m := models.Sequential(layers.Input(2),
		&layers.Dense{Units: 16, Activation: activations.ReLU},
		&layers.Dense{Units: 1, Activation: activations.Sigmoid})
	if err := m.Compile(models.Compile{
		Optimizer: &optimizers.Adam{LearningRate: 0.01},
		Loss:      losses.BinaryCrossentropy{},
		Metrics:   []metrics.Metric{metrics.Accuracy{}},
		Seed:      1,
	}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := m.Fit(context.Background(), train, models.Fit{Epochs: 60}); err != nil {
		fmt.Println(err)
		return
	}
	logs, err := m.Evaluate(context.Background(), test)
	fmt.Println("accuracy above 0.95:", logs["accuracy"] > 0.95, err)
	// Output: accuracy above 0.95: true <nil>
}
