// GAN: a generator learns to draw digits that a discriminator can't tell from handwritten ones
// (Goodfellow et al. 2014). Two custom training steps run both models and train one each.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

const noise = 16

func main() { example.Main(run) }

func run(ctx context.Context) error {
	generator := models.Sequential(layers.Input(noise),
		&layers.Dense{Units: 128, Activation: activations.ReLU},
		&layers.Dense{Units: 128, Activation: activations.ReLU},
		&layers.Dense{Units: 64, Activation: activations.Sigmoid})
	discriminator := models.Sequential(layers.Input(64),
		&layers.Dense{Units: 128, Activation: activations.LeakyReLU{}},
		&layers.Dropout{Rate: 0.3},
		&layers.Dense{Units: 64, Activation: activations.LeakyReLU{}},
		&layers.Dense{Units: 1})
	drawn := func(t *models.Trace, like *graph.Node) *graph.Node {
		return generator.Call(t.Scope, ops.Normal(t.Graph(), 1, graph.Float32, like.Shape[0], noise))
	}
	// Binary cross-entropy from logits: log(1 + e^-d) for samples that should be judged real.
	both := []*models.Model{generator, discriminator}
	judge := &models.Step{Models: both, Training: true, Seed: 1, Optimizer: &optimizers.Adam{LearningRate: 0.0005, Beta1: new(0.5)},
		Build: func(t *models.Trace, in []*graph.Node) []*graph.Node {
			real := discriminator.Call(t.Scope, in[0])
			fake := discriminator.Call(t.Scope, drawn(t, in[0]))
			loss := ops.Add(ops.Mean(ops.Softplus(ops.Negative(real))), ops.Mean(ops.Softplus(fake)))
			t.Minimize(loss, discriminator.Variables()...)
			return []*graph.Node{loss}
		}}
	draw := &models.Step{Models: both, Training: true, Seed: 2, Optimizer: &optimizers.Adam{LearningRate: 0.001, Beta1: new(0.5)},
		Build: func(t *models.Trace, in []*graph.Node) []*graph.Node {
			loss := ops.Mean(ops.Softplus(ops.Negative(discriminator.Call(t.Scope, drawn(t, in[0])))))
			t.Minimize(loss, generator.Variables()...)
			return []*graph.Node{loss}
		}}

	digits := datasets.Of(datasets.Rescaling{Scale: []float64{1. / 16}}.Apply(classic.Digits().X).Reshape(-1, 64), nil)
	data := &datasets.Batched{Data: digits, Size: 64, Shuffle: true, Seed: 1, DropRemainder: true}
	epochs := example.Choose(400, 20)
	for epoch := range epochs {
		var judged, made []*tensor.Tensor
		for b, err := range data.Batches() {
			if err == nil {
				judged, err = judge.Run(ctx, b.X[0])
			}
			if err == nil {
				made, err = draw.Run(ctx, b.X[0])
			}
			if err != nil {
				return err
			}
		}
		if epoch%(epochs/4) == epochs/4-1 {
			fmt.Printf("epoch %3d: discriminator %v generator %v\n", epoch+1, judged[0], made[0])
		}
	}
	r := rand.New(rand.NewPCG(3, 0))
	z := make([]float32, 20*noise)
	for i := range z {
		z[i] = float32(r.NormFloat64())
	}
	out, err := generator.Predict(ctx, tensor.Of(z, 20, noise))
	if err != nil {
		return err
	}
	return plots.Save(example.Picture("gan.png"),
		plots.Figure{Title: "Handwritten", Marks: []plots.Mark{images(digits.X[0].Rows(0, 20))}},
		plots.Figure{Title: "Drawn by the generator", Marks: []plots.Mark{images(out[0])}})
}

func images(t *tensor.Tensor) plots.Images {
	p := plots.Images{Width: 8, Height: 8, Columns: 5}
	for i := range t.Shape()[0] {
		px, _ := tensor.As[float64](t.Row(i))
		p.Pixels = append(p.Pixels, px)
	}
	return p
}
