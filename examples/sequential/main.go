// Sequential models: the four cells of the course's introduction, A, B, C and C2.
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
	train, test, err := example.Classification()
	if err != nil {
		return err
	}
	scale, err := datasets.MinMax{}.Fit(train.X[0]) // fitted to the training points only
	if err != nil {
		return err
	}
	train.X[0], test.X[0] = scale.Apply(train.X[0]), scale.Apply(test.X[0])

	perceptron := func() *models.Model {
		return models.Sequential(layers.Input(2), &layers.Dense{Units: 1, Activation: activations.Sigmoid})
	}
	a := perceptron()
	fmt.Println("cell loss   acc   val_loss val_acc | Keras, 3 seeds")
	ha, err := fit(ctx, a, "A ", &optimizers.SGD{LearningRate: 0.2}, losses.BinaryCrossentropy{}, train, test, ".360±.005 .919 .360±.012 .900")
	if err != nil {
		return err
	}
	if _, err := fit(ctx, perceptron(), "B ", &optimizers.SGD{LearningRate: 0.05}, losses.BinaryCrossentropy{}, train, test, ".536±.022 .886 .536±.034 .844"); err != nil {
		return err
	}
	// C uses one-hot labels; C2 continues with the same weights and sparse class indices.
	c := models.Sequential(layers.Input(2))
	c.Add(&layers.Dense{Units: 5, Activation: activations.ReLU})
	c.Add(&layers.Dense{Units: 2})
	c.Add(&layers.Activation{Activation: activations.Softmax})
	oneHot := func(d *datasets.Arrays) *datasets.Arrays {
		return datasets.Of(d.X[0], datasets.ToCategorical(d.Y[0], 2))
	}
	adam := &optimizers.Adam{LearningRate: 0.01}
	if _, err := fit(ctx, c, "C ", adam, losses.CategoricalCrossentropy{}, oneHot(train), oneHot(test), ".395±.129 .890 .384±.125 .900"); err != nil {
		return err
	}
	if _, err := fit(ctx, c, "C2", adam, losses.SparseCategoricalCrossentropy{}, train, test, "notebook: .202 .957 .229 .900"); err != nil {
		return err
	}
	if err := a.Summary(os.Stdout); err != nil {
		return err
	}
	return draw(ctx, a, ha, train)
}

// fit compiles m, which keeps its weights, and trains for ten epochs with a batch size of 1.
func fit(ctx context.Context, m *models.Model, cell string, o optimizers.Optimizer, l losses.Loss, train, test *datasets.Arrays, keras string) (*callbacks.History, error) {
	if err := m.Compile(models.Compile{Optimizer: o, Loss: l, Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 3}); err != nil {
		return nil, err
	}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: 10, BatchSize: 1, Validation: test})
	if err != nil {
		return nil, err
	}
	l1 := h.Last()
	fmt.Printf("%s   %.4f %.4f %.4f  %.4f  | %s\n", cell, l1["loss"], l1["accuracy"], l1["val_loss"], l1["val_accuracy"], keras)
	return h, nil
}

func draw(ctx context.Context, m *models.Model, h *callbacks.History, train *datasets.Arrays) error {
	w := m.Weights() // kernel (2, 1) and bias (1)
	fmt.Printf("decision line: %.4v·x %+.4f = 0\n", w[0].Reshape(-1), w[1])
	x, y := example.Columns(train.X[0])
	predict := func(p *tensor.Tensor) (*tensor.Tensor, error) {
		out, err := m.Predict(ctx, p)
		return out[0], err
	}
	epochs := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	return plots.Save(example.Picture("sequential.png"), plots.Figure{Title: "cell A", X: "x0, scaled", Y: "x1, scaled", Marks: []plots.Mark{
		plots.Boundary{Name: "p = 0.5", XMin: -0.1, XMax: 1.1, YMin: -0.1, YMax: 1.1, Value: example.Plane(predict)},
		plots.Points{X: x, Y: y, Class: example.Labels(train.Y[0]), Names: []string{"class 0", "class 1"}},
	}}, plots.Figure{Title: "accuracy", X: "epoch", Marks: []plots.Mark{
		plots.Line{Name: "accuracy", X: epochs, Y: h.Series("accuracy")}, plots.Line{Name: "val_accuracy", X: epochs, Y: h.Series("val_accuracy"), Dashed: true},
	}})
}
