package models_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// noisy returns a compiled model with every kind of layer that draws random numbers.
func noisy(t testing.TB, device string) *models.Model {
	t.Helper()
	m := models.Sequential(layers.Input(2), &layers.Dense{Units: 33, Activation: activations.Tanh},
		&layers.Dropout{Rate: 0.3}, &layers.BatchNormalization{}, &layers.Dense{Units: 1, Activation: activations.Sigmoid})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: losses.BinaryCrossentropy{}, Seed: 5, Device: device}); err != nil {
		t.Fatal(err)
	}
	return m
}

func equalWeights(t *testing.T, what string, a, b []*tensor.Tensor) {
	t.Helper()
	for i := range a {
		if !a[i].Equal(b[i]) {
			t.Errorf("%s: weight %d differs", what, i)
		}
	}
}

func TestTheSameSeedGivesTheSameBitsOnAnyNumberOfThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want []*tensor.Tensor
	for _, device := range []string{"cpu:1", "cpu:2", "cpu:4"} {
		m := noisy(t, device)
		if _, err := m.Fit(context.Background(), rings(301), models.Fit{Epochs: 3}); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = m.Weights()
		}
		equalWeights(t, device, m.Weights(), want)
	}
}

func TestFitGoesOnWhereItEnded(t *testing.T) {
	whole, parts := noisy(t, ""), noisy(t, "")
	data := rings(301)
	if _, err := whole.Fit(context.Background(), data, models.Fit{Epochs: 4}); err != nil {
		t.Fatal(err)
	}
	for e := range 4 {
		if _, err := parts.Fit(context.Background(), data, models.Fit{InitialEpoch: e, Epochs: e + 1}); err != nil {
			t.Fatal(err)
		}
	}
	equalWeights(t, "four fits of one epoch", parts.Weights(), whole.Weights())
}

func TestACheckpointResumesBitForBit(t *testing.T) {
	whole, first, second := noisy(t, ""), noisy(t, ""), noisy(t, "")
	data := rings(301)
	if _, err := whole.Fit(context.Background(), data, models.Fit{Epochs: 4}); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Fit(context.Background(), data, models.Fit{Epochs: 2}); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/half.safetensors"
	if err := first.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := second.Restore(path); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Fit(context.Background(), data, models.Fit{InitialEpoch: 2, Epochs: 4}); err != nil {
		t.Fatal(err)
	}
	equalWeights(t, "resumed", second.Weights(), whole.Weights())
}

func TestACancelledFitEndsWithinAStepAndLeavesNothingBehind(t *testing.T) {
	m := noisy(t, "")
	data := rings(1000)
	if _, err := m.Fit(context.Background(), data, models.Fit{}); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	for range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		steps, after := 0, 0
		_, err := m.Fit(ctx, data, models.Fit{Epochs: 100, Callbacks: []training.Callback{training.Func(func(e training.Event) error {
			if e.Kind == training.BatchEnd {
				if steps++; steps == 7 {
					cancel()
				} else if steps > 7 {
					after++
				}
			}
			return nil
		})}})
		cancel()
		if !errors.Is(err, context.Canceled) || after > 0 {
			t.Fatalf("%v, and %d steps after the end", err, after)
		}
	}
	if _, err := m.Predict(context.Background(), tensor.New(tensor.Float32, 3, 2)); err != nil {
		t.Errorf("the model is unusable: %v", err)
	}
	for wait := 0; runtime.NumGoroutine() > before && wait < 100; wait++ {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}

func TestPredictIsSafeFromManyGoroutines(t *testing.T) {
	m := noisy(t, "")
	x := tensor.New(tensor.Float32, 64, 2)
	for i, d := 0, x.Data().([]float32); i < len(d); i++ {
		d[i] = float32(i%7) / 7
	}
	want := map[int]*tensor.Tensor{}
	for n := 1; n <= 64; n *= 4 {
		out, err := m.Predict(context.Background(), x.Rows(0, n))
		if err != nil {
			t.Fatal(err)
		}
		want[n] = out[0]
	}
	var group sync.WaitGroup
	for g := range 16 {
		group.Go(func() {
			for i := range 20 {
				n := []int{1, 4, 16, 64}[(g+i)%4]
				out, err := m.Predict(context.Background(), x.Rows(0, n))
				if err != nil || !out[0].Equal(want[n]) {
					t.Errorf("batch %d: another result (%v)", n, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestMixedPrecisionTrains(t *testing.T) {
	for _, p := range []layers.Policy{layers.MixedBFloat16, {Compute: tensor.Float64, Variable: tensor.Float64}} {
		m := models.Sequential(layers.Input(2), &layers.Dense{Units: 16, Activation: activations.Tanh}, &layers.Dense{Units: 1, Activation: activations.Sigmoid})
		if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.02}, Loss: losses.BinaryCrossentropy{}, Policy: p}); err != nil {
			t.Fatalf("%v: %v", p, err)
		}
		h, err := m.Fit(context.Background(), rings(250), models.Fit{Epochs: 40})
		if err != nil {
			t.Fatalf("%v: %v", p, err)
		}
		if last := h.Last()["loss"]; last > 0.4 {
			t.Errorf("%v: loss %v at the end", p, last)
		}
		if w := m.Weights()[0]; w.DType() != tensor.Float32 && p == layers.MixedBFloat16 {
			t.Errorf("%v: weights of %v", p, w.DType())
		}
	}
}
