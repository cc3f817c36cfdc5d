// Siamese network: do two handwritten digits show the same number? One encoder with shared
// weights sees both; the network learns from pairs and is tested on digits it has never seen.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

// pairs draws n pairs of the rows in [lo, hi), half of which show the same number.
func pairs(x, labels *tensor.Tensor, lo, hi, n int) *datasets.Arrays {
	y, _ := tensor.Data[int32](labels)
	r := rand.New(rand.NewPCG(5, uint64(lo)))
	var a, b []int
	var same []float32
	for len(a) < n {
		i, j := lo+r.IntN(hi-lo), lo+r.IntN(hi-lo)
		if want := len(a)%2 == 0; i == j || (y[i] == y[j]) != want {
			continue
		}
		a, b, same = append(a, i), append(b, j), append(same, float32(1-len(same)%2))
	}
	return &datasets.Arrays{X: []*tensor.Tensor{tensor.Gather(nil, x, a), tensor.Gather(nil, x, b)}, Y: []*tensor.Tensor{tensor.Of(same, n, 1)}}
}

func run(ctx context.Context) error {
	d := classic.Digits()
	x := datasets.Rescaling{Scale: []float64{1. / 16}}.Apply(d.X).Reshape(-1, 64)
	train, test := pairs(x, d.Y, 0, 1400, example.Choose(8000, 3000)), pairs(x, d.Y, 1400, 1797, 1000)

	encoder := models.Sequential(layers.Input(64),
		&layers.Dense{Units: 64, Activation: activations.ReLU},
		&layers.Dense{Units: 16, Activation: activations.Tanh})
	a, b := layers.Input(64), layers.Input(64)
	distance := layers.Apply(&layers.Subtract{}, a.Then(encoder), b.Then(encoder)).Map(ops.Abs)
	m := models.New([]*layers.Value{a, b}, distance.Then(&layers.Dense{Units: 1, Activation: activations.Sigmoid}))
	m.Name = "siamese net"
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.002}, Loss: losses.BinaryCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(20, 10), Validation: test})
	if err != nil {
		return err
	}
	logs, err := m.Evaluate(ctx, test)
	if err != nil {
		return err
	}
	fmt.Printf("%d parameters, of which the encoder has %d; accuracy on pairs of unseen digits %.3f\n", m.CountParams(), encoder.CountParams(), logs["accuracy"])
	return plots.SaveCurves(example.Picture("siamese.png"), h)
}
