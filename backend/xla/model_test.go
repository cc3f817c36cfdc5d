package xla

import (
	"context"
	"math"
	"testing"

	"github.com/rhyton/rhyton/activations"
	_ "github.com/rhyton/rhyton/backend/cpu"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// bars returns noise images with a bar in one of four places, which is the class.
func bars(n int) *datasets.Arrays {
	x, y := tensor.New(tensor.Float32, n, 8, 8, 1), tensor.New(tensor.Int32, n)
	for i := range n * 64 {
		x.Data().([]float32)[i] = float32(i*7919%1000) / 1000
	}
	for i := range n {
		y.Data().([]int32)[i] = int32(i % 4)
		for k := range 16 {
			x.Data().([]float32)[i*64+i%4*16+k]++
		}
	}
	return datasets.Of(x, y)
}

func convolutions() *models.Model {
	return models.Sequential(layers.Input(8, 8, 1),
		&layers.Conv2D{Filters: 8, KernelSize: []int{3, 3}, Activation: activations.ReLU},
		&layers.MaxPooling2D{},
		&layers.Flatten{},
		&layers.Dense{Units: 16, Activation: activations.Tanh},
		&layers.BatchNormalization{},
		&layers.Dropout{Rate: 0.1},
		&layers.Dense{Units: 4, Activation: activations.Softmax},
	)
}

// recurrent returns a model that reads the images row by row, in both directions.
func recurrent() *models.Model {
	return models.Sequential(layers.Input(8, 8, 1),
		&layers.Reshape{TargetShape: []int{8, 8}},
		&layers.Bidirectional{Layer: &layers.LSTM{Units: 8, ReturnSequences: true}},
		&layers.GRU{Units: 8},
		&layers.Dense{Units: 4, Activation: activations.Softmax},
	)
}

// attention returns a model whose rows attend to each other.
func attention() *models.Model {
	in := layers.Input(8, 8, 1)
	x := in.Then(&layers.Reshape{TargetShape: []int{8, 8}})
	y := layers.Apply(&layers.MultiHeadAttention{NumHeads: 2, KeyDim: 4}, x, x)
	x = layers.Apply(&layers.Add{}, x, y).Then(&layers.LayerNormalization{})
	return models.New(in, x.Then(&layers.GlobalAveragePooling1D{}).Then(&layers.Dense{Units: 4, Activation: activations.Softmax}))
}

// nets are the models trained in this test.
var nets = []func() *models.Model{convolutions, recurrent, attention}

func fit(t *testing.T, m *models.Model, device string, policy layers.Policy, rows, epochs int) []training.Logs {
	t.Helper()
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01},
		Loss: losses.SparseCategoricalCrossentropy{}, Device: device, Policy: policy}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), bars(rows), models.Fit{Epochs: epochs})
	if err != nil {
		t.Fatal(err)
	}
	return h.Logs
}

// Fit draws batches into memory that the next batch overwrites while the device is still computing.
func TestModelsTrainAsOnTheCPU(t *testing.T) {
	needsPlugin(t)
	for _, row := range []struct {
		name      string
		model     func() *models.Model
		policy    layers.Policy
		tolerance float64 // for bfloat16: its rounding, accumulated over four epochs
	}{
		{"convolutions", convolutions, layers.Policy{}, 1e-3},
		{"recurrent", recurrent, layers.Policy{}, 1e-3},
		{"attention", attention, layers.Policy{}, 1e-3},
		{"convolutions in bfloat16", convolutions, layers.MixedBFloat16, 5e-2},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := fit(t, row.model(), "xla:"+deviceName, row.policy, 250, 4)
			want := fit(t, row.model(), "cpu", row.policy, 250, 4)
			for i, l := range want {
				if a, b := got[i]["loss"], l["loss"]; math.Abs(a-b) > row.tolerance*(math.Abs(b)+1) {
					t.Errorf("epoch %d: loss %v; want %v", i, a, b)
				}
			}
			if last := want[len(want)-1]["loss"]; last > want[0]["loss"] {
				t.Errorf("the loss grew from %v to %v", want[0]["loss"], last)
			}
		})
	}
}
