package models_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The files in testdata/keras2 are whole models of tf_keras 2.19, with inputs and its predictions.
func TestModelsOfKeras2PredictTheSame(t *testing.T) {
	paths, err := filepath.Glob("testdata/keras2/*.h5")
	if err != nil || len(paths) < 6 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			m, err := models.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			arrays, err := datasets.LoadNPZ(path[:len(path)-len(".h5")] + ".npz")
			if err != nil {
				t.Fatal(err)
			}
			var x []*tensor.Tensor
			for i := 0; arrays[fmt.Sprint("x", i)] != nil; i++ {
				x = append(x, arrays[fmt.Sprint("x", i)])
			}
			y, err := m.Predict(ctx, x...)
			if err != nil {
				t.Fatal(err)
			}
			got, want := y[0].Data().([]float32), arrays["y0"].Data().([]float32)
			for i := range want {
				if math.Abs(float64(got[i]-want[i])) > 1e-5 {
					t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
				}
			}
		})
	}
}

// An optimizer of the older kind of Keras 2 has a decaying rate, and stores all first moments
// before the second moments.
func TestAnOldOptimizerGoesOn(t *testing.T) {
	m, err := models.Load("testdata/keras2/legacy_adam.h5")
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.Of([]float32{1, 2, 3, 4, -1, 0.5, 2, -3}, 2, 4)
	y := tensor.Of([]float32{1, 0, 0, 1}, 2, 2)
	for i, want := range oldAdamLosses {
		logs, err := m.TrainOnBatch(ctx, datasets.Batch{N: 2, X: []*tensor.Tensor{x}, Y: []*tensor.Tensor{y}})
		if err != nil {
			t.Fatal(err)
		}
		if got := logs["loss"]; math.Abs(got-want) > 1e-5*want {
			t.Errorf("loss %d is %v, want %v", i, got, want)
		}
	}
}

// oldAdamLosses are the losses that tf_keras 2.21 computes from there:
//
//	m = tf_keras.models.load_model("legacy_adam.h5")
//	x = np.array([[1, 2, 3, 4], [-1, .5, 2, -3]], "float32"); y = np.array([[1, 0], [0, 1]], "float32")
//	[m.train_on_batch(x, y) for _ in range(4)]
var oldAdamLosses = []float64{6.397386074066162, 6.374089241027832, 6.345635890960693, 6.3145833015441895}

// Unreadable arguments of compile do not prevent loading the model.
func TestModelsLoadWithoutTheirCompile(t *testing.T) {
	m, err := models.Loader{WithoutCompile: true}.Load("testdata/keras2/legacy_adam.h5")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.TrainOnBatch(ctx, datasets.Batch{}); err == nil || !strings.Contains(err.Error(), "ompile") {
		t.Errorf("it trains: %v", err)
	}
}
