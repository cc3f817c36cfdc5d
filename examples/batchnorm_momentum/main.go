// Rising validation loss that is not overfitting: BatchNormalization validates with moving
// averages, which have not converged after only a few steps.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
)

func main() { example.Main(run) }

func run(ctx context.Context) error {
	var runs []plots.Run
	for _, momentum := range []float64{0.99, 0.9} {
		h, err := fit(ctx, momentum)
		if err != nil {
			return err
		}
		runs = append(runs, plots.Run{History: h})
	}
	return plots.SaveComparison(example.Picture("batchnorm_momentum.png"), "", runs...)
}

// fit trains on 1000 correctly labeled digits, one step per epoch.
func fit(ctx context.Context, momentum float64) (*callbacks.History, error) {
	train, val := example.NoisyDigits(1000, 0)
	m := models.Sequential(layers.Input(64))
	for range 2 {
		m.Add(&layers.Dense{Units: 256})
		m.Add(&layers.BatchNormalization{Momentum: &momentum})
		m.Add(&layers.Activation{Activation: activations.ReLU})
	}
	m.Add(&layers.Dense{Units: 10, Activation: activations.Softmax})
	m.Name = fmt.Sprintf("momentum %v", momentum)
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return nil, err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: 20, BatchSize: 1000, Validation: val})
	if err != nil {
		return nil, err
	}
	fmt.Printf("%s: %v\n", m.Name, h.Verdict())
	for _, epoch := range []int{0, 4, 8, 12, 16, 19} {
		fmt.Printf("  epoch %2d: loss %.3f, val_loss %.3f\n", epoch+1, h.Logs[epoch]["loss"], h.Logs[epoch]["val_loss"])
	}
	// With the moving averages, the training data score as badly, so this is not overfitting.
	logs, err := m.Evaluate(ctx, train)
	fmt.Printf("  the training data, evaluated: loss %.3f\n", logs["loss"])
	return h, err
}
