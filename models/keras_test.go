package models_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// trained returns a model with two branches after some steps of training, and its data.
func trained(t *testing.T) (*models.Model, *datasets.Arrays) {
	t.Helper()
	x := layers.InputOf(layers.InputSpec{Shape: graph.Shape{8, 8, 2}, Name: "image"})
	h := x.Then(&layers.Conv2D{Filters: 4, KernelSize: []int{3}, Padding: layers.Same, Activation: activations.ReLU}).
		Then(&layers.BatchNormalization{})
	h = layers.Apply(&layers.Add{}, h, h.Then(&layers.Conv2D{Filters: 4, KernelSize: []int{3}, Padding: layers.Same}))
	y := h.Then(&layers.GlobalAveragePooling2D{}).Then(&layers.Dropout{Rate: 0.1}).Then(&layers.Dense{Units: 3, Activation: activations.Softmax})
	m := models.New(x, y)
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}}); err != nil {
		t.Fatal(err)
	}
	in, labels := make([]float32, 30*128), make([]int32, 30)
	for i := range in {
		in[i] = float32(i*31%97)/97 - 0.5
	}
	for i := range labels {
		labels[i] = int32(i % 3)
	}
	data := datasets.Of(tensor.Of(in, 30, 8, 8, 2), tensor.Of(labels))
	if _, err := m.Fit(context.Background(), data, models.Fit{Epochs: 2, BatchSize: 10}); err != nil {
		t.Fatal(err)
	}
	return m, data
}

func TestASavedModelTrainsOnAsIfNothingHadHappened(t *testing.T) {
	m, data := trained(t)
	dir := t.TempDir()
	if keep := os.Getenv("RHYTON_KEEP"); keep != "" {
		dir = keep
	}
	path := filepath.Join(dir, "m.keras")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := models.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var b datasets.Batch
	if err := data.Slice(&b, 0, 10); err != nil {
		t.Fatal(err)
	}
	want, err := m.Predict(context.Background(), b.X...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := back.Predict(context.Background(), b.X...)
	if err != nil || !got[0].Equal(want[0]) {
		t.Fatalf("it predicts %v, want %v (%v)", got, want, err)
	}
	t.Log(want[0])
	for i := range 3 {
		a, err := m.TestOnBatch(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		c, err := back.TestOnBatch(context.Background(), b)
		if err != nil || a["loss"] != c["loss"] || a["accuracy"] != c["accuracy"] {
			t.Fatalf("step %d: %v and %v (%v)", i, a, c, err)
		}
		for _, m := range []*models.Model{m, back} {
			if _, err := m.TrainOnBatch(context.Background(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestEveryFormatRestoresWeightsAndOptimizer(t *testing.T) {
	m, data := trained(t)
	dir := t.TempDir()
	for _, name := range []string{"m.keras", "m.weights.h5", "m.safetensors"} {
		path := filepath.Join(dir, name)
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		before := m.Weights()
		rate, _ := m.LearningRate()
		if err := m.SetLearningRate(rate / 2); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Fit(context.Background(), data, models.Fit{}); err != nil {
			t.Fatal(err)
		}
		if err := m.Restore(path); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, w := range m.Weights() {
			if !w.Equal(before[i]) {
				t.Errorf("%s: weight %d is another", name, i)
			}
		}
		if r, _ := m.LearningRate(); float32(r) != float32(rate) {
			t.Errorf("%s: learning rate %v, want %v", name, r, rate)
		}
		if files, _ := os.ReadDir(dir); len(files) > 3 {
			t.Errorf("%s: a temporary file is left", name)
		}
	}
}

// The state of an optimizer cannot be restored to a different one, and the error changes nothing.
func TestRestoreRefusesTheStateOfAnotherOptimizer(t *testing.T) {
	m, _ := trained(t) // with Adam
	dir := t.TempDir()
	for _, name := range []string{"m.keras", "m.safetensors", "m.weights.h5"} {
		path := filepath.Join(dir, name)
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		other, err := m.Clone()
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Compile(models.Compile{Optimizer: &optimizers.SGD{Momentum: 0.9}, Loss: losses.SparseCategoricalCrossentropy{}}); err != nil {
			t.Fatal(err)
		}
		before := other.Weights()
		if err := other.Restore(path); err == nil || !strings.Contains(err.Error(), "optimizer") {
			t.Errorf("%s: %v", name, err)
		}
		for i, w := range other.Weights() {
			if !w.Equal(before[i]) {
				t.Errorf("%s: weight %d has changed", name, i)
			}
		}
	}
}
