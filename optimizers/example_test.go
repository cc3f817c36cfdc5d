package optimizers_test

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// Pass an optimizer to Compile. This one fits y = 2x + 1.
func ExampleSGD() {
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1})
	if err := m.Compile(models.Compile{
		Optimizer: &optimizers.SGD{LearningRate: 0.1, Momentum: 0.9},
		Loss:      losses.MeanSquaredError{},
		Seed:      1,
	}); err != nil {
		fmt.Println(err)
		return
	}
	line := datasets.Of(tensor.Of([]float32{-1, 0, 1, 2}, 4, 1), tensor.Of([]float32{-1, 1, 3, 5}, 4, 1))
	if _, err := m.Fit(context.Background(), line, models.Fit{Epochs: 200}); err != nil {
		fmt.Println(err)
		return
	}
	w := m.Weights()
	fmt.Printf("y = %.2f x + %.2f\n", w[0], w[1])
	// Output: y = 2.00 x + 1.00
}

// A schedule determines the learning rate of each step.
func ExampleExponentialDecay() {
	decay := optimizers.ExponentialDecay{InitialLearningRate: 0.1, DecaySteps: 100, DecayRate: 0.5}
	for _, step := range []int64{0, 100, 200} {
		fmt.Printf("%.3f ", decay.Rate(step))
	}
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1})
	fmt.Println(m.Compile(models.Compile{Optimizer: &optimizers.Adam{Schedule: decay}, Loss: losses.MeanSquaredError{}}))
	// Output: 0.100 0.050 0.025 <nil>
}
