// Dropout: the same convolutional network with four dropout rates, compared in one plot.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
)

func main() { example.Main(run) }

func run(ctx context.Context) error {
	train, test, err := example.MNIST()
	if err != nil {
		return err
	}
	fitted, val := plots.Figure{Title: "training", X: "epoch", Y: "accuracy"}, plots.Figure{Title: "validation", X: "epoch", Y: "accuracy"}
	table := "\ndropout val_accuracy of epochs 1 to 5            loss  val_loss\n"
	for _, c := range []struct {
		rate  float64
		keras string
	}{
		{0, ".9210 .9555 .9605 .9610 .9680      .0798 .1043"},
		{.2, ".9270 .9575 .9665 .9605 .9680      .0879 .1070"},
		{.5, ".9280 .9550 .9615 .9625 .9680      .1308 .1159"},
		{.8, ".9095 .9470 .9550 .9565 .9645      .2270 .1336"},
	} {
		m := example.CNN(c.rate)
		m.Name = fmt.Sprintf("dropout %v", c.rate)
		if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.SparseCategoricalCrossentropy{},
			Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
			return err
		}
		h, err := m.Fit(ctx, train, models.Fit{Epochs: 5, BatchSize: 64, Validation: test,
			Callbacks: []callbacks.Callback{&callbacks.ProgressBar{}}})
		if err != nil {
			return err
		}
		epochs := []float64{1, 2, 3, 4, 5}
		fitted.Marks = append(fitted.Marks, plots.Line{Name: m.Name, X: epochs, Y: h.Series("accuracy"), Dots: true})
		val.Marks = append(val.Marks, plots.Line{Name: m.Name, X: epochs, Y: h.Series("val_accuracy"), Dots: true})
		table += fmt.Sprintf("%.1f     %.4f       %.4f %.4f\n  Keras  %s\n", c.rate, h.Series("val_accuracy"), h.Last()["loss"], h.Last()["val_loss"], c.keras)
	}
	fmt.Print(table)
	return plots.Save(example.Picture("dropout.png"), fitted, val)
}
