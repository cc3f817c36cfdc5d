// Structured data: classify penguins by island, sex, weight and flipper length. Columns of text
// and numbers enter the model as they are in the file: the preprocessing layers belong to the
// model, and learn the vocabulary and the means first.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
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
	t, err := datasets.CSV{Features: []string{"flipper_length_mm", "body_mass_g"}, Class: "species",
		Text: []string{"island", "sex"}, Missing: datasets.MissingDrop}.Load(example.File("../classic/data/penguins.csv"))
	if err != nil {
		return err
	}
	n := t.X.Shape()[0]
	all := &datasets.Arrays{X: []*tensor.Tensor{t.X, t.Text[0].Reshape(n, 1), t.Text[1].Reshape(n, 1)}, Y: []*tensor.Tensor{t.Y}}
	train, test, err := datasets.Split{Fraction: 0.3, Stratify: true, Seed: 1}.Of(all)
	if err != nil {
		return err
	}

	scale := &layers.Normalization{}
	islands := &layers.StringLookup{OutputMode: layers.AsOneHot}
	sexes := &layers.StringLookup{OutputMode: layers.AsOneHot}
	for i, l := range []layers.Adaptable{scale, islands, sexes} {
		if err := models.Adapt(l, train, i); err != nil {
			return err
		}
	}
	known, err := islands.Tokens()
	if err != nil {
		return err
	}
	fmt.Printf("%d penguins; islands %q\n", n, known)

	text := layers.InputSpec{Shape: []int{1}, DType: tensor.String}
	numbers, island, sex := layers.Input(2), layers.InputOf(text), layers.InputOf(text)
	crossed := layers.Apply(&layers.HashedCrossing{NumBins: 8, OutputMode: layers.AsOneHot}, island, sex)
	x := layers.Apply(&layers.Concatenate{}, numbers.Then(scale), island.Then(islands), sex.Then(sexes), crossed)
	x = x.Then(&layers.Dense{Units: 16, Activation: activations.ReLU})
	m := models.New([]*layers.Value{numbers, island, sex}, x.Then(&layers.Dense{Units: 3, Activation: activations.Softmax}))
	m.Name = "penguins"
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(40, 20), Validation: test})
	if err != nil {
		return err
	}
	logs, err := m.Evaluate(ctx, test)
	if err != nil {
		return err
	}
	fmt.Printf("accuracy on unseen penguins %.3f\n", logs["accuracy"])
	one, err := m.Predict(ctx, tensor.Of([]float32{217, 5200}, 1, 2), tensor.Of([]string{"Biscoe"}, 1, 1), tensor.Of([]string{"male"}, 1, 1))
	if err != nil {
		return err
	}
	p, _ := tensor.Data[float32](one[0])
	for i, species := range t.Classes {
		fmt.Printf("a male of 5200 g on Biscoe: %-10s %.3f\n", species, p[i])
	}
	return plots.SaveCurves(example.Picture("penguins.png"), h)
}
