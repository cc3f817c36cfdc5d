// Time series forecasting: predicts next year's sunspots from the previous 22 years. Dense
// layers and an LSTM are trained on the yearly means from 1700 to 2008; the last 80 years are
// the test set.
package main

import (
	"context"
	"fmt"
	"math"

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

const (
	window = 22 // years of input per forecast: two cycles
	tested = 80 // years in the test set
)

func main() { example.Main(run) }

func run(ctx context.Context) error {
	series := classic.Sunspots().Reshape(-1, 1)
	years := series.Shape()[0]
	scaled := datasets.Rescaling{Scale: []float64{1. / 100}}.Apply(series)
	from := years - tested
	train := datasets.Timeseries{Data: scaled.Rows(0, from), Targets: scaled.Rows(window, from), SequenceLength: window}
	test := datasets.Timeseries{Data: scaled.Rows(from-window, years), Targets: scaled.Rows(from, years), SequenceLength: window}

	truth, _ := tensor.As[float64](series.Rows(from, years))
	before, _ := tensor.As[float64](series.Rows(from-1, years-1))
	fmt.Printf("%-12s mean error of %d years %.1f sunspots\n", "as last year", tested, meanError(before, truth))
	axis := make([]float64, tested)
	for i := range axis {
		axis[i] = float64(1700 + from + i)
	}
	marks := []plots.Mark{plots.Line{Name: "observed", X: axis, Y: truth, Dots: true}}
	nets := map[string][]layers.Layer{
		"dense": {&layers.Flatten{}, &layers.Dense{Units: 32, Activation: activations.ReLU}, &layers.Dense{Units: 1}},
		"LSTM":  {&layers.LSTM{Units: 24}, &layers.Dense{Units: 1}},
	}
	for _, name := range []string{"dense", "LSTM"} {
		m := models.Sequential(layers.Input(window, 1), nets[name]...)
		forecast, err := forecast(ctx, m, train, test)
		if err != nil {
			return err
		}
		fmt.Printf("%-12s mean error of %d years %.1f sunspots\n", name, tested, meanError(forecast, truth))
		marks = append(marks, plots.Line{Name: name, X: axis, Y: forecast, Dashed: name == "dense"})
	}
	return plots.Save(example.Picture("sunspots.png"), plots.Figure{Title: "Sunspots, foretold a year ahead", X: "year", Y: "sunspots", Marks: marks})
}

// forecast trains m and returns its predictions for the test years.
func forecast(ctx context.Context, m *models.Model, train, test datasets.Timeseries) ([]float64, error) {
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.005}, Loss: losses.MeanSquaredError{}, Seed: 3}); err != nil {
		return nil, err
	}
	if _, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(120, 40), BatchSize: 16}); err != nil {
		return nil, err
	}
	out, err := m.PredictDataset(ctx, test)
	if err != nil {
		return nil, err
	}
	return tensor.As[float64](datasets.Rescaling{Scale: []float64{100}}.Apply(out[0]))
}

func meanError(a, b []float64) (sum float64) {
	for i := range a {
		sum += math.Abs(a[i]-b[i]) / float64(len(a))
	}
	return sum
}
