package models_test

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

const words = 2000 // each batch contains only a few of them

func wordNet(t *testing.T, device string) *models.Model {
	t.Helper()
	in := layers.InputOf(layers.InputSpec{Shape: graph.Shape{4}, DType: graph.Int32})
	y := in.Then(&layers.Embedding{InputDim: words, OutputDim: 8}).Then(&layers.Flatten{}).Then(&layers.Dense{Units: 1})
	m := models.New(in, y)
	rate := optimizers.ScheduleFunc(func(step int64) float64 { return 0.01 / float64(1+step%5) })
	if err := m.Compile(models.Compile{Device: device, Optimizer: &optimizers.Adam{Schedule: rate}, Loss: losses.MeanSquaredError{}, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	return m
}

func wordData(rows int, seed uint64) *datasets.Arrays {
	r := rand.New(rand.NewPCG(seed, 1))
	ids, y := make([]int32, rows*4), make([]float32, rows)
	for i := range ids {
		ids[i] = int32(r.IntN(words))
	}
	for i := range y {
		y[i] = r.Float32()
	}
	return datasets.Of(tensor.Of(ids, rows, 4), tensor.Of(y, rows, 1))
}

// An embedding of which each step touches only a few rows gives the same results as Adam on the
// whole table: weights, validation, predictions, and saved and restored values.
func TestAnEmbeddingTrainsAsAdamDefinesIt(t *testing.T) {
	ctx := context.Background()
	data, val := wordData(75, 1), wordData(20, 2)
	var weights, preds [2][]*tensor.Tensor
	var loss [2]float64
	for i, device := range []string{"cpu", "ref"} {
		m := wordNet(t, device)
		fit := func(m *models.Model, from, to int) {
			h, err := m.Fit(ctx, data, models.Fit{InitialEpoch: from, Epochs: to, BatchSize: 10, Validation: val, NoShuffle: true})
			if err != nil {
				t.Fatal(err)
			}
			loss[i] = h.Last()["val_loss"]
		}
		fit(m, 0, 3)
		path := filepath.Join(t.TempDir(), "words.safetensors")
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		fit(m, 3, 4)
		if err := m.Restore(path); err != nil {
			t.Fatal(err)
		}
		fit(m, 3, 6)
		var err error
		if preds[i], err = m.Predict(ctx, val.X...); err != nil {
			t.Fatal(err)
		}
		weights[i] = m.Weights()
	}
	if math.Abs(loss[0]-loss[1]) > 1e-5 {
		t.Errorf("validation loss is %v; want %v", loss[0], loss[1])
	}
	for k, pair := range [][2][]*tensor.Tensor{weights, preds} {
		for i, want := range pair[1] {
			got, want := pair[0][i].Data().([]float32), want.Data().([]float32)
			for j := range want {
				if math.Abs(float64(got[j]-want[j])) > 2e-5 {
					t.Fatalf("array %d of kind %d at %d is %v; want %v", i, k, j, got[j], want[j])
				}
			}
		}
	}
}

func TestAnEmbeddingPredictsWhileItTrains(t *testing.T) {
	ctx := context.Background()
	m := wordNet(t, "cpu")
	data, val := wordData(200, 1), wordData(20, 2)
	done := make(chan error)
	go func() {
		_, err := m.Fit(ctx, data, models.Fit{Epochs: 20, BatchSize: 10})
		done <- err
	}()
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				out, err := m.Predict(ctx, val.X...)
				if err != nil || math.IsNaN(float64(out[0].Data().([]float32)[0])) {
					t.Errorf("%v, %v", out, err)
					return
				}
				m.Weights()
			}
		})
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	close(stop)
	wg.Wait()
	first, err := m.Predict(ctx, val.X...)
	if err != nil {
		t.Fatal(err)
	}
	m.Weights()
	second, err := m.Predict(ctx, val.X...)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range first[0].Data().([]float32) {
		if y := second[0].Data().([]float32)[i]; x != y {
			t.Errorf("prediction %d is %v, after a look at the weights %v", i, x, y)
		}
	}
}
