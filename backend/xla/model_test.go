package xla_test

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/rhyton/rhyton/activations"
	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/xla"
	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// bars are images of noise with a bar in one of four places, which is the class.
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

func fit(t *testing.T, device string) []training.Logs {
	t.Helper()
	m := models.Sequential(layers.Input(8, 8, 1),
		&layers.Conv2D{Filters: 8, KernelSize: []int{3, 3}, Activation: activations.ReLU},
		&layers.MaxPooling2D{},
		&layers.Flatten{},
		&layers.Dense{Units: 16, Activation: activations.Tanh},
		&layers.BatchNormalization{},
		&layers.Dropout{Rate: 0.1},
		&layers.Dense{Units: 4, Activation: activations.Softmax},
	)
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01},
		Loss: losses.SparseCategoricalCrossentropy{}, Device: device}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), bars(250), models.Fit{Epochs: 4})
	if err != nil {
		t.Fatal(err)
	}
	return h.Logs
}

// The batches of Fit are drawn into memory that the next batch fills while the device still computes.
func TestAModelTrainsAsOnTheCPU(t *testing.T) {
	if _, err := plugin.Find("cpu"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("go run ./internal/tools/getplugin fetches the plugin: %v", err)
	}
	got, want := fit(t, "xla:cpu"), fit(t, "cpu")
	for i, l := range want {
		if a, b := got[i]["loss"], l["loss"]; math.Abs(a-b) > 1e-3*(math.Abs(b)+1) {
			t.Errorf("epoch %d: loss %v; want %v", i, a, b)
		}
	}
}
