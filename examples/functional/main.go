// Functional models: cells D and E of the course, and a network with a skip connection, which
// a sequential model can't express.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
)

func main() { example.Main(run) }

func run(ctx context.Context) error {
	train, test, err := example.Classification()
	if err != nil {
		return err
	}
	scale, err := datasets.MinMax{}.Fit(train.X[0])
	if err != nil {
		return err
	}
	train.X[0], test.X[0] = scale.Apply(train.X[0]), scale.Apply(test.X[0])

	x := layers.Input(2)
	y := x.Then(&layers.Dense{Units: 1, Activation: activations.Sigmoid, KernelInitializer: initializers.GlorotUniform{}})
	d := models.New(x, y)

	x = layers.Input(2)
	hidden := x.Then(&layers.Dense{Units: 5, Activation: activations.Sigmoid})
	e := models.New(x, hidden.Then(&layers.Dense{Units: 1, Activation: activations.Sigmoid}))

	// The skip connection: the output layer sees both the input and the hidden layer's output.
	x = layers.Input(2)
	hidden = x.Then(&layers.Dense{Units: 5, Activation: activations.Sigmoid})
	both := layers.Apply(&layers.Concatenate{}, x, hidden)
	shortcut := models.New(x, both.Then(&layers.Dense{Name: "probability", Units: 1, Activation: activations.Sigmoid}))
	shortcut.Name = "shortcut"

	fmt.Println("net      loss   acc    val_loss val_acc | Keras: D of 3 seeds, E of 6")
	for _, net := range []struct {
		name  string
		m     *models.Model
		keras string
	}{
		{"D", d, ".348±.024 .929 .348      .900"},
		{"E", e, ".203±.014 .936 .215±.037 .906"},
		{"shortcut", shortcut, ""},
	} {
		if err := fit(ctx, net.name, net.m, train, test, net.keras); err != nil {
			return err
		}
	}
	return shortcut.Summary(os.Stdout)
}

// fit trains for 15 epochs with a batch size of 8.
func fit(ctx context.Context, name string, m *models.Model, train, test *datasets.Arrays, keras string) error {
	err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.1}, Loss: losses.BinaryCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 0})
	if err != nil {
		return err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: 15, BatchSize: 8, Validation: test})
	if err != nil {
		return err
	}
	l := h.Last()
	fmt.Printf("%-8s %.4f %.4f %.4f   %.4f  | %s\n", name, l["loss"], l["accuracy"], l["val_loss"], l["val_accuracy"], keras)
	return nil
}
