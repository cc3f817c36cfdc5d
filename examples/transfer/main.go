// Transfer learning: a network learns the digits 0–4. Its frozen body is then reused to learn 5–9
// from 20 samples and fine-tuned; a network trained from scratch has only those 20.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

// digits returns the samples of the digits low to low+4, with labels that start at 0.
func digits(low int32) *datasets.Arrays {
	d := classic.Digits()
	labels, _ := tensor.Data[int32](d.Y)
	var rows []int
	var y []int32
	for i, v := range labels {
		if v >= low && v < low+5 {
			rows, y = append(rows, i), append(y, v-low)
		}
	}
	x := datasets.Rescaling{Scale: []float64{1. / 16}}.Apply(d.X).Reshape(-1, 8, 8, 1)
	return datasets.Of(tensor.Gather(nil, x, rows), tensor.Of(y))
}

func body() *models.Model {
	return models.Sequential(layers.Input(8, 8, 1),
		&layers.Conv2D{Filters: 16, KernelSize: []int{3}, Activation: activations.ReLU},
		&layers.Conv2D{Filters: 32, KernelSize: []int{3}, Activation: activations.ReLU},
		&layers.MaxPooling2D{},
		&layers.Flatten{})
}

// learn trains the body with a new head and returns its accuracy on test.
func learn(ctx context.Context, m *models.Model, rate float64, epochs int, train, test datasets.Dataset) (float64, error) {
	err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: rate}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1})
	if err != nil {
		return 0, err
	}
	if _, err := m.Fit(ctx, train, models.Fit{Epochs: epochs}); err != nil {
		return 0, err
	}
	logs, err := m.Evaluate(ctx, test)
	return logs["accuracy"], err
}

func run(ctx context.Context) error {
	low, high := digits(0), digits(5)
	few := datasets.Of(high.X[0].Rows(0, 20), high.Y[0].Rows(0, 20))
	rest := datasets.Of(high.X[0].Rows(20, high.Len()), high.Y[0].Rows(20, high.Len()))
	head := func(b *models.Model) *models.Model {
		return models.Sequential(layers.Input(8, 8, 1), b, &layers.Dense{Units: 5, Activation: activations.Softmax})
	}
	first := body()
	a, err := learn(ctx, head(first), 0.002, example.Choose(30, 12), low, low)
	if err != nil {
		return err
	}
	fmt.Printf("0…4, all of them        accuracy %.3f\n", a)

	first.Frozen = true
	second := head(first)
	frozen, err := learn(ctx, second, 0.01, example.Choose(60, 40), few, rest)
	if err != nil {
		return err
	}
	first.Frozen = false // takes effect at the next Compile
	tuned, err := learn(ctx, second, 0.0005, example.Choose(40, 20), few, rest)
	if err != nil {
		return err
	}
	fresh, err := learn(ctx, head(body()), 0.002, example.Choose(100, 60), few, rest)
	if err != nil {
		return err
	}
	fmt.Printf("5…9, body frozen        accuracy %.3f\n5…9, then tuned         accuracy %.3f\n5…9, from nothing       accuracy %.3f\n", frozen, tuned, fresh)
	return nil
}
