// Autoencoder: a convolutional network compresses handwritten digits of 64 pixels into 8
// numbers and reconstructs them with transposed convolutions.
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
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

func run(ctx context.Context) error {
	d := classic.Digits()
	x := datasets.Rescaling{Scale: []float64{1. / 16}}.Apply(d.X).Reshape(-1, 8, 8, 1)
	train, test := x.Rows(0, 1500), x.Rows(1500, 1797)
	encoder := models.Sequential(layers.Input(8, 8, 1),
		&layers.Conv2D{Filters: 16, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.ReLU},
		&layers.Flatten{},
		&layers.Dense{Units: 8})
	decoder := models.Sequential(layers.Input(8),
		&layers.Dense{Units: 2 * 2 * 32, Activation: activations.ReLU},
		&layers.Reshape{TargetShape: []int{2, 2, 32}},
		&layers.Conv2DTranspose{Filters: 16, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.ReLU},
		&layers.Conv2DTranspose{Filters: 1, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.Sigmoid})
	m := models.Sequential(layers.Input(8, 8, 1), encoder, decoder)
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.002}, Loss: losses.MeanSquaredError{}, Seed: 1}); err != nil {
		return err
	}
	data := datasets.Of(test, test)
	before, err := m.Evaluate(ctx, data)
	if err != nil {
		return err
	}
	if _, err := m.Fit(ctx, datasets.Of(train, train), models.Fit{Epochs: example.Choose(60, 12), Validation: data}); err != nil {
		return err
	}
	after, err := m.Evaluate(ctx, data)
	if err != nil {
		return err
	}
	fmt.Printf("mean squared error of unseen digits: %.4f before training, %.4f after\n", before["loss"], after["loss"])
	codes, err := encoder.Predict(ctx, test.Rows(0, 20)) // encoder and decoder are models too
	if err != nil {
		return err
	}
	drawn, err := decoder.Predict(ctx, codes[0])
	if err != nil {
		return err
	}
	return plots.Save(example.Picture("autoencoder.png"),
		plots.Figure{Title: "Unseen digits", Marks: []plots.Mark{images(test.Rows(0, 20))}},
		plots.Figure{Title: "Drawn from 8 numbers each", Marks: []plots.Mark{images(drawn[0])}})
}

func images(t *tensor.Tensor) plots.Images {
	p := plots.Images{Width: 8, Height: 8, Columns: 5}
	for i := range t.Shape()[0] {
		px, _ := tensor.As[float64](t.Row(i))
		p.Pixels = append(p.Pixels, px)
	}
	return p
}
