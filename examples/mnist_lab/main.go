// The MNIST lab: a multilayer perceptron and a convolutional network classify digits.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

func run(ctx context.Context) error {
	train, test, err := example.MNIST()
	if err != nil {
		return err
	}
	mlp := models.Sequential(layers.Input(28, 28, 1),
		&layers.Flatten{},
		&layers.Dense{Units: 128, Activation: activations.ReLU},
		&layers.Dense{Units: 10, Activation: activations.Softmax})
	mlp.Name = "mlp"
	cnn := example.CNN(0.5)
	cnn.Name = "cnn"
	if err := cnn.Summary(os.Stdout); err != nil {
		return err
	}
	var results string
	for _, net := range []struct {
		m     *models.Model
		keras string
	}{{mlp, ".9390 and .9455"}, {cnn, ".9680"}} {
		h, err := fit(ctx, net.m, train, test)
		if err != nil {
			return err
		}
		results += fmt.Sprintf("%s: accuracy of the %d test digits %.4f, Keras with all %s\n", net.m.Name, test.Len(), h.Last()["val_accuracy"], net.keras)
	}
	fmt.Print(results)
	if err := mistakes(ctx, cnn, test); err != nil {
		return err
	}
	return filters(cnn)
}

func fit(ctx context.Context, m *models.Model, train, test *datasets.Arrays) (*callbacks.History, error) {
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return nil, err
	}
	return m.Fit(ctx, train, models.Fit{Epochs: 5, BatchSize: 64, Validation: test,
		Callbacks: []callbacks.Callback{&callbacks.ProgressBar{}, &callbacks.LearningCurves{Path: example.Picture("mnist_" + m.Name + ".png")}}})
}

// mistakes plots the first misclassified test digits.
func mistakes(ctx context.Context, m *models.Model, test *datasets.Arrays) error {
	p, err := m.Predict(ctx, test.X[0])
	if err != nil {
		return err
	}
	taken, err := losses.Labels(p[0])
	if err != nil {
		return err
	}
	var wrong [][]float64
	for i, is := range example.Labels(test.Y[0]) {
		if is != taken[i] && len(wrong) < 32 {
			pixels, _ := tensor.As[float64](test.X[0].Row(i))
			wrong = append(wrong, pixels)
		}
	}
	return plots.Save(example.Picture("mnist_mistakes.png"), plots.Figure{Title: "digits that the net mistakes",
		Marks: []plots.Mark{plots.Images{Width: 28, Height: 28, Pixels: wrong, Columns: 8}}})
}

// filters plots the kernels of the first layer.
func filters(m *models.Model) error {
	v, _ := tensor.As[float64](m.Weights()[0]) // (3, 3, 1, 32)
	kernels := make([][]float64, 32)
	for i, w := range v {
		kernels[i%32] = append(kernels[i%32], w)
	}
	return plots.Save(example.Picture("mnist_filters.png"), plots.Figure{Title: "what the first layer looks for",
		Marks: []plots.Mark{plots.Images{Width: 3, Height: 3, Pixels: kernels, Columns: 8, Signed: true}}})
}
