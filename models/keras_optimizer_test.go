package models_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// threeColumns is the data of testdata/optimizers.py.
func threeColumns() datasets.Batch {
	x, y := make([]float32, 24), make([]float32, 16)
	for i := range x {
		x[i] = float32(-1 + 2*float64(i)/23)
	}
	for i := range 8 {
		y[2*i], y[2*i+1] = x[3*i]+x[3*i+1]+x[3*i+2], x[3*i]*x[3*i+1]
	}
	return datasets.Batch{N: 8, X: []*tensor.Tensor{tensor.Of(x, 8, 3)}, Y: []*tensor.Tensor{tensor.Of(y, 8, 2)}}
}

// The losses and the sums of the weights' magnitudes are printed by testdata/optimizers.py:
// training that began in Keras continues here, and again from a file saved here.
func TestATrainingOfKerasGoesOn(t *testing.T) {
	for _, row := range []struct {
		file         string
		losses, sums []float64
	}{
		{"multi_optimizer", []float64{0.34947556257247925, 0.17232215404510498, 0.08722306787967682},
			[]float64{7.154056549072266, 0.3737156391143799, 5.232503890991211, 0.17737306654453278}},
		{"loss_scale", []float64{0.21614348888397217, 0.13335001468658447, 0.1453753113746643},
			[]float64{9.465895652770996, 0.6871969699859619, 4.680418014526367, 0.4891716241836548}},
	} {
		m, err := models.Load(filepath.Join("testdata", row.file+".keras"))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range row.losses {
			if i == 1 {
				path := filepath.Join(t.TempDir(), "again.keras")
				if err := m.Save(path); err != nil {
					t.Fatal(err)
				}
				if m, err = models.Load(path); err != nil {
					t.Fatal(err)
				}
			}
			logs, err := m.TrainOnBatch(context.Background(), threeColumns())
			if err != nil {
				t.Fatal(err)
			}
			if got := logs["loss"]; math.Abs(got-want) > 1e-5*want {
				t.Errorf("%s: loss %d is %v; want %v", row.file, i, got, want)
			}
		}
		for i, w := range m.Weights() {
			sum := 0.0
			for _, x := range w.Data().([]float32) {
				sum += math.Abs(float64(x))
			}
			if math.Abs(sum-row.sums[i]) > 2e-5*row.sums[i] {
				t.Errorf("%s: weight %d sums to %v; want %v", row.file, i, sum, row.sums[i])
			}
		}
	}
}
