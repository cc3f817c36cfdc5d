package devicetest

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/gorgonia"
	_ "github.com/rhyton/rhyton/backend/ref"
	_ "github.com/rhyton/rhyton/backend/xla"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// devices returns the listed devices that are available; in CI all must be.
func devices(t *testing.T) (here []string) {
	t.Helper()
	for _, n := range names {
		d, err := backend.Open(n)
		switch {
		case err == nil:
			d.Close()
			here = append(here, n)
		case os.Getenv("CI") == "true":
			t.Fatal(err)
		default:
			t.Logf("go run ./internal/tools/getplugin fetches the plugin: %v", err)
		}
	}
	return here
}

// blobs returns 96 samples of 6 features, clustered around three points.
func blobs() *datasets.Arrays {
	const n = 96
	x, y := tensor.New(tensor.Float32, n, 6), tensor.New(tensor.Int32, n)
	for i := range n {
		y.Data().([]int32)[i] = int32(i % 3)
		for k := range 6 {
			x.Data().([]float32)[i*6+k] = float32((i*31+k*17)%23)/23 + float32(i%3*k)/6
		}
	}
	return datasets.Of(x, y)
}

// network has everything that moves: weights, statistics, random numbers, and Adam's two moments
// per weight.
func network() *models.Model {
	return models.Sequential(layers.Input(6),
		&layers.Dense{Units: 8, Activation: activations.Tanh},
		&layers.BatchNormalization{},
		&layers.Dropout{Rate: 0.3},
		&layers.Dense{Units: 3, Activation: activations.Softmax})
}

// train trains the epochs [from, to) on a device and returns their losses.
func train(t *testing.T, m *models.Model, device string, from, to int) (l []float64) {
	t.Helper()
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.02},
		Loss: losses.SparseCategoricalCrossentropy{}, Device: device, Seed: 11}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), blobs(), models.Fit{InitialEpoch: from, Epochs: to, BatchSize: 24})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range h.Logs {
		l = append(l, e["loss"])
	}
	return l
}

// The tolerance is 1e-4 of the loss because devices round differently. A move that lost the
// step, the moments or the seed would differ in the second digit.
func TestTrainingGoesOnAcrossDevices(t *testing.T) {
	here := devices(t)
	whole := map[string][]float64{}
	for _, n := range here {
		whole[n] = train(t, network(), n, 0, 4)
	}
	for _, a := range here {
		for _, b := range here {
			if a == b {
				continue
			}
			t.Run(a+" to "+b, func(t *testing.T) {
				m := network()
				got := append(train(t, m, a, 0, 2), train(t, m, b, 2, 4)...)
				for i, want := range whole[a] {
					if math.Abs(got[i]-want) > 1e-4*want {
						t.Errorf("epoch %d: loss %v; uninterrupted %v", i, got[i], want)
					}
				}
			})
		}
	}
}

// Checks that the test above detects training that restarts from the beginning.
func TestATrainingBegunAnewDiffers(t *testing.T) {
	m := network()
	train(t, m, "cpu", 0, 2)
	again := train(t, m, "cpu", 2, 4) // the same device is not a move
	whole := train(t, network(), "cpu", 0, 4)
	if math.Abs(again[0]-whole[2]) < 1e-3*whole[2] {
		t.Errorf("epoch 2: loss %v begun anew and %v uninterrupted: a move would not be seen", again[0], whole[2])
	}
}
