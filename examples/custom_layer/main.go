// A custom layer, written with operations, inside a model; then a custom training loop around
// a model.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
)

// RBF is a layer of radial basis functions: exp(-β·|x - c|²) for each of its centers c.
//
// Input: (batch, features). Output: (batch, Units).
type RBF struct {
	layers.Base
	Units int
}

// Call gets the weights from the scope and computes the output; no other method is needed.
func (r *RBF) Call(s *layers.Scope, x *graph.Node) *graph.Node {
	features := x.Shape[1]
	centres := s.Weight("centres", graph.Shape{r.Units, features}, initializers.RandomNormal{Stddev: new(1.0)})
	beta := s.Weight("beta", graph.Shape{r.Units}, initializers.Ones{})
	away := ops.Subtract(ops.ExpandDims(x, 1), centres) // (batch, units, features)
	return ops.Exp(ops.Negative(ops.Multiply(ops.Sum(ops.Square(away), -1), beta)))
}

func main() { example.Main(run) }

func run(ctx context.Context) error {
	train := datasets.Circles{Samples: 200, Factor: 0.5, Noise: 0.1, Seed: 1}.Make()
	test := datasets.Circles{Samples: 200, Factor: 0.5, Noise: 0.1, Seed: 2}.Make()
	net := func() *models.Model {
		return models.Sequential(layers.Input(2), &RBF{Units: 8}, &layers.Dense{Units: 1, Activation: activations.Sigmoid})
	}
	compile := models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.05}, Loss: losses.BinaryCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}

	byFit := net()
	if err := byFit.Compile(compile); err != nil {
		return err
	}
	if _, err := byFit.Fit(ctx, train, models.Fit{Epochs: 20}); err != nil {
		return err
	}
	logs, err := byFit.Evaluate(ctx, test)
	if err != nil {
		return err
	}
	fmt.Printf("own layer, Fit:      test loss %.3f, accuracy %.3f\n", logs["loss"], logs["accuracy"])

	// The same with a custom step: any graph over the model's output.
	byHand := net()
	step := &models.Step{Models: []*models.Model{byHand}, Training: true, Optimizer: &optimizers.Adam{LearningRate: 0.05}, Seed: 1,
		Build: func(t *models.Trace, in []*graph.Node) []*graph.Node {
			p := byHand.Call(t.Scope, in[0])
			y := ops.ExpandDims(ops.Cast(in[1], graph.Float32), 1)
			loss := ops.Mean(ops.BinaryCrossentropy(y, p))
			t.Minimize(loss)
			return []*graph.Node{loss}
		}}
	batches := &datasets.Batched{Data: train, Size: 32, Shuffle: true, Seed: 1}
	for range 20 {
		for b, err := range batches.Batches() {
			if err != nil {
				return err
			}
			if _, err := step.Run(ctx, b.X[0], b.Y[0]); err != nil {
				return err
			}
		}
	}
	if err := byHand.Compile(compile); err != nil { // keeps the weights
		return err
	}
	logs, err = byHand.Evaluate(ctx, test)
	fmt.Printf("own layer, own loop: test loss %.3f, accuracy %.3f\n", logs["loss"], logs["accuracy"])
	return err
}
