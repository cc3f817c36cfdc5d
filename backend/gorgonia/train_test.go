package gorgonia_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// data returns n noise samples of the given shape. The class is the quarter of the elements that
// is raised.
func data(n int, shape ...int) *datasets.Arrays {
	x, y := tensor.New(tensor.Float32, append([]int{n}, shape...)...), tensor.New(tensor.Int32, n)
	v := x.Data().([]float32)
	size := len(v) / n
	for i := range v {
		v[i] = float32(i*7919%1000) / 1000
	}
	for i := range n {
		y.Data().([]int32)[i] = int32(i % 4)
		for k := range size / 4 {
			v[i*size+i%4*size/4+k] += .5
		}
	}
	return datasets.Of(x, y)
}

var architectures = []struct {
	name  string
	shape []int
	make  func() *models.Model
}{
	{"MLP", []int{16}, func() *models.Model {
		return models.Sequential(layers.Input(16),
			&layers.Dense{Units: 24, Activation: activations.ReLU},
			&layers.BatchNormalization{},
			&layers.Dropout{Rate: 0.2},
			&layers.Dense{Units: 12, Activation: activations.Tanh},
			&layers.Dense{Units: 4, Activation: activations.Softmax})
	}},
	{"CNN", []int{8, 8, 2}, func() *models.Model {
		return models.Sequential(layers.Input(8, 8, 2),
			&layers.Conv2D{Filters: 8, KernelSize: []int{3, 3}, Activation: activations.ReLU},
			&layers.MaxPooling2D{},
			&layers.Conv2D{Filters: 6, KernelSize: []int{2, 2}, Padding: layers.Same, Strides: []int{2, 2}, Activation: activations.ReLU},
			&layers.GlobalAveragePooling2D{},
			&layers.Dense{Units: 4, Activation: activations.Softmax})
	}},
	{"LSTM", []int{12, 4}, func() *models.Model {
		return models.Sequential(layers.Input(12, 4),
			&layers.LSTM{Units: 10},
			&layers.Dense{Units: 4, Activation: activations.Softmax})
	}},
}

func compiled(t *testing.T, m *models.Model, device string) *models.Model {
	t.Helper()
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Device: device, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	return m
}

// Losses agree with those of the device cpu within a relative 1e-3 over 5 epochs, with a smaller
// last batch.
func TestModelsTrainAsOnTheCPU(t *testing.T) {
	for _, a := range architectures {
		t.Run(a.name, func(t *testing.T) {
			var logs [2][]float64
			for i, device := range []string{"gorgonia", "cpu"} {
				h, err := compiled(t, a.make(), device).Fit(context.Background(), data(100, a.shape...), models.Fit{Epochs: 5, BatchSize: 32})
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range h.Logs {
					logs[i] = append(logs[i], l["loss"], l["accuracy"])
				}
			}
			for i, want := range logs[1] {
				if got := logs[0][i]; math.Abs(got-want) > 1e-3*math.Max(1, math.Abs(want)) {
					t.Errorf("epoch %d: %v; want %v", i/2, got, want)
				}
			}
			if first, last := logs[0][0], logs[0][len(logs[0])-2]; !(last < first) {
				t.Errorf("the loss goes from %v to %v", first, last)
			}
		})
	}
}

func TestARefusalNamesOperationAndLayer(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *models.Model
		given models.Compile
		data  *datasets.Arrays
		want  []string
	}{
		{"half floats", models.Sequential(layers.Input(16), &layers.Dense{Units: 4, Name: "logits"}),
			models.Compile{Policy: layers.MixedBFloat16}, data(4, 16), []string{"bfloat16", "logits", "cpu"}},
		{"a long loop", models.Sequential(layers.Input(3000, 1), &layers.SimpleRNN{Units: 4, Name: "reader"}),
			models.Compile{}, data(4, 3000, 1), []string{"scan", "reader", "unrolls", "8192"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.given.Device = "gorgonia"
			err := c.model.Compile(c.given)
			if err == nil {
				_, err = c.model.PredictDataset(context.Background(), c.data)
			}
			if !errors.Is(err, backend.ErrUnsupported) {
				t.Fatalf("the error is %v; want backend.ErrUnsupported", err)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not mention %q", err, w)
				}
			}
		})
	}
}
