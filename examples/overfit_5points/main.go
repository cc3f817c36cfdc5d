// Overfitting five points: a straight line has 2 parameters and can't follow the noise; a small
// network has 7 and passes through every point.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
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
	points := datasets.NoisyPolynomial{Samples: 5, Coefficients: []float64{0, 3}, Noise: 2, Seed: 1}
	train := points.Make()
	points.Between, points.Seed = true, 101 // different points, between the training points
	val := points.Make()

	line := models.Sequential(layers.Input(1), &layers.Dense{Units: 1})
	line.Name = "line"
	net := models.Sequential(layers.Input(1), &layers.Dense{Units: 2, Activation: activations.Tanh}, &layers.Dense{Units: 1})
	net.Name = "net"
	var figures []plots.Figure
	for _, m := range []*models.Model{line, net} {
		f, err := fit(ctx, m, train, val)
		if err != nil {
			return err
		}
		figures = append(figures, f)
	}
	fmt.Println("course, on points of its own: 2 parameters, train 5.3, validation 5.1; 7 parameters, train 0, validation 20")
	return plots.Save(example.Picture("overfit_5points.png"), figures...)
}

// fit trains m on all five points at once and plots its predictions.
func fit(ctx context.Context, m *models.Model, train, val *datasets.Arrays) (plots.Figure, error) {
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.02}, Loss: losses.MeanSquaredError{}, Seed: 1}); err != nil {
		return plots.Figure{}, err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(6000, 3000), BatchSize: 5, Validation: val,
		Callbacks: []callbacks.Callback{&callbacks.LearningCurves{Path: example.Picture("overfit_5points_" + m.Name + ".png")}}})
	if err != nil {
		return plots.Figure{}, err
	}
	l := h.Last()
	title := fmt.Sprintf("%d parameters: train %.4f, validation %.3f", m.CountParams(), l["loss"], l["val_loss"])
	fmt.Printf("%s; %v\n", title, h.Verdict())

	var x []float32
	for i := range 201 {
		x = append(x, float32(i-100)/100)
	}
	y, err := m.Predict(ctx, tensor.Of(x, len(x), 1))
	if err != nil {
		return plots.Figure{}, err
	}
	return plots.Figure{Title: title, X: "x", Y: "y", Marks: []plots.Mark{
		plots.Line{Name: "model", X: numbers(tensor.Of(x)), Y: numbers(y[0])},
		plots.Points{Name: "training", X: numbers(train.X[0]), Y: numbers(train.Y[0]), Size: 4},
		plots.Points{Name: "validation", X: numbers(val.X[0]), Y: numbers(val.Y[0]), Size: 4},
	}}, nil
}

func numbers(t *tensor.Tensor) []float64 {
	v, _ := tensor.As[float64](t)
	return v
}
