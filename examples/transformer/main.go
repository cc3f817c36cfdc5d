// Transformer: an encoder block reads handwritten digits row by row, as eight tokens of eight
// numbers, with attention between the rows.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
)

func main() { example.Main(run) }

// Positions adds a learned vector to each step of a sequence.
type Positions struct{ layers.Base }

// Call returns x + position.
func (p *Positions) Call(s *layers.Scope, x *graph.Node) *graph.Node {
	return ops.Add(x, s.Weight("position", x.Shape[1:], initializers.RandomNormal{Stddev: new(0.02)}))
}

// block is an encoder block: attention and a feed-forward network, each with a residual connection
// (Vaswani et al. 2017).
func block(x *layers.Value, width int) *layers.Value {
	a := layers.Apply(&layers.MultiHeadAttention{NumHeads: 4, KeyDim: width / 4}, x, x)
	x = layers.Apply(&layers.Add{}, x, a).Then(&layers.LayerNormalization{})
	f := x.Then(&layers.Dense{Units: 2 * width, Activation: activations.GELU{}}).Then(&layers.Dense{Units: width})
	return layers.Apply(&layers.Add{}, x, f).Then(&layers.LayerNormalization{})
}

func run(ctx context.Context) error {
	d := classic.Digits()
	x := datasets.Rescaling{Scale: []float64{1. / 16}}.Apply(d.X)
	train, test, err := datasets.Split{Stratify: true, Seed: 1}.Of(datasets.Of(x, d.Y))
	if err != nil {
		return err
	}
	in := layers.Input(8, 8)
	v := in.Then(&layers.Dense{Units: 32}).Then(&Positions{})
	v = block(block(v, 32), 32).Then(&layers.GlobalAveragePooling1D{})
	m := models.New(in, v.Then(&layers.Dense{Units: 10, Activation: activations.Softmax}))
	m.Name = "transformer"
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.003}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(40, 8), Validation: test})
	if err != nil {
		return err
	}
	logs, err := m.Evaluate(ctx, test)
	if err != nil {
		return err
	}
	fmt.Printf("%d parameters, accuracy on unseen digits %.3f\n", m.CountParams(), logs["accuracy"])
	return plots.SaveCurves(example.Picture("transformer.png"), h)
}
